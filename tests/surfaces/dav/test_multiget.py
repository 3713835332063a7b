"""`addressbook-multiget` against a real server (RFC 6352 section 8.7, DV-24, DV-33)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dav_client import account, card, condition
from dav_reports import NAMESPACES, PROP, TAGS, multiget, query, read, report, sync, text_filter
from serving import command

if TYPE_CHECKING:
    from pathlib import Path

    from dav_client import Dav
    from serving import Served


@pytest.fixture(scope="module")
def two_books(books: Served) -> Dav:
    dav = account(books, "1000", "2000")
    for name in ("ann poe.vcf", "100%.vcf", "josé.vcf", "a+b&c.vcf"):
        dav.put(dav.path(name).replace("%", "%25"), card(f"Card {name}"))
    dav._replace(book="2000").put("other.vcf", card("Other Book"))
    return dav


SPELLINGS = {
    "as RFC 3986 asks": ("ann%20poe.vcf", "ann%20poe.vcf"),
    "with a space": ("ann poe.vcf", "ann%20poe.vcf"),
    "more encoded than need be": ("%61nn%20poe%2Evcf", "ann%20poe.vcf"),
    "in small letters": ("jos%c3%a9.vcf", "jos%C3%A9.vcf"),
    "not encoded": ("josé.vcf", "jos%C3%A9.vcf"),
    "a percent sign": ("100%25.vcf", "100%25.vcf"),
    "signs that may stand": ("a+b&amp;c.vcf", "a+b&c.vcf"),
    "signs that need not be encoded": ("a%2Bb%26c.vcf", "a+b&c.vcf"),
}


@pytest.mark.parametrize(("written", "expected"), SPELLINGS.values(), ids=SPELLINGS)
@pytest.mark.parametrize("whole", [False, True], ids=["a path", "a URL"])
def test_a_card_by_any_spelling(two_books: Dav, written: str, expected: str, whole: bool) -> None:  # noqa: FBT001 - a case
    """DV-5: any client's spelling is the same resource; the answer has an absolute path, encoded exactly."""
    path = f"{two_books.home}1000/"
    answer = read(multiget(two_books, [f"{two_books.url if whole else ''}{path}{written}"]))
    assert list(answer.responses) == [path + expected]
    assert answer.responses[path + expected].card.startswith("BEGIN:VCARD\r\n")


def test_each_href_has_its_status(two_books: Dav) -> None:
    """Cards of every book of the account; what is not there, and what is another's, is 404 as if there were none."""
    other = account_of_another(two_books)
    book, home = two_books.path(), two_books.home
    there = [f"{book}ann%20poe.vcf", f"{home}2000/other.vcf"]
    gone = [
        *(f"{book}none.vcf", f"{home}3000/a.vcf", f"{book}", f"{home}", "/dav/", "/elsewhere/a.vcf"),
        *(other, "http://elsewhere.example/dav/a.vcf", "no href at all", "%zz", ""),
    ]
    answer = read(multiget(two_books, [*there, *gone, there[0]]))
    assert [path for path, one in answer.responses.items() if one.status == 200] == there
    assert {path for path, one in answer.responses.items() if one.status == 404} == set(gone)


def account_of_another(dav: Dav) -> str:
    return f"/dav/addressbooks/{dav.sid[::-1]}/1000/ann%20poe.vcf"


def test_a_report_on_a_card_and_without_hrefs(two_books: Dav) -> None:
    path = f"{two_books.home}2000/other.vcf"
    assert list(read(multiget(two_books, [path], name=f"{two_books.path()}josé.vcf")).responses) == [path]
    assert not read(multiget(two_books, [])).responses


def test_a_version_is_judged_first(two_books: Dav) -> None:
    """DV-15, as Apple's test suite asks: before it is seen that there are no hrefs."""
    prop = '<d:prop><c:address-data content-type="text/vcard" version="5.0"/></d:prop>'
    answer = multiget(two_books, [], prop=prop + "<d:allprop/>")
    assert (answer.status_code, condition(answer)) == (403, "card:supported-address-data")


def test_five_thousand_hrefs(two_books: Dav) -> None:
    """DV-24: at least; each has its answer."""
    there = f"{two_books.path()}ann%20poe.vcf"
    hrefs = [f"{two_books.path()}{at:0>60}.vcf" for at in range(5_000)]
    answer = read(multiget(two_books, [*hrefs, there], prop=TAGS))
    assert len(answer.responses) == 5_001
    assert answer.responses[there].status == 200


@pytest.mark.parametrize(("octets", "status"), [(1024 * 1024, 207), (7 * 1024 * 1024, 207), (9 * 1024 * 1024, 413)])
def test_a_large_body(two_books: Dav, octets: int, status: int) -> None:
    """DV-31: a multiget may have 8 MiB, any other report 1 MiB."""
    padding = f"<!--{' ' * octets}-->"
    body = f"<c:addressbook-multiget {NAMESPACES}>{TAGS}{padding}</c:addressbook-multiget>"
    assert report(two_books, body).status_code == status
    if octets >= 1024 * 1024:
        body = f"<c:addressbook-query {NAMESPACES}>{TAGS}<c:filter/>{padding}</c:addressbook-query>"
        assert report(two_books, body).status_code == 413


ODD = {
    "another character set": b"NOTE;CHARSET=ISO-8859-1:caf\xe9",
    "octets that are no UTF-8": b"NOTE:\xff\xfe caf\xe9",
    "a control character": b"NOTE:form\x0cfeed",
    "a line that is no property": b"what is this",
    "a card within": b"AGENT:BEGIN:VCARD\\nFN:x\\nEND:VCARD",
    "a base64 that is none": b"PHOTO;ENCODING=b:not base64!",
    "signs of XML": b"NOTE:]]> &amp; <b> \xef\xbf\xbd",
    "a very long line": b"NOTE:" + b"x" * 100_000,
    "two names": b"FN:Another",
}
FOREIGN = ("another character set", "octets that are no UTF-8", "a control character")
"""What no client could put, and an import takes."""


def test_an_odd_card_spoils_nothing(books: Served, tmp_path: Path) -> None:
    """DV-33: each is listed, and all others beside it; what was put is listed as it is."""
    dav = account(books)
    sent = {"plain.vcf": card("Plain")}
    for at, (odd, line) in enumerate(ODD.items()):
        octets = card(f"Odd {at}", f"odd-{at}").replace(b"END:", line + b"\r\nEND:")
        if odd in FOREIGN:
            (tmp_path / "people.vcf").write_bytes(octets)
            command(dav.store, "import", dav.sid, dav.book, str(tmp_path / "people.vcf"))
        else:
            sent[f"odd-{at}.vcf"] = octets
    for name, octets in sent.items():
        dav.put(name, octets)
    names = ["plain.vcf", *[f"odd-{at}.vcf" for at in range(len(ODD))]]
    answer = read(multiget(dav, map(dav.path, names)))
    assert {name: answer[name].card for name in sent} == {name: octets.decode() for name, octets in sent.items()}
    assert all(f"FN:{name[:3]}".lower() in answer[name].card.lower() for name in names if name != "plain.vcf")
    part = '<d:prop><c:address-data><c:prop name="FN"/></c:address-data></d:prop>'
    some = read(multiget(dav, map(dav.path, names), prop=part))
    assert all("FN:" in some[name].card for name in names)
    assert sorted(read(query(dav, text_filter("FN", "odd "))).names) == names[1:]
    assert sorted(read(sync(dav, prop=PROP)).names) == sorted(names)
