"""The table `book_property`, and the name of the campaign: what clients set of an address book (DV-22)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.book.book_properties import check_room
from cardwright.book.card_ports import BookProperties, BookProperty
from cardwright.book.ports import Place
from cardwright.store.postgres.books.opened import ALL
from cardwright.store.postgres.numbers import account_number, campaign_numbers, lock

if TYPE_CHECKING:
    from collections.abc import Callable

    from cardwright.book.card_ports import Book
    from cardwright.store.postgres.driver import Connection

_SET: Final = """SELECT namespace, name, lang, value FROM book_property WHERE account = $1 AND campaign = $2
    ORDER BY namespace, name"""
_PUT: Final = """INSERT INTO book_property (account, campaign, namespace, name, lang, value)
    SELECT $1, $2, * FROM unnest($3::text[], $4::text[], $5::text[], $6::text[])"""
_TAKE: Final = "DELETE FROM book_property WHERE account = $1 AND campaign = $2"
_NAME: Final = "SELECT name FROM campaign WHERE account = $1 AND campaign = $2"
_RENAME: Final = "UPDATE campaign SET name = $3 WHERE account = $1 AND campaign = $2"


async def properties_of(connection: Connection, book: Book) -> BookProperties:
    """Return what is set of a book."""
    return await _of(connection, await _numbers(connection, book))


async def put(connection: Connection, book: Book, change: Callable[[BookProperties], BookProperties]) -> None:
    """Set what `change` makes of it."""
    numbers = await _numbers(connection, book)
    await lock(connection, numbers[0])
    was = await _of(connection, numbers)
    new = change(was)
    check_room(new.properties)
    if list(new.properties) != list(was.properties):
        await connection.execute(_TAKE, *numbers)
        columns = [[one[at] for one in new.properties] for at in range(len(BookProperty._fields))]
        await connection.execute(_PUT, *numbers, *columns)
    if new.display_name != was.display_name:
        await connection.execute(_RENAME, *numbers, new.display_name)


async def _of(connection: Connection, numbers: tuple[int, int]) -> BookProperties:
    rows = await connection.rows(_SET, *numbers)
    name = await connection.value(_NAME, *numbers)
    return BookProperties(name or "", tuple([BookProperty(*row) for row in rows]))


async def _numbers(connection: Connection, book: Book) -> tuple[int, int]:
    if book.campaign:
        return await campaign_numbers(connection, Place(*book))
    return await account_number(connection, book.sid), ALL
