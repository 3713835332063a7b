"""Which properties a PROPFIND asks for, and what is answered to it (DV-20, DV-27), as tables."""

from __future__ import annotations

import pytest

from cardwright.limits import PROPERTIES_ASKED, PROPERTY_NAMES
from cardwright.surfaces.dav.errors import MalformedError
from cardwright.surfaces.dav.multistatus import Propstat
from cardwright.surfaces.dav.names import XML_LANG, C, D
from cardwright.surfaces.dav.places import CardPlace
from cardwright.surfaces.dav.wanted import PropertyElements, Wanted, wanted
from cardwright.surfaces.dav.xml_reading import XmlTooLargeError, read
from surfaces.dav.resources import PLACES, names, parsed, resource_of


def asked(inside: str) -> Wanted:
    return wanted(read(f'<propfind xmlns="DAV:" xmlns:x="urn:x">{inside}</propfind>'.encode()))


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("<allprop/>", Wanted("allprop")),
        ("<propname/>", Wanted("propname")),
        ("<prop/>", Wanted("prop")),
        ("<prop><getetag/><x:a/></prop>", Wanted("prop", (f"{D}getetag", "{urn:x}a"))),
        ("<prop><getetag/><getetag/></prop>", Wanted("prop", (f"{D}getetag",))),
        ("<x:other/><prop><a xmlns=''/></prop><x:more/>", Wanted("prop", ("a",))),
        ("<allprop/><include><acl/></include>", Wanted("allprop", (f"{D}acl",))),
        ("<include><acl/></include><allprop/>", Wanted("allprop", (f"{D}acl",))),
    ],
)
def test_dv_20_what_a_body_asks_for(inside: str, expected: Wanted) -> None:
    assert asked(inside) == expected


@pytest.mark.parametrize(
    "inside",
    ["", "<allprop/><propname/>", "<allprop/><prop/>", "<prop/><prop/>", "<x:allprop/>", "<include><acl/></include>"],
)
def test_dv_20_a_body_with_none_or_two_of_them_is_malformed(inside: str) -> None:
    with pytest.raises(MalformedError):
        asked(inside)


def test_a_report_may_have_none_where_that_means_something() -> None:
    body = read(b'<principal-match xmlns="DAV:"><self/></principal-match>')
    assert wanted(body, "prop") == Wanted("prop")


def test_a_request_names_so_many_properties_of_such_a_length() -> None:
    most = PROPERTIES_ASKED.value
    assert len(asked(f"<prop>{''.join(f'<a{it}/>' for it in range(most))}</prop>").names) == most
    with pytest.raises(XmlTooLargeError, match="more than 250 properties"):
        asked(f"<prop>{''.join(f'<a{it}/>' for it in range(most + 1))}</prop>")
    long = "x" * (PROPERTY_NAMES.value - len("{DAV:}"))
    assert asked(f"<prop><{long}/></prop>").names == (f"{D}{long}",)
    with pytest.raises(XmlTooLargeError, match="more than 32,768 characters"):
        asked(f"<prop><{long}x/></prop>")


LIVE = {"resourcetype", "getetag", "getcontenttype", "getcontentlength", "getlastmodified", "creationdate"}


@pytest.mark.parametrize(
    ("kind", "want", "found", "missing"),
    [
        ("card", Wanted("allprop"), LIVE, set()),
        ("card", Wanted("allprop", (f"{D}owner", "{urn:x}a")), LIVE | {"owner"}, {"{urn:x}a"}),
        ("root", Wanted("allprop"), {"resourcetype"}, set()),
        (
            "book",
            Wanted("allprop"),
            {
                "resourcetype",
                "displayname",
                "getcontentlength",
                "{http://inf-it.com/ns/ab/}addressbook-color",
                "{urn:x}note",
                "plain",
            },
            set(),
        ),
        ("book", Wanted("prop", ("{urn:x}note", "{urn:x}other")), {"{urn:x}note"}, {"{urn:x}other"}),
        ("card", Wanted("prop", ("{urn:x}note",)), set(), {"{urn:x}note"}),
        ("card", Wanted("prop"), set(), set()),
        (
            "home",
            Wanted("propname", ()),
            {
                "resourcetype",
                "displayname",
                "current-user-principal",
                "owner",
                "supported-privilege-set",
                "current-user-privilege-set",
                "acl",
                "acl-restrictions",
                "inherited-acl-set",
                "principal-collection-set",
                "supported-report-set",
            },
            set(),
        ),
    ],
)
def test_dv_20_what_is_found_and_what_is_missing(kind: str, want: Wanted, found: set[str], missing: set[str]) -> None:
    assert names(want.reading(type(PLACES[kind])).of(resource_of(kind))) == (found, missing)


def test_dv_20_propname_names_what_is_there_and_says_no_value() -> None:
    found = Wanted("propname").reading(type(PLACES["book"])).of(resource_of("book")).found
    tree = parsed(found)
    assert not any(it.text or len(it) for it in tree)
    assert {"{urn:x}note", "plain", f"{C}addressbook-description", f"{D}sync-token"} <= {it.tag for it in tree}
    assert "{http://apple.com/ns/ical/}addressbook-color" not in {it.tag for it in tree}
    card = resource_of("card")._replace(length=None)
    assert "getcontentlength" in names(Wanted("propname").reading(type(PLACES["card"])).of(card))[0]


def test_dv_22_a_property_comes_back_with_its_language() -> None:
    found = Wanted("prop", (f"{C}addressbook-description", "{urn:x}note", "plain")).reading(type(PLACES["book"]))
    assert [(it.text, it.get(XML_LANG)) for it in parsed(found.of(resource_of("book")).found)] == [
        ("All & sundry", "en"),
        (None, "de"),
        ("2", None),
    ]


@pytest.mark.parametrize(
    ("found", "minimal", "parts"),
    [
        (PropertyElements("<a/>", "<b/>"), False, (Propstat(200, "<a/>"), Propstat(404, "<b/>"))),
        (PropertyElements("<a/>", "<b/>"), True, (Propstat(200, "<a/>"),)),
        (PropertyElements("<a/>", ""), False, (Propstat(200, "<a/>"),)),
        (PropertyElements("", "<b/>"), False, (Propstat(404, "<b/>"),)),
        (PropertyElements("", "<b/>"), True, (Propstat(200, ""),)),
        (PropertyElements("", ""), False, (Propstat(200, ""),)),
    ],
)
def test_dv_27_minimal_leaves_out_what_is_missing(
    found: PropertyElements, *, minimal: bool, parts: tuple[Propstat, ...]
) -> None:
    assert found.propstats(minimal=minimal) == parts


def test_what_a_report_writes_itself_is_taken_out() -> None:
    want = Wanted("prop", (f"{C}address-data", f"{D}getetag"))
    assert want.without(f"{C}address-data") == Wanted("prop", (f"{D}getetag",))


@pytest.mark.parametrize("names", [(), ("getetag",), ("getcontenttype", "getetag", "resourcetype"), ("resourcetype",)])
@pytest.mark.parametrize("is_group", [False, True], ids=["contact", "group"])
def test_what_every_card_has_is_written_as_all_else_is(names: tuple[str, ...], *, is_group: bool) -> None:
    card = resource_of("card")
    kept = card.card and card.card._replace(is_group=is_group)
    assert kept
    card = card._replace(card=kept, href="/dav/a&b.vcf")
    reading = Wanted("prop", tuple(f"{D}{name}" for name in names)).reading(CardPlace)
    write = reading.of_every_card(card.around.generation)
    assert write
    assert write("/dav/a&amp;b.vcf", kept) == reading.of(card).response(card.href, minimal=False)


@pytest.mark.parametrize(
    "want", [Wanted("allprop"), Wanted("propname"), *(Wanted("prop", (f"{D}getetag", it)) for it in (f"{D}owner", "x"))]
)
def test_not_every_card_has_what_else_is_asked_for(want: Wanted) -> None:
    assert want.reading(CardPlace).of_every_card("g1") is None
