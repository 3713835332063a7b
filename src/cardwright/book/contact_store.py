"""The port of `book.contacts`: where contacts are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from cardwright.errors import CardwrightError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cardwright.book.images import Image
    from cardwright.book.requests import Page, Query
    from cardwright.book.stored import StoredContact
    from cardwright.contact.model import Contact


class Place(NamedTuple):
    """A campaign of an account."""

    sid: str
    campaign: str


class Draft(NamedTuple):
    """A contact that is to be kept."""

    contact: Contact
    """With a `uid`."""
    partners: tuple[str, ...]
    """Ids of partner accounts."""
    image: Image | None = None
    card: bytes = b""
    """The card it came as."""


class Repeat(NamedTuple):
    """An idempotency key, and a digest of what was sent with it (PC-29)."""

    key: str
    digest: bytes


class LargeCardError(CardwrightError):
    """The next card is larger than the caller can hold just now; nothing was read."""


class ContactStore(Protocol):
    """Every method raises NotFoundError for an account, campaign or contact that is not there.

    A method that writes does so in one unit of work, is on the disk when it returns, and records the change, by whom.
    """

    def generation(self) -> str:
        """Return what names the history that revisions and numbers belong to; a restore begins another one."""

    async def unknown_partners(self, place: Place, partners: Sequence[str]) -> Sequence[str]:
        """Return those of the ids that are no partner accounts of this account."""

    async def repeated(self, sid: str, repeat: Repeat) -> int | None:
        """Return the number made under this key within 24 hours; KeyReusedError if that had other contents."""

    async def create(self, place: Place, draft: Draft, by: str, repeat: Repeat | None = None) -> int:
        """Keep a contact and return the number it was given; with `repeat`, as `repeated` says if it is one.

        Raises InvalidError, with a fault of the field `partners`, for ids that are no partner accounts of the account.
        """

    async def get(self, place: Place, number: int, *, full: bool = False) -> StoredContact:
        """Return a contact; with its photo and card if `full`."""

    async def list(self, place: Place, query: Query) -> Page:
        """Return a page of contacts and how many there are in all, both of one moment."""

    async def following(self, place: Place, query: Query, most: int | None = None) -> Sequence[StoredContact]:
        """Return the contacts of a query after `query.after`, at most `page_size`, with photos and cards.

        A read ends early when it holds much, with a contact at least. With `most`, no card is read for which more
        octets than that are: the read ends before it, and where it comes first LargeCardError is raised.
        """

    async def update(
        self,
        place: Place,
        number: int,
        edit: Callable[[StoredContact], StoredContact],
        by: str,
        image: Image | None = None,
    ) -> StoredContact:
        """Put what `edit` makes of the contact in its place; what `edit` raises is raised, and nothing is kept.

        A contact that `edit` leaves as it is keeps its revision. `image` is kept with it if `edit` points to it.
        """

    async def delete(self, place: Place, number: int, allowed: Callable[[StoredContact], None], by: str) -> None:
        """Delete the contact unless `allowed` raises."""

    async def image(self, sid: str, digest: str) -> Image:
        """Return an image of the account."""

    async def octets(self, place: Place, number: int) -> int:
        """Return how much is read for the card of a contact, 0 when there is none, without reading it."""

    async def image_octets(self, sid: str, digest: str) -> int:
        """Return the size of an image of the account, 0 when there is none, without reading it."""

    async def restore(self, place: Place, number: int, by: str) -> StoredContact:
        """Bring back a deleted contact; ConflictError if it is there, or if what it belongs to is gone."""

    async def erase(self, place: Place, number: int, by: str) -> None:
        """Remove the contact and all that was ever recorded of it, but that there was one."""
