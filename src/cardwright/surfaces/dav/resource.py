"""What a property is read from: a place with what is known of it, gathered before."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cardwright.surfaces.dav.places import Principal, href

if TYPE_CHECKING:
    from cardwright.book.address_books import BookInfo, User
    from cardwright.book.card_ports import BookCard, BookProperty
    from cardwright.surfaces.dav.places import DavPlace


class Around(NamedTuple):
    """What is the same for every resource of an answer."""

    user: User
    prefix: str = ""
    """What hrefs begin with, before `/dav/`."""
    generation: str = ""
    """Of the store, for entity tags."""
    account: str = ""
    """The name of the account."""

    @property
    def principal(self) -> str:
        """The href of the user's principal."""
        return href(Principal(self.user.sid), self.prefix)


class StoredBook(NamedTuple):
    """A book, and what the store knows of it where that was asked for."""

    info: BookInfo
    token: str = ""
    """The sync token of what it holds now."""
    properties: dict[str, BookProperty] | None = None
    """What clients have set, by name: `"{urn:x}colour"`."""


class Resource(NamedTuple):
    """A place, for reading its properties."""

    around: Around
    place: DavPlace
    href: str
    book: StoredBook | None = None
    """Of a book."""
    card: BookCard | None = None
    """Of a card."""
    length: int | None = None
    """The octets of a card, where that was asked for."""

    @property
    def is_read_only(self) -> bool:
        """Whether the user may change nothing here: a read-only token, or a system-created contact (DV-4)."""
        return self.around.user.read_only or (self.card is not None and self.card.is_system)


def resource(around: Around, place: DavPlace, book: StoredBook | None = None) -> Resource:
    """Return a place that is no card as a resource."""
    return Resource(around, place, href(place, around.prefix), book)
