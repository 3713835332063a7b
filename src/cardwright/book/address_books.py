"""Address books for phones and mail programs (CardDAV): which books somebody has, and what becomes of their cards.

A book is a campaign, or all campaigns of an account as one (`all`, DV-3). What a card is as octets, and its entity tag,
`card_octets` says.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from cardwright import limits
from cardwright.book import system
from cardwright.book.card_octets import size_of, written
from cardwright.book.card_ports import Book
from cardwright.book.card_putting import CardChangedError, Putting, refuse_system
from cardwright.book.partners import ALL, new_campaign
from cardwright.book.sent_cards import read_sent
from cardwright.errors import ConflictError, ForbiddenError, NotFoundError
from cardwright.fair_semaphore import FairSemaphore

if TYPE_CHECKING:
    from collections.abc import Callable

    from cardwright.book.card_octets import Written
    from cardwright.book.card_ports import BookCard, BookProperties, WriteResult
    from cardwright.book.card_putting import Allowed, PutResult
    from cardwright.book.images import Images
    from cardwright.book.partners import Campaign
    from cardwright.book.ports import Store
    from cardwright.book.sent_cards import SentCard

T = TypeVar("T")

_BESIDE: Final = 8 * 1024
"""Octets of a card from which it is read in another thread: of a few thousand numbers it takes 100 ms."""
_TIMES: Final = 5
"""How often a card that changes all the time is tried to be put over."""


class User(NamedTuple):
    """Who has signed in, and to which books (DV-2 to DV-4)."""

    sid: str
    campaign: str
    """The one whose book they see alone; `all` for that book alone, `""` for a book for each campaign."""
    read_only: bool
    by: str
    """Who asks, for the audit trail."""


class BookInfo(NamedTuple):
    """A book of somebody."""

    book: Book
    """As the store knows it."""
    name: str
    """The last part of its path: the campaign's id, or `all`."""
    display_name: str


class SeenCard(NamedTuple):
    """A card that is there, as `CardStore.seen` tells of it."""

    generation: str
    card: BookCard
    octets: int


class AddressBooks:
    """The use cases. Each raises NotFoundError for a book that the user has not, or that is not there.

    `allowed` is given what holds a name, and raises what is to be raised: it judges in the unit of work, as the last.
    """

    def __init__(self, store: Store, images: Images) -> None:
        self._store = store
        self._images = images
        self._reads = FairSemaphore(limits.CARD_READS.value, each=1, seconds=limits.LARGE_WAIT.value)

    async def generation(self) -> str:
        """Return what names the history of the store, for tags and sync tokens."""
        return await self._store.cards.generation()

    async def check(self, user: User) -> None:
        """Raise NotFoundError for a user of one book whose campaign is not there."""
        if user.campaign not in {"", ALL}:
            await self._store.partners.campaign(user.sid, user.campaign)

    async def books(self, user: User) -> list[BookInfo]:
        """Return the books that the user has, the one made first ahead."""
        if user.campaign:
            return [await self.book(user, user.campaign)]
        campaigns = await self._store.partners.campaigns(user.sid)
        return [_info(user.sid, campaign) for campaign in campaigns if campaign.id != ALL]

    async def book(self, user: User, name: str) -> BookInfo:
        """Return the book of that name."""
        book = book_of(user, name)
        if not book.campaign:
            return BookInfo(book, ALL, "")
        return _info(user.sid, await self._store.partners.campaign(user.sid, name))

    async def make_book(self, user: User, name: str, properties: BookProperties) -> None:
        """Make a campaign of that id (DV-19) with these properties, called as its id is where they say no name.

        InvalidError for an id or a name that cannot be, ConflictError for an id that is taken, ForbiddenError for who
        sees one book alone, and beyond `limits.BOOKS`.
        """
        if user.campaign:
            raise ForbiddenError("who signs in to one book makes no others")
        if len(await self._store.partners.campaigns(user.sid)) >= limits.BOOKS.value:
            raise ForbiddenError(f"an account with {limits.BOOKS.value} campaigns gets no more of them so")
        called = new_campaign(name, properties.display_name or name).name
        properties = properties._replace(display_name=called)
        await self._store.cards.make(Book(user.sid, name), properties, system.draft, system.BY)

    async def see(self, user: User, name: str, card: str, most: int) -> SeenCard:
        """Return a card, with its octets unless they are more than `most`; NotFoundError for none."""
        generation, kept_card, octets = await self._store.cards.seen(book_of(user, name), card, most)
        return SeenCard(generation, _there(kept_card, card), octets)

    async def find(self, user: User, name: str, card: str) -> BookCard:
        """Return a card, without its octets; NotFoundError for none."""
        kept_card = (await self._store.cards.named(book_of(user, name), (card,)))[0]
        return _there(kept_card, card)

    async def read(self, user: User, name: str, card: str, version: str = "") -> Written:
        """Return a card as it leaves, in `version` where one is asked for; NotFoundError for none."""
        kept_card = (await self._store.cards.named(book_of(user, name), (card,), full="octets"))[0]
        return await self.written(user, await self.generation(), _there(kept_card, card), version)

    async def written(self, user: User, generation: str, card: BookCard, version: str = "") -> Written:
        """Return a card, which was read with its octets, as it leaves."""
        return await self.beside(user.sid, size_of(card), lambda: written(generation, card, version))

    async def beside(self, sid: str, octets: int, work: Callable[[], T], *, is_quick: bool = True) -> T:
        """Return what `work` gives, which takes cards of so many octets apart; other requests go on meanwhile.

        Of large ones, whose parts may take 50 times their room, one at a time; raises BusyError.
        """
        if octets <= _BESIDE and is_quick:
            return work()
        async with self._reads.taken(sid) if octets > limits.LARGE.value else contextlib.nullcontext():
            return await asyncio.to_thread(work)

    async def put(self, user: User, name: str, card: str, octets: bytes, allowed: Allowed) -> PutResult:
        """Keep a card that was sent under its name: a new contact, or what the contact there is from now on.

        The octets are kept as they are. Partner accounts stay, labels are what CATEGORIES say, the photo is the card's.
        Raises as `read_sent` does, UidTakenError as `CardStore.put` does, ForbiddenError for a system-created contact.
        """
        book = book_of(user, name)
        putting = Putting(self._store.cards, self._images, book, card, await self._sent(user.sid, octets))
        for _ in range(_TIMES):
            try:
                return await putting.put(allowed, user.by)
            except CardChangedError:
                continue
        raise ConflictError("others change the card all the time")

    async def _sent(self, sid: str, octets: bytes) -> SentCard:
        return await self.beside(sid, len(octets), lambda: read_sent(octets))

    async def delete(self, user: User, name: str, card: str, allowed: Callable[[BookCard], None]) -> None:
        """Delete a card: its contact can be restored. ForbiddenError for a system-created contact."""

        def judged(there: BookCard) -> None:
            allowed(there)
            refuse_system(there)

        await self._store.cards.delete(book_of(user, name), card, judged, user.by)

    async def move(
        self,
        user: User,
        source: tuple[str, str],
        target: tuple[str, str],
        allowed: Callable[[BookCard, BookCard | None], None],
        *,
        copy: bool,
    ) -> WriteResult:
        """Move or copy a card from one book and name to another (DV-19).

        ForbiddenError for a system-created contact that is moved, or would be replaced; UidTakenError as
        `CardStore.move` does.
        """

        def judged(card: BookCard, there: BookCard | None) -> None:
            allowed(card, there)
            if not copy:
                refuse_system(card)
            refuse_system(there)

        (name, card), (to_name, to_card) = source, target
        book, to = book_of(user, name), book_of(user, to_name)
        return await self._store.cards.move(book, card, to, to_card, judged, user.by, copy=copy)


def book_of(user: User, name: str) -> Book:
    """Return the book of that name, if it may be one of the user's; NotFoundError else."""
    if name == ALL if user.campaign == "" else name != user.campaign:
        raise NotFoundError(f"there is no book {name}")
    return Book(user.sid, "" if name == ALL else name)


def _info(sid: str, campaign: Campaign) -> BookInfo:
    return BookInfo(Book(sid, campaign.id), campaign.id, campaign.name)


def _there(card: BookCard | None, name: str) -> BookCard:
    if card is None:
        raise NotFoundError(f"there is no card {name}")
    return card
