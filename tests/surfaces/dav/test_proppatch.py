"""PROPPATCH and what extended MKCOL sets, against a server, on each store: DV-22, DV-19."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from cardwright.surfaces.dav.names import INF, XML_LANG, C
from dav_client import account, card, condition
from serving import run
from surfaces.dav.multistatus_reading import only, text

if TYPE_CHECKING:
    import httpx2

    from dav_client import Dav
    from serving import Served

CORPUS = Path(__file__).parents[2] / "corpus" / "xml"
UPDATE = '<propertyupdate xmlns="DAV:" xmlns:x="urn:x" xmlns:card="urn:ietf:params:xml:ns:carddav">{}</propertyupdate>'
FIND = '<propfind xmlns="DAV:" xmlns:x="urn:x" xmlns:card="urn:ietf:params:xml:ns:carddav">{}</propfind>'


def patch(dav: Dav, inside: str, where: str = "") -> httpx2.Response:
    return dav.send("PROPPATCH", where, UPDATE.format(inside))


def kept(dav: Dav, inside: str = "<allprop/>", where: str = "") -> dict[str, etree._Element]:
    return only(dav.send("PROPFIND", where, FIND.format(inside), {"depth": "0"})).found


def test_dv_22_name_description_colour_and_dead_properties_are_kept(books: Served) -> None:
    dav = account(books)
    answer = only(
        patch(
            dav,
            "<set><prop><displayname>Spring &lt;- &amp; ]]&gt;</displayname>"
            "<card:addressbook-description xml:lang='en'>All of them</card:addressbook-description>"
            "<x:note xml:lang='de' y='1'>a <x:b/> &amp; c</x:note><details>d</details></prop></set>",
        )
    )
    assert set(answer.found) == {"displayname", f"{C}addressbook-description", "{urn:x}note", "details"}
    found = kept(dav, "<prop><displayname/><card:addressbook-description/><x:note/><details/></prop>")
    assert found["displayname"].text == "Spring <- & ]]>"
    assert (found[f"{C}addressbook-description"].text, found[f"{C}addressbook-description"].get(XML_LANG)) == (
        "All of them",
        "en",
    )
    note = found["{urn:x}note"]
    assert (note.get(XML_LANG), note.text, note[0].tag, note[0].tail) == ("de", "a ", "{urn:x}b", " & c")
    assert {"{urn:x}note", "details", "displayname"} <= set(kept(dav))
    assert f"{C}addressbook-description" not in kept(dav)
    only(patch(dav, "<remove><prop><x:note/><x:never/><displayname/></prop></remove>"))
    found = kept(dav)
    assert "{urn:x}note" not in found
    assert found["displayname"].text == dav.book


def test_dv_22_the_name_of_a_book_is_that_of_its_campaign(books: Served) -> None:
    dav = account(books)
    only(patch(dav, "<set><prop><displayname>Summer</displayname></prop></set>"))
    listed = run("campaign", "list", dav.sid, "--json", data=dav.store)
    assert [it["Name"] for it in json.loads(listed.stdout)] == ["Summer"]


@pytest.mark.parametrize(
    ("inside", "others", "errors"),
    [
        (
            "<set><prop><x:a>1</x:a><getetag>2</getetag></prop></set>",
            {"403": {"getetag"}, "424": {"{urn:x}a"}},
            ("cannot-modify-protected-property",),
        ),
        (
            "<set><prop><x:a>1</x:a></prop></set><remove><prop><resourcetype/></prop></remove>",
            {"403": {"resourcetype"}, "424": {"{urn:x}a"}},
            ("cannot-modify-protected-property",),
        ),
        (
            f"<set><prop><x:a>1</x:a><displayname>{'x' * 256}</displayname></prop></set>",
            {"409": {"displayname"}, "424": {"{urn:x}a"}},
            (),
        ),
        (
            f"<set><prop><x:a>{'x' * 65_537}</x:a></prop></set><remove><prop><x:b/></prop></remove>",
            {"507": {"{urn:x}a"}, "424": {"{urn:x}b"}},
            ("quota-not-exceeded",),
        ),
    ],
)
def test_dv_22_all_or_nothing(dav: Dav, inside: str, others: dict[str, set[str]], errors: tuple[str, ...]) -> None:
    before = kept(dav)
    answer = only(patch(dav, inside))
    assert (answer.found, answer.others, answer.errors) == ({}, others, errors)
    assert list(kept(dav)) == list(before)
    assert "{urn:x}a" not in kept(dav)


def test_dv_22_only_books_have_properties_to_set(dav: Dav) -> None:
    dav.put("patched.vcf", card())
    for where in (dav.home, "/dav/", f"/dav/principals/{dav.sid}/", dav.path("patched.vcf")):
        answer = only(patch(dav, "<set><prop><x:a/><displayname>b</displayname></prop></set>", where))
        assert answer.others == {"403": {"{urn:x}a", "displayname"}}
        assert answer.errors == ("cannot-modify-protected-property",)
    assert patch(dav, "<set><prop><x:a/></prop></set>", dav.path("none.vcf")).status_code == 404


def test_dv_3_the_book_of_all_campaigns_keeps_its_own_properties(books: Served) -> None:
    dav = account(books)
    every = dav._replace(user=f"{dav.sid}+all", book="all")
    assert only(patch(every, "<set><prop><displayname>b</displayname></prop></set>")).others == {"403": {"displayname"}}
    only(patch(every, "<set><prop><x:a>1</x:a></prop></set>"))
    assert kept(every)["{urn:x}a"].text == "1"
    assert "{urn:x}a" not in kept(dav)


@pytest.mark.parametrize(
    "body", ["", "<a/>", '<propertyupdate xmlns="DAV:"/>', '<propfind xmlns="DAV:"><prop/></propfind>']
)
def test_an_update_that_says_nothing_is_400(dav: Dav, body: str) -> None:
    dav.send("PROPPATCH", "", body, status=400)


def test_what_clients_send_is_taken(books: Served) -> None:
    """The colour as InfCloud sets it, the card of oneself as iOS does, properties with prefixes of all kinds."""
    dav = account(books)
    for name in ("inf-colour", "apple-me-card", "dead-properties"):
        answer = only(dav.send("PROPPATCH", "", (CORPUS / f"{name}.xml").read_bytes()))
        assert answer.found
        assert not answer.others
    found = kept(dav)
    assert found[f"{INF}addressbook-color"].text == "#ff8800"
    value = found["{http://example.org/ns}valnspace"]
    assert (value.get(XML_LANG), value[0].tag, value[0].get("a"), value[1].text) == (
        "de",
        "{http://example.com/ns}foo",
        "1",
        "more",
    )
    href = found["{http://calendarserver.org/ns/}me-card"]
    assert href[0].text == "/dav/addressbooks/AC1/1000/me.vcf"


def test_dv_19_extended_mkcol_sets_properties(books: Served) -> None:
    dav = account(books)
    dav.send("MKCOL", f"{dav.home}partners/", (CORPUS / "davx5-make-book.xml").read_bytes(), status=201)
    found = kept(dav, "<prop><displayname/><card:addressbook-description/></prop>", f"{dav.home}partners/")
    assert (found["displayname"].text, found[f"{C}addressbook-description"].text) == ("Partners", "Of all brands")


MKCOL = '<mkcol xmlns="DAV:" xmlns:card="urn:ietf:params:xml:ns:carddav"><set><prop>{}</prop></set></mkcol>'
KIND = "<resourcetype><collection/><card:addressbook/></resourcetype>"


@pytest.mark.parametrize(
    ("inside", "parts", "errors"),
    [
        (
            f"{KIND}<getetag>A</getetag><displayname>A</displayname>",
            {"403": {"getetag"}, "424": {"resourcetype", "displayname"}},
            ["cannot-modify-protected-property"],
        ),
        (
            f"{KIND}<displayname>{'x' * 256}</displayname>",
            {"409": {"displayname"}, "424": {"resourcetype"}},
            [],
        ),
        (
            f"{KIND}<card:addressbook-description>{'x' * 65_537}</card:addressbook-description>",
            {"507": {f"{C}addressbook-description"}, "424": {"resourcetype"}},
            ["quota-not-exceeded"],
        ),
    ],
)
def test_rfc_5689_a_book_that_cannot_have_its_properties_is_not_made(
    dav: Dav, inside: str, parts: dict[str, set[str]], errors: list[str]
) -> None:
    answer = dav.send("MKCOL", f"{dav.home}refused/", MKCOL.format(inside), status=403)
    tree = etree.fromstring(answer.content)
    assert tree.tag == "{DAV:}mkcol-response"
    said = {
        part.findtext("{DAV:}status").split()[1]: {it.tag.removeprefix("{DAV:}") for it in part.find("{DAV:}prop")}
        for part in tree
    }
    assert said == parts
    assert [it.tag.removeprefix("{DAV:}") for error in tree.iter("{DAV:}error") for it in error] == errors
    assert dav.send("PROPFIND", f"{dav.home}refused/", "", {"depth": "0"}).status_code == 404


def test_dv_30_a_book_of_another_kind_is_not_made(dav: Dav) -> None:
    for kind in ("<collection/>", "<card:addressbook/>", "<collection/><displayname/>", ""):
        answer = dav.send(
            "MKCOL", f"{dav.home}refused/", MKCOL.format(f"<resourcetype>{kind}</resourcetype>"), status=403
        )
        assert condition(answer) == "d:valid-resourcetype"


def test_rfc_5689_what_is_there_already_is_told_before_what_is_refused(dav: Dav) -> None:
    dav.send("MKCOL", "", MKCOL.format(f"{KIND}<getetag>A</getetag>"), status=403)


def test_rfc_8144_who_prefers_a_minimal_answer_gets_none_where_all_is_done(dav: Dav) -> None:
    body = UPDATE.format("<set><prop><x:min>1</x:min></prop></set>")
    done = dav.send("PROPPATCH", "", body, {"prefer": "return=minimal"}, status=204)
    assert (done.content, done.headers["preference-applied"]) == (b"", "return=minimal")
    refused = UPDATE.format("<set><prop><getetag/></prop></set>")
    told = dav.send("PROPPATCH", "", refused, {"prefer": "return=minimal"})
    assert only(told).others == {"403": {"getetag"}}
    assert "preference-applied" not in told.headers


def test_dv_27_an_if_field_with_the_token_of_the_book_is_evaluated(books: Served) -> None:
    dav = account(books)
    token = kept(dav, "<prop><sync-token/></prop>")["sync-token"].text
    body = UPDATE.format("<set><prop><x:a>1</x:a></prop></set>")
    dav.send("PROPPATCH", "", body, {"if": f"(<{token}>)"}, status=207)
    dav.put("a.vcf", card())
    dav.send("PROPPATCH", "", body, {"if": f"(<{token}>)"}, status=412)
    dav.send("PROPPATCH", "", body, {"if": f"(Not <{token}>)"}, status=207)


def test_an_update_says_what_it_did(dav: Dav) -> None:
    answer = only(patch(dav, "<set><prop><x:said>1</x:said></prop></set>"))
    assert list(answer.found) == ["{urn:x}said"]
    assert not text(answer, "{urn:x}said")
