"""Who is there already, asked of the store only where that can be."""

from __future__ import annotations

import asyncio
from itertools import takewhile
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from cardwright.book.bloom_filter import Seen
from cardwright.book.match_keys import marks_of
from cardwright.book.requests import Query

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.book.contact_store import ContactStore, Draft, Place
    from cardwright.book.match_keys import Alike, Known
    from cardwright.contact.model import Contact

_DEARER: Final = 4  # times that looking somebody up costs what reading a contact does
_PAGE: Final = 500
LARGE: Final = 16 * 1024 * 1024
"""Bytes of cards and photos that are held together."""


class Extent(NamedTuple):
    """A campaign at one moment."""

    contacts: int
    """How many it has."""
    sequence: int
    """Of the last change: the same number never stands for two states."""


class Kept(NamedTuple):
    """New contacts on the disk."""

    numbers: Sequence[int]
    """Those they were given, in their order."""
    sequence: int
    """Of the last change, theirs."""


class ImportStore(Protocol):
    """What an import asks of the store."""

    async def extent(self, place: Place) -> Extent:
        """Return how far the campaign has come."""

    async def alike(self, place: Place, known: Sequence[Known], *, cards: bool) -> Sequence[Alike | None]:
        """Return for each the contact of the campaign that is the same person, by UID first, then as `Known` says.

        With `cards` these have their cards, and only as many of the first come as have cards of `LARGE` together: one
        at least.
        """

    async def create(self, place: Place, drafts: Sequence[Draft], by: str) -> Kept:
        """Keep new contacts, all or none, after those of earlier calls."""


class Familiar:
    """The people of one campaign during an import.

    What they are known by is remembered from an empty campaign on; in one with contacts, once so many rows were looked
    up that reading it was cheaper. A change by somebody else ends that, and every row is looked up again.
    """

    def __init__(self, store: ImportStore, contacts: ContactStore, place: Place) -> None:
        self._store = store
        self._contacts = contacts
        self._place = place
        self._seen: Seen | None = None
        self._sequence = -1
        self._looked_up = 0
        self._creating: asyncio.Task[Sequence[int]] | None = None

    async def alike(self, known: Sequence[Known], *, cards: bool) -> list[Alike | None]:
        """Return for each the contact that is there already; whoever is asked for counts as seen from then on.

        With `cards` they come with them, and maybe not all at once: then the rest is to be asked for again.
        """
        if self._seen is None or self._creating is None or self._creating.done():
            await self._follow()
        seen = self._seen
        asked = list(known) if seen is None else [one for one in known if seen.add(one.marks)]
        if not asked:
            return [None] * len(known)
        await self.settled()  # they may be among those
        if self._seen is not seen:
            asked = list(known)
        self._looked_up += len(asked)
        answers = await self._store.alike(self._place, asked, cards=cards)
        found: dict[int, Alike | None] = dict(zip(map(id, asked), answers, strict=False))
        left = set(map(id, asked[len(answers) :]))
        return [found.get(id(one)) for one in takewhile(lambda one: id(one) not in left, known)]

    def create(self, drafts: Sequence[Draft], by: str) -> asyncio.Task[Sequence[int]]:
        """Begin to keep new contacts, who were asked for before; the task gives their numbers."""
        self._creating = asyncio.create_task(self._create(drafts, by))
        return self._creating

    async def _create(self, drafts: Sequence[Draft], by: str) -> Sequence[int]:
        numbers, sequence = await self._store.create(self._place, drafts, by)
        if sequence != self._sequence + len(drafts):
            self._forget()
        self._sequence = sequence
        return numbers

    async def settled(self) -> None:
        """Wait until no new contacts are on their way any more, kept or not."""
        if self._creating:
            await asyncio.wait((self._creating,))  # which, unlike `gather`, does not cancel it when it is cancelled
            self._creating.exception()  # raised to whoever awaits the numbers

    def changed(self, contact: Contact) -> None:
        """Take note of a contact after a change that this import made."""
        self._sequence += 1
        if self._seen:
            self._seen.add(marks_of(contact))

    def _forget(self) -> None:
        self._seen, self._looked_up = None, 0

    async def _follow(self) -> None:
        """Forget everybody if somebody else has changed the campaign, and learn who is there if that pays."""
        await self.settled()
        contacts, sequence = await self._store.extent(self._place)
        if sequence != self._sequence:
            self._forget()
            self._sequence = sequence
        if self._seen is None and self._looked_up * _DEARER >= contacts:
            self._seen = await self._everybody()

    async def _everybody(self) -> Seen:
        seen, query = Seen(), Query(page_size=_PAGE)
        while found := await self._contacts.following(self._place, query):
            for stored in found:
                seen.add(marks_of(stored.contact))
            query = query._replace(after=found[-1].number)
        return seen
