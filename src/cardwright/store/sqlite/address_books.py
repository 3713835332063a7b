"""`CardStore` in SQLite: address books, and what became of their cards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from cardwright.book.card_ports import Seen
from cardwright.book.partners import Campaign
from cardwright.store.sqlite import book_properties, book_reading, card_writes, naming
from cardwright.store.sqlite.book_changes import Following
from cardwright.store.sqlite.book_reading import BookReader
from cardwright.store.sqlite.books import WHOLE, UnnamedCardsError, check_named, named_parts, parts_of, up_to
from cardwright.store.sqlite.card_puts import Put, put_all
from cardwright.store.sqlite.partners import add_campaign

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import apsw

    from cardwright.book.card_ports import (
        Book,
        BookCard,
        BookProperties,
        CardsPage,
        Full,
        Position,
        PutCard,
        Reached,
        Synced,
        WriteResult,
    )
    from cardwright.book.images import Image
    from cardwright.book.ports import MakeContact, Place
    from cardwright.store.sqlite.books import BookPart
    from cardwright.store.sqlite.database import Database
    from cardwright.store.sqlite.writer import WriteConnection

T = TypeVar("T")

_FEW: Final = 20
"""Names that are looked up, and changes that are told, on the event loop: they cost less than a hop between threads."""
_SMALL: Final = 64 * 1024
"""Octets of a card up to which it is read there too."""


class SqliteCards:
    """The port `book.card_ports.CardStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def generation(self) -> str:
        """Return what names the history that revisions and places belong to."""
        return self._database.glance(generation_of)

    async def state(self, book: Book) -> Sequence[Reached]:
        """Return how far the book has come, and where to follow from."""
        return await self._look(book, lambda _, parts: [part.reached for part in parts], brief=True)

    async def named(self, book: Book, names: Sequence[str], *, full: Full = False) -> Sequence[BookCard | None]:
        """Return for each name the card that has it, or None; with `full` whole, and maybe of the first names alone."""

        def look(connection: apsw.Connection) -> Sequence[BookCard | None]:
            parts = parts_of(connection, book)
            holders = BookReader(connection, book.sid, parts, full=full).named(names)
            if None in holders:
                check_named(connection, parts)
            return holders

        brief = len(names) <= _FEW
        if full and brief:
            seen = await self.seen(book, names[0], _SMALL)
            brief = len(names) == 1 and seen.octets <= _SMALL
            if brief and full == "octets":
                return [seen.card]
        try:
            return self._database.glance(look) if brief else await self._database.read(look)
        except UnnamedCardsError:
            return await self._look(
                book, lambda c, parts: BookReader(c, book.sid, parts, full=full).named(names), brief=brief
            )

    async def seen(self, book: Book, name: str, most: int) -> Seen:
        """Return the card that has a name, with its octets unless they are more than `most`."""

        def look(connection: apsw.Connection, parts: Sequence[BookPart]) -> Seen:
            short = BookReader(connection, book.sid, parts, full=False)
            octets = short.octets(name)
            reading = BookReader(connection, book.sid, parts, full="octets") if octets <= most else short
            return Seen(generation_of(connection), reading.one(name), octets)

        seen = self._database.glance(lambda c: book_reading.seen(c, book, name, most))
        return await self._look(book, look, brief=True) if seen is None else seen

    async def of(self, book: Book, place: Place, numbers: Sequence[int], *, full: Full = False) -> Sequence[BookCard]:
        """Return the cards of contacts of a campaign: those that are there and in the book."""

        def look(connection: apsw.Connection, parts: Sequence[BookPart]) -> list[BookCard]:
            return BookReader(connection, book.sid, parts, full=full).of(place.campaign, numbers)

        return await self._look(book, look, brief=not full and len(numbers) <= _FEW)

    async def unindexed(self, book: Book, most: int) -> Sequence[str] | None:
        """Return the names of the cards that may say what a search does not find; None for more than that."""

        def look(connection: apsw.Connection, parts: Sequence[BookPart]) -> list[str] | None:
            return BookReader(connection, book.sid, parts, full=False).unindexed(most)

        return await self._look(book, look, brief=most <= _FEW)

    async def following(
        self, book: Book, after: Position | None = None, *, full: Full = False, limit: int = 1_000
    ) -> CardsPage:
        """Return cards of the book, each once: contacts by their number, then groups; campaign by campaign."""

        def look(connection: apsw.Connection, parts: Sequence[BookPart]) -> CardsPage:
            return BookReader(connection, book.sid, parts, full=full).following(after, limit)

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
        """Return what has happened since these places, until those; no places begin with all cards."""

        def look(connection: apsw.Connection, parts: Sequence[BookPart]) -> Synced:
            if until is not None:
                parts = up_to(parts, until)
            return Following(connection, book.sid, parts, limit, full=full).since(since)

        return await self._look(book, look, brief=not full and until is not None and _is_near(since, until))

    async def put(self, book: Book, name: str, put: PutCard, by: str, image: Image | None = None) -> WriteResult:
        """Have a name hold what `put` says, and return the card."""
        return await self._database.write_together(put_all, Put(book, name, put, by, image))

    async def delete(self, book: Book, name: str, allowed: Callable[[BookCard], None], by: str) -> None:
        """Delete the contact or the group that has this name, unless `allowed` raises; NotFoundError for none."""
        await self._database.write(lambda c: card_writes.delete(c, book, name, allowed, by))

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
        if book == to:
            return await self._database.write(
                lambda c: card_writes.rename(c, book, name, to_name, allowed, by, copy=copy)
            )
        return await self._database.write(
            lambda c: card_writes.move(c, book, name, to, to_name, allowed, by, copy=copy)
        )

    async def make(self, book: Book, properties: BookProperties, made: MakeContact, by: str) -> None:
        """Make a campaign, called and with all else as clients set it of a book."""

        def unit(connection: WriteConnection) -> None:
            add_campaign(connection, book.sid, Campaign(book.campaign, properties.display_name), made, by)
            book_properties.put(connection, book, lambda _: properties)

        await self._database.write(unit)

    async def properties(self, book: Book) -> BookProperties:
        """Return what clients have set of the book, and its name."""
        return self._database.glance(lambda c: book_properties.properties_of(c, book))

    async def set_properties(self, book: Book, change: Callable[[BookProperties], BookProperties]) -> None:
        """Put what `change` makes of it in the place of what is there."""
        await self._database.write(lambda c: book_properties.put(c, book, change))

    async def _look(
        self, book: Book, look: Callable[[apsw.Connection, Sequence[BookPart]], T], *, brief: bool = False
    ) -> T:
        """Return what a look at the book gives, once every card that is there by now has a name."""

        async def read(query: Callable[[apsw.Connection], T]) -> T:
            return self._database.glance(query) if brief else await self._database.read(query)

        try:
            return await read(lambda c: look(c, named_parts(c, book)))
        except UnnamedCardsError:
            while await self._database.write(lambda c: naming.bring(c, book)):
                pass
        return await read(lambda c: look(c, named_parts(c, book, behind=True)))


def _is_near(since: Sequence[Reached], until: Sequence[Reached]) -> bool:
    """Say whether little has happened between the places: what a phone that asks every few minutes hears."""
    there = {place.campaign: place.sequence for place in until}
    if len(since) != len(there) or any(place.listed != WHOLE or place.campaign not in there for place in since):
        return False
    changes = [there[place.campaign] - place.sequence for place in since]
    return min(changes, default=0) >= 0 and sum(changes) <= _FEW


def generation_of(connection: apsw.Connection) -> str:
    """Return what names the history of the store."""
    return str(connection.execute("SELECT id FROM generation").get)
