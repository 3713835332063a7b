"""THE TABLE of properties: what each kind of place has, and how it is read (DV-4, DV-20, DV-21), as tables."""

from __future__ import annotations

import pytest

from cardwright.book.card_octets import tag_of
from cardwright.surfaces.dav.names import APPLE, CS, INF, C, D
from cardwright.surfaces.dav.properties import BY_NAME, KINDS, PROPERTIES, UNSETTABLE, Needs, Setting
from cardwright.surfaces.dav.report_places import PLACES as REPORTS
from cardwright.surfaces.dav.wanted import Wanted
from surfaces.dav.resources import AROUND, CARD, PLACES, READER, STORED, inside, names, parsed, resource_of

EVERYWHERE = set(PLACES)
PRINCIPAL = [("href", "/dav/principals/AC1/")]
READ = ["read", "read-acl", "read-current-user-privilege-set"]


def read(kind: str, name: str, around: object = AROUND) -> object:
    """Return what a property of a place holds; None where it has it not."""
    resource = resource_of(kind, around)  # type: ignore[arg-type]
    found, missing = Wanted("prop", (name,)).reading(type(resource.place)).of(resource)
    assert bool(found) != bool(missing)
    return inside(found)[0][1] if found else None  # type: ignore[index]


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        *[(kind, f"{D}resourcetype", [("collection", "")]) for kind in ("root", "principals", "homes", "home")],
        ("principal", f"{D}resourcetype", [("collection", ""), ("principal", "")]),
        ("book", f"{D}resourcetype", [("collection", ""), ("addressbook", "")]),
        ("card", f"{D}resourcetype", ""),
        ("principal", f"{D}displayname", "Acme & Sons"),
        ("home", f"{D}displayname", "Acme & Sons"),
        ("book", f"{D}displayname", "Spring <sale>"),
        *[(kind, f"{D}current-user-principal", PRINCIPAL) for kind in PLACES],
        ("principal", f"{D}principal-URL", PRINCIPAL),
        ("principal", f"{D}alternate-URI-set", ""),
        ("principal", f"{D}group-member-set", ""),
        ("principal", f"{D}group-membership", ""),
        ("principal", f"{C}addressbook-home-set", [("href", "/dav/addressbooks/AC1/")]),
        *[(kind, f"{D}owner", PRINCIPAL) for kind in ("principal", "home", "book", "card")],
        *[(kind, f"{D}principal-collection-set", [("href", "/dav/principals/")]) for kind in PLACES],
        *[(kind, f"{D}inherited-acl-set", "") for kind in PLACES],
        *[(kind, f"{D}acl-restrictions", [("grant-only", ""), ("no-invert", "")]) for kind in PLACES],
        ("book", f"{C}addressbook-description", "All & sundry"),
        ("book", f"{INF}addressbook-color", "#ff8800"),
        ("book", f"{APPLE}addressbook-color", None),
        ("book", f"{C}supported-address-data", [("address-data-type", ""), ("address-data-type", "")]),
        ("book", f"{C}max-resource-size", "10485760"),
        *[
            (
                kind,
                f"{C}supported-collation-set",
                [("supported-collation", f"i;{name}") for name in ("ascii-casemap", "octet", "unicode-casemap")],
            )
            for kind in ("book", "card")
        ],
        ("book", f"{CS}getctag", "data:,cardwright-sync-abc"),
        ("book", f"{D}sync-token", "data:,cardwright-sync-abc"),
        ("card", f"{D}getetag", tag_of("g1", CARD)),
        ("card", f"{D}getcontenttype", "text/vcard; charset=utf-8"),
        ("card", f"{D}getcontentlength", "321"),
        ("book", f"{D}getcontentlength", "0"),
        ("card", f"{D}getlastmodified", "Sat, 28 Nov 2026 14:00:05 GMT"),
        ("card", f"{D}creationdate", "2026-03-01T09:30:15Z"),
        *[
            ("book", f"{namespace}{name}", None)
            for namespace, name in (
                (CS, "me-card"),
                (D, "quota-available-bytes"),
                (D, "quota-used-bytes"),
                (C, "principal-address"),
                (D, "lockdiscovery"),
                (D, "nothing"),
                ("", "nothing"),
            )
        ],
        ("card", f"{CS}getctag", None),
        ("home", f"{D}sync-token", None),
        ("root", f"{D}displayname", None),
        ("root", f"{C}addressbook-home-set", None),
    ],
)
def test_dv_21_what_a_place_has(kind: str, name: str, value: object) -> None:
    assert read(kind, name) == value


def test_dv_21_address_data_is_vcard_3_and_4() -> None:
    (types,) = parsed(
        Wanted("prop", (f"{C}supported-address-data",)).reading(type(PLACES["book"])).of(resource_of("book")).found
    )
    assert [dict(it.attrib) for it in types] == [
        {"content-type": "text/vcard", "version": "3.0"},
        {"content-type": "text/vcard", "version": "4.0"},
    ]


@pytest.mark.parametrize("kind", PLACES)
def test_dv_21_every_row_of_the_table_is_read_where_it_is_said_to_be(kind: str) -> None:
    everything = Wanted("prop", tuple(BY_NAME)).reading(type(PLACES[kind])).of(resource_of(kind))
    found, missing = names(everything)
    there = {row.name for row in PROPERTIES if type(PLACES[kind]) in row.where}
    assert found | missing == {name.removeprefix(D) for name in BY_NAME}
    assert {name.removeprefix(D) for name in there} - found == ({f"{APPLE}addressbook-color"} & there)


@pytest.mark.parametrize(
    ("kind", "around", "granted"),
    [
        ("root", AROUND, READ),
        ("principals", AROUND, READ),
        ("principal", AROUND, READ),
        ("homes", AROUND, READ),
        ("home", AROUND, [*READ, "bind"]),
        ("book", AROUND, [*READ, "write", "write-properties", "write-content", "bind", "unbind"]),
        ("card", AROUND, [*READ, "write", "write-content"]),
        *[(kind, READER, READ) for kind in PLACES],
    ],
)
def test_dv_4_privileges(kind: str, around: object, granted: list[str]) -> None:
    given = [("privilege", [(name, "")]) for name in granted]
    assert read(kind, f"{D}current-user-privilege-set", around) == given
    assert read(kind, f"{D}acl", around) == [
        ("ace", [("principal", PRINCIPAL), ("grant", given), ("protected", "")]),
    ]


def test_dv_3_the_book_of_all_campaigns_is_called_as_the_account() -> None:
    book = resource_of("book")
    every = book._replace(book=STORED._replace(info=STORED.info._replace(display_name="")))
    found = Wanted("prop", (f"{D}displayname",)).reading(type(book.place)).of(every).found
    assert inside(found) == [("displayname", "Acme & Sons")]


def test_dv_4_a_system_created_contact_is_read_only_to_everyone() -> None:
    resource = resource_of("card")._replace(card=CARD._replace(is_system=True))
    found = Wanted("prop", (f"{D}current-user-privilege-set",)).reading(type(resource.place)).of(resource).found
    assert inside(found) == [("current-user-privilege-set", [("privilege", [(name, "")]) for name in READ])]


def test_every_privilege_that_is_given_is_a_supported_one() -> None:
    """RFC 3744 section 5.3."""
    tree = parsed(
        Wanted("prop", (f"{D}supported-privilege-set",)).reading(type(PLACES["book"])).of(resource_of("book")).found
    )
    supported = {it[0].tag for it in tree.iter(f"{D}privilege")}
    assert supported == {
        D + name for name in (*READ, "all", "write", "write-properties", "write-content", "bind", "unbind")
    }
    assert all(it.find(f"{D}description") is not None for it in tree.iter(f"{D}supported-privilege"))


@pytest.mark.parametrize("kind", PLACES)
def test_dv_26_supported_report_set_is_the_table_of_reports(kind: str) -> None:
    said = read(kind, f"{D}supported-report-set")
    expected = [name.rpartition("}")[2] for name, places in REPORTS.items() if type(PLACES[kind]) in places]
    assert said == [("supported-report", [("report", [(name, "")])]) for name in expected]
    assert "expand-property" in expected


def test_dv_5_hrefs_begin_with_what_a_proxy_has_put_before() -> None:
    assert read("book", f"{D}owner", AROUND._replace(prefix="/cards")) == [("href", "/cards/dav/principals/AC1/")]


def test_every_kind_of_place_has_a_name_for_the_documentation() -> None:
    assert {KINDS[type(place)] for place in PLACES.values()} == set(PLACES) == set(KINDS.values())


def test_dv_22_what_can_be_set_and_what_is_protected() -> None:
    settable = {row.name for row in PROPERTIES if row.setting is not Setting.PROTECTED}
    assert settable == {
        f"{D}displayname",
        f"{C}addressbook-description",
        f"{APPLE}addressbook-color",
        f"{INF}addressbook-color",
    }
    assert not settable & UNSETTABLE
    assert settable | UNSETTABLE >= set(BY_NAME)


def test_only_what_is_needed_is_gathered() -> None:
    book, card = type(PLACES["book"]), type(PLACES["card"])
    assert Wanted("prop", (f"{D}getetag", f"{D}resourcetype")).needs(card) is Needs.NOTHING
    assert Wanted("prop", (f"{CS}getctag",)).needs(book) is Needs.TOKEN
    assert Needs.STORED in Wanted("prop", ("{urn:x}note",)).needs(book)
    assert Needs.LENGTH in Wanted("allprop").needs(card)
    assert Needs.LENGTH not in Wanted("propname").needs(card)
    assert Needs.ACCOUNT in Wanted("prop", (f"{D}displayname",)).needs(type(PLACES["principal"]))
