"""One resource of each kind, as an account with two books has them; for tests without a store."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from lxml import etree

from cardwright.book.address_books import BookInfo, User
from cardwright.book.card_ports import Book, BookCard, BookProperty
from cardwright.book.ports import Place
from cardwright.surfaces.dav.names import D
from cardwright.surfaces.dav.places import BookPlace, CardPlace, Home, Homes, Principal, Principals, Root, href
from cardwright.surfaces.dav.property_update import by_name
from cardwright.surfaces.dav.resource import Around, Resource, StoredBook
from cardwright.surfaces.dav.xml_writing import DECLARED

if TYPE_CHECKING:
    from cardwright.surfaces.dav.wanted import PropertyElements

AROUND: Final = Around(User("AC1", "", read_only=False, by="phone"), "", "g1", "Acme & Sons")
READER: Final = AROUND._replace(user=AROUND.user._replace(read_only=True))
CARD: Final = BookCard(
    "ann poe.vcf",
    Place("AC1", "1000"),
    7,
    is_group=False,
    revision=12,
    created=datetime(2026, 3, 1, 9, 30, 15, 999_999, tzinfo=UTC),
    updated=datetime(2026, 11, 28, 14, 0, 5, tzinfo=UTC),
    uid="urn:uuid:1",
)
SET: Final = (
    BookProperty("urn:ietf:params:xml:ns:carddav", "addressbook-description", "en", "All &amp; sundry"),
    BookProperty("http://inf-it.com/ns/ab/", "addressbook-color", "", "#ff8800"),
    BookProperty("urn:x", "note", "de", "<x:b xmlns:x='urn:x'>1</x:b>"),
    BookProperty("", "plain", "", "2"),
)
STORED: Final = StoredBook(
    BookInfo(Book("AC1", "1000"), "1000", "Spring <sale>"), "data:,cardwright-sync-abc", by_name(SET)
)
PLACES: Final = {
    "root": Root(),
    "principals": Principals(),
    "principal": Principal("AC1"),
    "homes": Homes(),
    "home": Home("AC1"),
    "book": BookPlace("AC1", "1000"),
    "card": CardPlace("AC1", "1000", "ann poe.vcf"),
}


def resource_of(kind: str, around: Around = AROUND) -> Resource:
    """Return the resource of this kind: its place as `properties.KINDS` calls it."""
    place = PLACES[kind]
    book = STORED if kind == "book" else None
    card, length = (CARD, 321) if kind == "card" else (None, None)
    return Resource(around, place, href(place, around.prefix), book, card, length)


def parsed(xml: str) -> etree._Element:
    """Return an element that holds what was written, as libxml2 reads it."""
    return etree.fromstring(f"<d:prop{DECLARED}>{xml}</d:prop>".encode())


def names(found: PropertyElements) -> tuple[set[str], set[str]]:
    """Return the names of what was found and of what is missing, without `{DAV:}`."""
    both = [parsed(xml) for xml in found]
    return tuple({it.tag.removeprefix(D) for it in tree} for tree in both)  # type: ignore[return-value]


def inside(xml: str) -> list[object]:
    """Return what an element holds: each child with what that holds, else its text."""
    return [(it.tag.rpartition("}")[2], inside_of(it)) for it in parsed(xml)]


def inside_of(tree: etree._Element) -> object:
    return [(it.tag.rpartition("}")[2], inside_of(it)) for it in tree] or (tree.text or "")
