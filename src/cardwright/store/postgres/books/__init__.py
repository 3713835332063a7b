"""`CardStore` in PostgreSQL: the cards of address books by their names, and what became of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeVar

from cardwright.book.card_ports import Reached, Seen, WriteResult
from cardwright.book.partners import Campaign
from cardwright.book.ports import Draft
from cardwright.book.stored import StoredContact
from cardwright.errors import CardwrightError, NotFoundError, UidTakenError
from cardwright.store.instants import instant, now
from cardwright.store.postgres.books import following, naming
from cardwright.store.postgres.books import properties as book_properties
from cardwright.store.postgres.books.following import WHOLE
from cardwright.store.postgres.books.opened import opened
from cardwright.store.postgres.books.puts import NewCard, TakenError, put_all
from cardwright.store.postgres.books.rows import Key, card_of, cards_of, held, seen, unindexed, with_keys
from cardwright.store.postgres.books.writing import OpenBook, check_same, locked
from cardwright.store.postgres.lane import Lanes
from cardwright.store.postgres.numbers import LARGEST
from cardwright.store.postgres.partners import add_campaign
from cardwright.store.postgres.statistics import make_cards_known

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from datetime import datetime

    from cardwright.book.card_ports import Book, BookCard, BookProperties, CardsPage, Full, Position, PutCard, Synced
    from cardwright.book.images import Image
    from cardwright.book.ports import MakeContact, Place
    from cardwright.store.postgres.books.opened import Opened
    from cardwright.store.postgres.books.rows import NamedCard
    from cardwright.store.postgres.contacts import PostgresContacts
    from cardwright.store.postgres.database import Database
    from cardwright.store.postgres.driver import Connection

T = TypeVar("T")

_TRIES: Final = 3  # of a put without a lock
_UNSAYABLE: Final = re.compile("[\0\ud800-\udfff]")


class _AgainError(CardwrightError):
    """The card is not what it was, or is to become something else: it is looked at once more."""


class PostgresCards:
    """The port `book.card_ports.CardStore`."""

    def __init__(self, database: Database, contacts: PostgresContacts) -> None:
        self._database = database
        self._contacts = contacts
        self._new = Lanes(database, put_all, apart=True)

    async def close(self) -> None:
        """Wait until every card that was handed over has its answer."""
        await self._new.close()

    async def generation(self) -> str:
        """Return what names the history that revisions and places belong to."""
        return self._database.generation

    async def state(self, book: Book) -> Sequence[Reached]:
        """Return how far the book has come."""

        async def look(_: Connection, book_: Opened, bounds: Sequence[int]) -> list[Reached]:
            return [
                Reached(section.campaign, bound, WHOLE) for section, bound in zip(book_.sections, bounds, strict=True)
            ]

        return await self._look(book, look)

    async def named(self, book: Book, names: Sequence[str], *, full: Full = False) -> Sequence[BookCard | None]:
        """Return for each name the card that has it, or None; with `full` whole, of the first of the names."""
        asked = [name for name in names if _is_sayable(name)]

        async def shown(connection: Connection, book_: Opened, found: Mapping[str, NamedCard]) -> list[BookCard | None]:
            several = [found[name] for name in dict.fromkeys(asked) if name in found]
            cards = await cards_of(connection, book_, several, full=full)
            by_name = {card.name: card for card in cards}
            left = {one.name for one in several[len(cards) :]}
            first = next((at for at, name in enumerate(names) if name in left), len(names))
            return [by_name.get(name) for name in names[:first]]

        async def look(connection: Connection, book_: Opened, _: Sequence[int]) -> list[BookCard | None]:
            return await shown(connection, book_, await held(connection, book_, asked))

        async def sooner(connection: Connection) -> list[BookCard | None] | None:
            """Look without asking for cards that have no names, where all are found or none can have come."""
            book_ = await opened(connection, book)
            holders = await held(connection, book_, asked)
            is_sure = len(holders) == len(set(asked)) or all(one.sequence == one.named for one in book_.sections)
            return await shown(connection, book_, holders) if is_sure else None

        there = await (self._database.snapshot(sooner) if full else self._database.read(sooner))
        return await self._look(book, look) if there is None else there

    async def seen(self, book: Book, name: str, most: int) -> Seen:
        """Return the card that has a name, with its octets unless they are more than `most`."""
        asked = [name] if _is_sayable(name) else []

        async def shown(connection: Connection, book_: Opened) -> Seen:
            holder = (await held(connection, book_, asked)).get(name)
            card, octets = await seen(connection, book_, holder, most) if holder else (None, 0)
            return Seen(self._database.generation, card, octets)

        async def sooner(connection: Connection) -> Seen:
            return await shown(connection, await opened(connection, book))

        async def look(connection: Connection, book_: Opened, _: Sequence[int]) -> Seen:
            return await shown(connection, book_)

        there = await self._database.snapshot(sooner)
        return there if there.card else await self._look(book, look)

    async def of(self, book: Book, place: Place, numbers: Sequence[int], *, full: Full = False) -> Sequence[BookCard]:
        """Return the cards of contacts of a campaign: those that are there and in the book."""

        async def look(connection: Connection, book_: Opened, _: Sequence[int]) -> list[BookCard]:
            campaign = next((one.campaign for one in book_.sections if one.id == place.campaign), None)
            if campaign is None:
                return []
            keys = [Key(campaign, number, False) for number in numbers if 0 < number <= LARGEST]  # noqa: FBT003 - contacts
            by_key = await with_keys(connection, book_, keys)
            there = [by_key[key] for key in keys if key in by_key and by_key[key].revision is not None]
            return await cards_of(connection, book_, there, full=full)

        return await self._look(book, look)

    async def unindexed(self, book: Book, most: int) -> Sequence[str] | None:
        """Return the names of the cards that may say what a search does not find; None for more than that."""

        async def look(connection: Connection, book_: Opened, _: Sequence[int]) -> list[str] | None:
            return await unindexed(connection, book_, most)

        return await self._look(book, look)

    async def following(
        self, book: Book, after: Position | None = None, *, full: Full = False, limit: int = 1_000
    ) -> CardsPage:
        """Return cards of the book, each once: contacts by their number, then groups; campaign by campaign."""

        async def look(connection: Connection, book_: Opened, _: Sequence[int]) -> CardsPage:
            return await following.listed(connection, book_, after, limit, full=full)

        return await self._look(book, look)

    async def changed(
        self,
        book: Book,
        since: Sequence[Reached],
        limit: int,
        *,
        full: Full = False,
        until: Sequence[Reached] | None = None,
    ) -> Synced:
        """Return what has happened since these places; no places begin with all cards."""

        async def look(connection: Connection, book_: Opened, bounds: Sequence[int]) -> Synced:
            ends = dict(zip(book_.campaigns, bounds, strict=True))
            if until is not None:
                ends = {one.campaign: min(one.sequence, ends[one.campaign]) for one in until if one.campaign in ends}
            return await following.changed(connection, book_.only(ends), ends, since, limit, full=full)

        return await self._look(book, look)

    async def put(self, book: Book, name: str, put: PutCard, by: str, image: Image | None = None) -> WriteResult:
        """Have a name hold what `put` says, and return the card."""
        try:
            if made := await self._made_unseen(book, name, put, by):
                return made
            for _ in range(_TRIES):
                card = await self._card(book, name)
                try:
                    if card is None:
                        comes = put(None, instant(now()))
                        if not isinstance(comes, Draft):
                            break
                        return await self._made(NewCard(book, name, comes, by))
                    if card.is_group:
                        break
                    edited = await self._edited(card, put, by, image)
                    return WriteResult(edited, is_new=False, generation=self._database.generation)
                except (TakenError, _AgainError):
                    continue
            return await self._write(book, by, lambda opened_: opened_.put(name, put, image))
        except UidTakenError as error:
            if error.name:
                raise
            raise UidTakenError(error.number, await self._name_of(book, error.number)) from error

    async def _made_unseen(self, book: Book, name: str, put: PutCard, by: str) -> WriteResult | None:
        """Put a new card without a look whether its name has one: none has, nearly always, where `put` takes that.

        None where there is one, or where that is not known: then it is looked at.
        """
        try:
            comes = put(None, instant(now()))
        except CardwrightError:  # it asks for a card that is there
            return None
        if not isinstance(comes, Draft):
            return None
        try:
            return await self._made(NewCard(book, name, comes, by, is_unseen=True))
        except TakenError:
            return None

    async def _made(self, card: NewCard) -> WriteResult:
        made = await self._new.add(card)
        return WriteResult(card_of(made.book, made.found), is_new=True, generation=self._database.generation)

    async def delete(self, book: Book, name: str, allowed: Callable[[BookCard], None], by: str) -> None:
        """Delete the contact or the group that has this name, unless `allowed` raises."""

        async def work(opened_: OpenBook) -> None:
            await opened_.hold(await opened_.card(name))
            holder = await opened_.card(name)
            allowed(opened_.shown(holder))
            await opened_.remove(holder)

        await self._card(book, name)
        await self._write(book, by, work)

    async def move(  # noqa: PLR0913, PLR0917 - from where, to where, who
        self,
        book: Book,
        name: str,
        to: Book,
        to_name: str,
        allowed: Callable[[BookCard, BookCard | None], None],
        by: str,
        *,
        copy: bool = False,
    ) -> WriteResult:
        """Give a card another name, or move or copy it to another book of the account, and return it."""

        async def unit(connection: Connection) -> WriteResult:
            source = OpenBook(connection, await locked(connection, book), by, self._database.generation)
            target = (
                source
                if to == book
                else OpenBook(connection, await opened(connection, to), by, self._database.generation)
            )
            await target.hold(await source.card(name), await target.holder(to_name))
            moved, held_by = await source.card(name), await target.holder(to_name)
            allowed(source.shown(moved), held_by and target.shown(held_by))
            if to == book:
                if copy:
                    raise UidTakenError(moved.number, moved.name)
                return await source.rename(moved, held_by, to_name)
            kept = await target.take(source, moved, held_by, to_name)
            if not copy:
                await source.remove(moved)
            return kept

        for one, its_name in ((book, name), (to, to_name)):
            await self._card(one, its_name)
        try:
            return await self._database.write(unit)
        except UidTakenError as error:
            if error.name:
                raise
            raise UidTakenError(error.number, await self._name_of(to, error.number)) from error

    async def make(self, book: Book, properties: BookProperties, made: MakeContact, by: str) -> None:
        """Make a campaign, called and with all else as clients set it of a book."""

        async def unit(connection: Connection) -> None:
            await add_campaign(connection, book.sid, Campaign(book.campaign, properties.display_name), made, by)
            await book_properties.put(connection, book, lambda _: properties)

        await self._database.write(unit)

    async def properties(self, book: Book) -> BookProperties:
        """Return what clients have set of the book, and its name."""
        return await self._database.read(lambda c: book_properties.properties_of(c, book))

    async def set_properties(self, book: Book, change: Callable[[BookProperties], BookProperties]) -> None:
        """Put what `change` makes of it in the place of what is there; what it raises is raised."""
        await self._database.write(lambda c: book_properties.put(c, book, change))

    async def _look(self, book: Book, look: Callable[[Connection, Opened, Sequence[int]], Awaitable[T]]) -> T:
        """Return what a look finds of one moment, in which every card of a campaign has its name up to a change."""

        async def query(connection: Connection, *, is_last: bool) -> tuple[T] | None:
            book_ = await opened(connection, book)
            bounds, is_behind = await naming.bounds(connection, book_)
            return None if is_behind and not is_last else (await look(connection, book_, bounds),)

        answer = await self._database.snapshot(lambda c: query(c, is_last=False))
        while answer is None:
            await self._bring(book)
            answer = await self._database.snapshot(lambda c: query(c, is_last=True))
        return answer[0]

    async def _bring(self, book: Book) -> None:
        """Give their names to all cards that are there now, a unit of work at a time: others write in between."""
        book_ = await self._database.read(lambda c: opened(c, book))
        until = {section.campaign: section.sequence for section in book_.sections}
        while await self._database.write(lambda c: naming.bring(c, book, until)):
            pass
        for section in book_.sections:
            await self._database.run(lambda c, at=section.campaign: make_cards_known(c, (book_.account, at)))  # type: ignore[misc]

    async def _card(self, book: Book, name: str) -> BookCard | None:
        """Return the card that has the name, short; its own name was given to every card that came."""
        return (await self.named(book, [name]))[0]

    async def _edited(self, card: BookCard, put: PutCard, by: str, image: Image | None) -> BookCard:
        """Put what is made of a contact in its place, if it still is what it was, and return its card."""

        def edit(stored: StoredContact, at: datetime) -> StoredContact:
            if stored.revision != card.revision:
                raise _AgainError
            comes = put(card._replace(contact=stored), at)
            if not isinstance(comes, StoredContact):
                raise _AgainError
            check_same(card, comes.contact.uid)
            return comes

        try:
            stored = await self._contacts.update(card.place, card.number, edit, by, image)
        except NotFoundError as error:
            raise _AgainError from error
        return card._replace(revision=stored.revision, updated=stored.updated)

    async def _write(self, book: Book, by: str, work: Callable[[OpenBook], Awaitable[T]]) -> T:
        async def unit(connection: Connection) -> T:
            return await work(OpenBook(connection, await locked(connection, book), by, self._database.generation))

        return await self._database.write(unit)

    async def _name_of(self, book: Book, number: int) -> str:
        """Return the name of the card of this number, which has a UID that somebody asked for."""

        async def look(connection: Connection, book_: Opened, _: Sequence[int]) -> str:
            keys = [Key(campaign, number, is_group) for campaign in book_.campaigns for is_group in (False, True)]
            by_key = await with_keys(connection, book_, keys)
            return next((one.name for one in by_key.values() if one.revision is not None), "")

        return await self._look(book, look)


def _is_sayable(name: str) -> bool:
    """Say whether PostgreSQL can be asked for a name; nothing is called what it cannot hold."""
    return not _UNSAYABLE.search(name)
