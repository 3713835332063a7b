"""What PROPPATCH and extended MKCOL change (DV-22, RFC 4918 section 9.2, RFC 5689), as tables, without a store."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardwright.book.card_ports import BookProperties, BookProperty
from cardwright.surfaces.dav.errors import MalformedError
from cardwright.surfaces.dav.multistatus import Propstat
from cardwright.surfaces.dav.names import C, D
from cardwright.surfaces.dav.property_update import (
    NO_ROOM,
    PROTECTED_PROPERTY,
    UNFIT,
    applied,
    changes_of,
    outcome,
    refusals,
    refusals_of_new,
    too_large,
)
from cardwright.surfaces.dav.xml_reading import XmlTooLargeError, read

CORPUS = Path(__file__).parents[2] / "corpus" / "xml"
BEFORE = BookProperties("Spring", (BookProperty("urn:x", "a", "", "1"), BookProperty("urn:x", "b", "", "2")))


def update(inside: str) -> list:
    return changes_of(read(f'<propertyupdate xmlns="DAV:" xmlns:x="urn:x">{inside}</propertyupdate>'.encode()))


def after(inside: str) -> tuple[str, list[tuple[str, str, str, str]]]:
    """Return the name of the book, and its properties, after an update."""
    done = applied(BEFORE, update(inside), "1000")
    return done.display_name, [tuple(it) for it in done.properties]


A, B = ("urn:x", "a", "", "1"), ("urn:x", "b", "", "2")


@pytest.mark.parametrize(
    ("inside", "name", "properties"),
    [
        ("<set><prop><x:a>3</x:a></prop></set>", "Spring", [("urn:x", "a", "", "3"), B]),
        ("<remove><prop><x:a/></prop></remove>", "Spring", [B]),
        ("<remove><prop><x:c/></prop></remove>", "Spring", [A, B]),
        ("<set><prop><x:a>3</x:a></prop></set><remove><prop><x:a/></prop></remove>", "Spring", [B]),
        (
            "<remove><prop><x:a/></prop></remove><set><prop><x:a>3</x:a></prop></set>",
            "Spring",
            [("urn:x", "a", "", "3"), B],
        ),
        ("<set><prop><x:a>3</x:a><x:a>4</x:a></prop></set>", "Spring", [("urn:x", "a", "", "4"), B]),
        ("<set><prop><c xmlns=''/></prop></set>", "Spring", [("", "c", "", ""), A, B]),
        (
            "<set><prop><details>My &amp; name</details></prop></set>",
            "Spring",
            [("DAV:", "details", "", "My &amp; name"), A, B],
        ),
        ("<set><prop><displayname> Summer </displayname></prop></set>", "Summer", [A, B]),
        ("<set><prop><displayname>a &lt;- &amp; ]]&gt;</displayname></prop></set>", "a <- & ]]>", [A, B]),
        ("<set><prop><displayname>Sum<x:b>mer</x:b></displayname></prop></set>", "Summer", [A, B]),
        ("<remove><prop><displayname/></prop></remove>", "1000", [A, B]),
        ("<set><prop><displayname/></prop></set>", "1000", [A, B]),
        (
            (
                "<set xml:lang='de'><prop><x:c>1</x:c><x:d xml:lang='en'>2</x:d></prop></set>"
                "<set><prop xml:lang='fr'><x:e/></prop></set>"
            ),
            "Spring",
            [A, B, ("urn:x", "c", "de", "1"), ("urn:x", "d", "en", "2"), ("urn:x", "e", "fr", "")],
        ),
    ],
)
def test_dv_22_what_a_book_has_after_an_update(inside: str, name: str, properties: list[object]) -> None:
    assert after(inside) == (name, properties)
    assert not refusals(update(inside))


def test_the_order_of_set_and_remove_counts() -> None:
    """RFC 4918 section 14.19."""
    assert after("<remove><prop><x:a/></prop></remove><set><prop><x:a>5</x:a></prop></set>")[1][0][3] == "5"


@pytest.mark.parametrize(
    "inside",
    [
        "",
        "<set/>",
        "<set><prop/></set>",
        "<x:set><x:prop><x:a/></x:prop></x:set>",
        "<set><prop><a xmlns='no uri'/></prop></set>",
        "<set><prop><x:a><b xmlns='ü'/></x:a></prop></set>",
        "<set><prop><x:a xmlns:y='&lt;' y:b=''/></prop></set>",
    ],
)
def test_an_update_that_says_nothing_or_has_a_namespace_that_is_no_uri_is_malformed(inside: str) -> None:
    with pytest.raises(MalformedError):
        update(inside)


def test_an_update_names_so_many_properties() -> None:
    assert len(update(f"<set><prop>{'<x:a/>' * 250}</prop></set>")) == 250
    with pytest.raises(XmlTooLargeError):
        update(f"<set><prop>{'<x:a/>' * 251}</prop></set>")


@pytest.mark.parametrize(
    ("inside", "refused"),
    [
        ("<set><prop><getetag/><x:a/></prop></set>", {f"{D}getetag": PROTECTED_PROPERTY}),
        ("<remove><prop><resourcetype/></prop></remove>", {f"{D}resourcetype": PROTECTED_PROPERTY}),
        ("<set><prop><quota-used-bytes/></prop></set>", {f"{D}quota-used-bytes": PROTECTED_PROPERTY}),
        (f"<set><prop><displayname>{'x' * 256}</displayname></prop></set>", {f"{D}displayname": UNFIT}),
        ("<set><prop><displayname>a\nb</displayname></prop></set>", {f"{D}displayname": UNFIT}),
        (f"<set><prop><displayname>{'x' * 255}</displayname></prop></set>", {}),
    ],
)
def test_dv_22_protected_properties_are_refused(inside: str, refused: dict[str, object]) -> None:
    assert refusals(update(inside)) == refused


def test_dv_3_the_book_of_all_campaigns_has_no_name_to_set() -> None:
    changes = update("<set><prop><displayname>All</displayname><x:a/></prop></set>")
    assert refusals(changes, is_all=True) == {f"{D}displayname": PROTECTED_PROPERTY}


def test_dv_19_a_new_book_may_be_told_its_kind() -> None:
    changes = changes_of(read((CORPUS / "davx5-make-book.xml").read_bytes()))
    assert [it.name for it in changes] == [f"{D}resourcetype", f"{D}displayname", f"{C}addressbook-description"]
    assert refusals(changes, creating=True) == {}
    assert refusals(changes) == {f"{D}resourcetype": PROTECTED_PROPERTY}


@pytest.mark.parametrize(
    ("inside", "refused"),
    [
        ("<set><prop><x:a/></prop></set>", {}),
        (f"<set><prop><x:a>{'x' * 65_537}</x:a><displayname>b</displayname></prop></set>", {"{urn:x}a": NO_ROOM}),
        ("<set><prop><resourcetype/><getetag/></prop></set>", {f"{D}getetag": PROTECTED_PROPERTY}),
        (
            f"<set><prop><getetag/><x:a>{'x' * 65_537}</x:a></prop></set>",
            {f"{D}getetag": PROTECTED_PROPERTY},
        ),
    ],
)
def test_dv_19_what_a_new_book_cannot_have(inside: str, refused: dict[str, object]) -> None:
    assert refusals_of_new(update(inside), "1000") == refused


def test_dv_19_the_kind_of_a_new_book_is_kept_as_no_property() -> None:
    assert after("<set><prop><resourcetype/></prop></set>") == ("Spring", [A, B])


ERROR = f"{D}cannot-modify-protected-property"


@pytest.mark.parametrize(
    ("refused", "parts"),
    [
        ({}, (Propstat(200, "<d:a/><d:b/>"),)),
        ({f"{D}b": PROTECTED_PROPERTY}, (Propstat(424, "<d:a/>"), Propstat(403, "<d:b/>", ERROR))),
        ({f"{D}a": PROTECTED_PROPERTY, f"{D}b": PROTECTED_PROPERTY}, (Propstat(403, "<d:a/><d:b/>", ERROR),)),
        ({f"{D}a": NO_ROOM}, (Propstat(507, "<d:a/>", f"{D}quota-not-exceeded"), Propstat(424, "<d:b/>"))),
    ],
)
def test_dv_22_all_or_nothing(refused: dict, parts: tuple[Propstat, ...]) -> None:
    assert outcome(update("<set><prop><a/><b/><a/></prop></set>"), refused) == parts


def test_dv_22_too_much_is_told_of_what_is_set() -> None:
    changes = update("<set><prop><x:a/></prop></set><remove><prop><x:b/></prop></remove>")
    assert too_large(changes) == {"{urn:x}a": NO_ROOM}
