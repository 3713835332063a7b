"""`addressbook-query` against a real server (RFC 6352 section 8.6, DV-23)."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from cardwright.book.card_ports import Book, BookCard
from cardwright.book.ports import Place
from cardwright.cards.matching import Matcher
from cardwright.surfaces.dav.card_responses import CardResponses
from cardwright.surfaces.dav.filter_reading import read_filter
from cardwright.surfaces.dav.places import BookPlace
from cardwright.surfaces.dav.query import BookQuery, RawSearch
from cardwright.surfaces.dav.xml_reading import read as read_xml
from dav_client import account, card, condition
from dav_reports import DATA, PROP, C, D, Response, query, read, report, text_filter

if TYPE_CHECKING:
    from collections.abc import Callable

    from dav_client import Dav
    from serving import Served

GROUP = (
    "BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:group\r\nFN:Desert Team\r\nUID:group-1\r\nMEMBER:urn:uuid:1\r\nEND:VCARD\r\n"
)
CARDS = {
    "ann.vcf": card("Ann Poe", "ann", "EMAIL;TYPE=HOME:ann@home.example", "EMAIL;TYPE=WORK:Ann.Poe@Acme.example"),
    "bob.vcf": card("Bob Øre", "bob", "item1.TEL:+1 805 555 0100", "item1.X-ABLabel:Boat", "CATEGORIES:VIP,Sales"),
    "josé.vcf": card("José Núñez", "jose", "EMAIL:jose@x.example", "NOTE:one\\, two\\nthree", version="4.0"),
    "odd.vcf": card("Odd One", "odd", "no property at all", "EMAIL:not an address", "X-TEAM:desert"),
    "team.vcf": GROUP,
}


@pytest.fixture(scope="module")
def people(books: Served) -> Dav:
    """A book of four people and a group, and a contact that was made by the API."""
    dav = account(books)
    for name, octets in CARDS.items():
        dav.put(name, octets)
    fields = {"FirstName": "Wile", "LastName": "Coyote", "EmailAddress": "wile@x.example", "Accounts": "10000"}
    dav.api("POST", data=fields)
    return dav


def found(dav: Dav, filters: str, **said: object) -> set[str]:
    """Return what a query finds; the contact of the API as `wile`."""
    names = read(query(dav, filters, **said)).names  # type: ignore[arg-type]
    return {name.removesuffix(".vcf") if f"{name}" in CARDS else "wile" for name in names}


QUERIES = {
    "an empty filter matches every card": ("", {"ann", "bob", "josé", "odd", "team", "wile"}),
    "an address": (text_filter("EMAIL", "ann.poe@acme.example", 'match-type="equals"'), {"ann"}),
    "part of an address": (text_filter("EMAIL", "@x.example"), {"josé", "wile"}),
    "an address that is none": (text_filter("EMAIL", "NOT AN ADDRESS", 'match-type="equals"'), {"odd"}),
    "a name": (text_filter("FN", "wile coyote", 'match-type="equals"'), {"wile"}),
    "a name without its accents": (text_filter("FN", "jose", 'match-type="starts-with"'), set()),
    "a name of Unicode in another case": (text_filter("FN", "JOSÉ", 'match-type="starts-with"'), {"josé"}),
    "a letter that has no case in ASCII": (text_filter("FN", "bob øRE", 'collation="i;ascii-casemap"'), set()),
    "octets": (text_filter("FN", "bob", 'collation="i;octet"'), set()),
    "the end of a number, in a group": (text_filter("TEL", "0100", 'match-type="ends-with"'), {"bob"}),
    "a UID": (text_filter("UID", "bob", 'match-type="equals"'), {"bob"}),
    "one of the categories": (text_filter("CATEGORIES", "sales", 'match-type="equals"'), {"bob"}),
    "a text over an escaped line break": (text_filter("NOTE", "two\nthree"), {"josé"}),
    "a property of nobody's table": (text_filter("X-TEAM", "desert"), {"odd"}),
    "a group": (text_filter("FN", "desert"), {"team"}),
    "what is not there": ('<c:prop-filter name="EMAIL"><c:is-not-defined/></c:prop-filter>', {"bob", "team"}),
    "what is there": ('<c:prop-filter name="TEL"/>', {"bob"}),
    "negated": (text_filter("EMAIL", "x.example", 'negate-condition="yes"'), {"ann", "odd"}),
    "any of two": (text_filter("FN", "ann") + text_filter("EMAIL", "jose"), {"ann", "josé"}),
    "all of two": (
        f'<c:filter test="allof">{text_filter("FN", "o")}{text_filter("EMAIL", "x.example")}</c:filter>',
        {"josé", "wile"},
    ),
    "both of one property": (
        (
            '<c:prop-filter name="EMAIL" test="allof"><c:text-match>acme</c:text-match><c:param-filter name="TYPE">'
            "<c:text-match>home</c:text-match></c:param-filter></c:prop-filter>"
        ),
        set(),
    ),
    "a parameter": (
        (
            '<c:prop-filter name="EMAIL"><c:param-filter name="TYPE"><c:text-match>home</c:text-match></c:param-filter>'
            "</c:prop-filter>"
        ),
        {"ann"},
    ),
}


@pytest.mark.parametrize(("filters", "expected"), QUERIES.values(), ids=QUERIES)
def test_a_query_finds(people: Dav, filters: str, expected: set[str]) -> None:
    if filters == QUERIES["a name without its accents"][0]:
        expected = {"josé"}  # RFC 5051: "José" begins with J, O, S, E and an accent of its own
    assert found(people, filters) == expected


REFUSED = {
    "DV-15: a media type, before the filter": (
        '<c:filter test="x"/>',
        '<d:prop><c:address-data content-type="text/plain"/></d:prop>',
        "card:supported-address-data",
    ),
    "DV-15: a version, before the collation": (
        text_filter("FN", "a", 'collation="i;x"'),
        '<d:prop><c:address-data version="2.1"/></d:prop>',
        "card:supported-address-data",
    ),
    "DV-23: a collation": (text_filter("FN", "a", 'collation="i;basic"'), PROP, "card:supported-collation"),
    "DV-23: a filter that cannot be": ('<c:filter test="x"/>', PROP, "card:supported-filter"),
}


@pytest.mark.parametrize(("filters", "prop", "expected"), REFUSED.values(), ids=REFUSED)
def test_a_query_is_refused(people: Dav, filters: str, prop: str, expected: str) -> None:
    answer = query(people, filters, prop=prop)
    assert (answer.status_code, condition(answer)) == (403, expected)


MALFORMED = {
    "two filters": "<d:prop/><c:filter/><c:filter/>",
    "prop and allprop": "<d:prop/><d:allprop/><c:filter/>",
    "a limit that is no number": "<d:prop/><c:filter/><c:limit><c:nresults>few</c:nresults></c:limit>",
    "a property without name": "<d:prop><c:address-data><c:prop/></c:address-data></d:prop><c:filter/>",
}


@pytest.mark.parametrize("inside", MALFORMED.values(), ids=MALFORMED)
def test_a_query_that_cannot_be_read(people: Dav, inside: str) -> None:
    body = f'<c:addressbook-query xmlns:d="DAV:" xmlns:c="{C[1:-1]}">{inside}</c:addressbook-query>'
    assert report(people, body, "1").status_code == 400


@pytest.mark.parametrize(
    ("depth", "expected"), [("1", 6), ("infinity", 6), ("0", 0), (None, 0)], ids=["1", "infinity", "0", "none is 0"]
)
def test_depth(people: Dav, depth: str | None, expected: int) -> None:
    """RFC 6352 section 8.6, RFC 3253 section 3.6: of depth 0 is the book itself, which is no card."""
    assert len(read(query(people, "", depth=depth)).responses) == expected


@pytest.mark.parametrize("depth", ["0", "1", None])
def test_a_card_is_asked(people: Dav, depth: str | None) -> None:
    """The scope is the card: it is found where it matches."""
    path = people.path("ann.vcf")
    assert list(read(query(people, text_filter("FN", "ann"), depth=depth, name="ann.vcf")).responses) == [path]
    assert not read(query(people, text_filter("FN", "bob"), depth=depth, name="ann.vcf")).responses
    assert query(people, "", name="nobody.vcf").status_code == 404


@pytest.mark.parametrize(
    ("filters", "expected"),
    [("", ["ann.vcf", "bob.vcf"]), (text_filter("FN", "o"), ["ann.vcf", "bob.vcf"])],
    ids=["of all", "of candidates"],
)
def test_a_limit_leaves_the_first_by_name(books: Served, filters: str, expected: list[str]) -> None:
    """507 for the request's own href says that there are more; it does not count (RFC 6352 section 8.6.2)."""
    dav = account(books)
    for name in ("bob.vcf", "éva.vcf", "ann.vcf", "zoe.vcf"):
        dav.put(name, card(f"O {name}"))
    cut = read(query(dav, filters, limit=2))
    assert cut.names == expected
    assert cut.responses[dav.path()].status == 507
    assert cut.responses[dav.path()].error == D + "number-of-matches-within-limits"
    for enough in (4, 5):
        whole = read(query(dav, filters, limit=enough))
        assert whole.names == ["ann.vcf", "bob.vcf", "zoe.vcf", "éva.vcf"]
        assert dav.path() not in whole.responses
    none = read(query(dav, filters, limit=0))
    assert (none.names, none.responses[dav.path()].status) == ([], 507)


def test_what_is_asked_of_each_card(people: Dav) -> None:
    """An unknown property is 404 in its propstat; the card comes whole, in part, and in a version."""
    prop = "<d:prop><d:getetag/><d:nothing/><c:address-data/></d:prop>"
    ann = read(query(people, text_filter("FN", "ann"), prop=prop))["ann.vcf"]
    tag = people.send("GET", "ann.vcf").headers["etag"]
    assert ann.found == {D + "getetag": tag, DATA: CARDS["ann.vcf"].decode()}  # type: ignore[union-attr]
    assert ann.missing == (D + "nothing",)
    part = '<d:prop><c:address-data version="4.0"><c:prop name="TEL" novalue="yes"/></c:address-data></d:prop>'
    bob = read(query(people, text_filter("FN", "bob"), prop=part))["bob.vcf"]
    assert bob.card == "BEGIN:VCARD\r\nVERSION:4.0\r\nitem1.TEL:\r\nEND:VCARD\r\n"
    names = read(query(people, text_filter("FN", "bob"), prop="<d:propname/>"))["bob.vcf"]
    assert D + "getetag" in names.found
    assert DATA not in names.found
    everything = read(query(people, text_filter("FN", "bob"), prop="<d:allprop/>"))["bob.vcf"]
    assert everything.found[D + "getcontentlength"] == str(len(CARDS["bob.vcf"]))
    assert DATA not in everything.found


@pytest.mark.parametrize("field", [{"prefer": "return=minimal"}, {"brief": "t"}], ids=["Prefer", "Brief"])
def test_what_is_missing_is_left_out_on_request(people: Dav, field: dict[str, str]) -> None:
    """DV-27."""
    body = f'<c:addressbook-query xmlns:d="DAV:" xmlns:c="{C[1:-1]}"><d:prop><d:a/></d:prop><c:filter/>'
    answer = people.send("REPORT", "", f"{body}</c:addressbook-query>", {"depth": "1", **field})
    assert all((one.found, one.missing) == ({}, ()) for one in read(answer).responses.values())
    assert answer.headers.get("preference-applied") == ("return=minimal" if "prefer" in field else None)


def test_a_query_follows_what_happens(books: Served) -> None:
    """What was found before is not found any more, and what came since is: by DAV, by the API, by a rename."""
    dav = account(books)
    dav.put("one.vcf", card("First Name", "one"))
    fields = {"FirstName": "Second", "LastName": "Name", "EmailAddress": "s@x.example", "Accounts": "10000"}
    made = dav.api("POST", data=fields)["Uri"].rpartition("/")[2]

    def names() -> list[str]:
        said = {one.card.partition("FN:")[2].partition("\r")[0]: name for name, one in _cards(dav).items()}
        return sorted(said)

    assert names() == ["First Name", "Second Name"]
    dav.put("one.vcf", card("Other Title", "one"), 204)
    assert names() == ["Second Name"]
    dav.put("one.vcf", card("Third Name", "one"), 204)
    dav.send("MOVE", "one.vcf", headers={"destination": dav.path("two.vcf")}, status=201)
    assert set(_cards(dav)) & {"one.vcf", "two.vcf"} == {"two.vcf"}
    assert names() == ["Second Name", "Third Name"]
    dav.api("DELETE", f"/{made}")
    assert names() == ["Third Name"]
    dav.send("DELETE", "two.vcf", status=204)
    assert names() == []


def _cards(dav: Dav) -> dict[str, Response]:
    answer = read(query(dav, text_filter("FN", "name"), prop=PROP))
    return {name: answer[name] for name in answer.names}


def test_reports_are_told_apart_by_their_place(people: Dav) -> None:
    """DV-26: an unknown report, or one elsewhere; DV-30: with its element."""
    unknown = report(people, '<d:version-tree xmlns:d="DAV:"/>')
    assert (unknown.status_code, condition(unknown)) == (403, "d:supported-report")
    elsewhere = report(
        people, f'<c:addressbook-query xmlns:c="{C[1:-1]}"><c:filter/></c:addressbook-query>', "1", people.home
    )
    assert (elsewhere.status_code, condition(elsewhere)) == (403, "d:supported-report")
    assert people.send("REPORT", "").status_code == 400
    assert query(people._replace(book="2000"), "").status_code == 404


SMALL = 64 * 1024


@pytest.mark.parametrize(
    ("octets", "conditions", "here"), [(SMALL, 1, True), (SMALL + 1, 1, False), (SMALL // 10, 11, False)]
)
async def test_cards_are_compared_beside_the_event_loop_though_none_is_asked_for(
    octets: int, conditions: int, *, here: bool
) -> None:
    """Most clients ask for the entity tags alone: to compare takes as long all the same."""
    asked: list[tuple[int, bool]] = []

    async def beside(_sid: str, octets: int, work: Callable[[], list[BookCard]], *, is_quick: bool) -> list[BookCard]:
        asked.append((octets, is_quick))
        return work()

    matches = "<c:text-match>x</c:text-match>" * conditions
    root = 'c:addressbook-query xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav"'
    filters = f'<c:filter><c:prop-filter name="NOTE">{matches}</c:prop-filter></c:filter>'
    report = read_xml(f"<{root}>{PROP}{filters}</c:addressbook-query>".encode())
    request: Any = SimpleNamespace(
        place=BookPlace("acme", "1000"),
        books=SimpleNamespace(beside=beside),
        user=SimpleNamespace(sid="acme"),
        prefix="",
        prefers_minimal=False,
    )
    wanted = read_filter(report)
    asking = BookQuery(request, CardResponses(request, report, ""), wanted, Matcher(wanted), RawSearch(None), None)
    assert await asking._found([ONE._replace(card=b" " * octets)]) == []  # noqa: SLF001 - the rest asks a store
    assert asked == [(octets, here)]


NOW = datetime.now(UTC)
ONE = BookCard("a.vcf", Place("acme", "1000"), 1, is_group=True, revision=1, created=NOW, updated=NOW, uid="a")


@pytest.mark.parametrize(
    ("most", "expected"), [(3_000, ["a.vcf", "b.vcf", "c.vcf"]), (2_999, ["a.vcf", "b.vcf", 507]), (999, [507])]
)
async def test_a_query_that_compares_too_much_ends(most: int, expected: list[str | int]) -> None:
    """QUERY_COMPARED, in both orders of answers: what was found so far, and that there may be more."""
    note = card("O", "o", "NOTE:" + 999 * "x" + "y")
    cards = [ONE._replace(name=f"{name}.vcf", card=note) for name in "abc"]

    async def following(_book: object, *, full: object) -> tuple[list[BookCard], None]:
        assert full
        return cards, None

    async def beside(_sid: str, _octets: int, work: Callable[[], list[BookCard]], **_: object) -> list[BookCard]:
        return work()

    root = 'c:addressbook-query xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav"'
    report = read_xml(f"<{root}>{PROP}<c:filter>{text_filter('NOTE', 'xy')}</c:filter></c:addressbook-query>".encode())
    request: Any = SimpleNamespace(
        place=BookPlace("acme", "1000"),
        books=SimpleNamespace(beside=beside),
        store=SimpleNamespace(cards=SimpleNamespace(following=following)),
        user=SimpleNamespace(sid="acme", read_only=False),
        prefix="",
        prefers_minimal=False,
        href=lambda: "/dav/acme/1000/",
    )
    wanted = read_filter(report)
    responses = CardResponses(request, report, "")
    asking = BookQuery(request, responses, wanted, Matcher(wanted, most), RawSearch(None), None)
    told = "".join([one async for one in asking.of_all(Book("acme", "1000"))])
    seen = [
        507 if " 507 " in one else one.partition("1000/")[2].partition("<")[0] for one in told.split("<d:href>")[1:]
    ]
    assert seen == expected
