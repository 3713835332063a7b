"""The table `book_property`, and the name of the campaign: what clients set of an address book (DV-22)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cardwright.book.book_properties import check_room
from cardwright.book.card_ports import BookProperties, BookProperty
from cardwright.store.sqlite.rows import account_number, campaign_numbers

if TYPE_CHECKING:
    from collections.abc import Callable

    import apsw

    from cardwright.book.card_ports import Book
    from cardwright.store.sqlite.writer import WriteConnection

_SET: Final = "SELECT namespace, name, lang, value FROM book_property WHERE book = ? ORDER BY namespace, name"
_PUT: Final = "INSERT OR REPLACE INTO book_property (book, namespace, name, lang, value) VALUES (?, ?, ?, ?, ?)"
_TAKE: Final = "DELETE FROM book_property WHERE book = ? AND namespace = ? AND name = ?"
_NAME: Final = "SELECT name FROM campaign WHERE campaign = ?"
_RENAME: Final = "UPDATE campaign SET name = ? WHERE campaign = ?"


def properties_of(connection: apsw.Connection, book: Book) -> BookProperties:
    """Return what is set of a book."""
    number = _number(connection, book)
    rows: list[tuple[Any, ...]] = connection.execute(_SET, (number,)).fetchall()
    name = connection.execute(_NAME, (number,)).get or ""
    return BookProperties(name, tuple(BookProperty(*row) for row in rows))


def put(connection: WriteConnection, book: Book, change: Callable[[BookProperties], BookProperties]) -> None:
    """Set what `change` makes of it."""
    number, was = _number(connection, book), properties_of(connection, book)
    new = change(was)
    check_room(new.properties)
    there, comes = set(was.properties), set(new.properties)
    connection.executemany(_TAKE, ((number, one.namespace, one.name) for one in there - comes))
    connection.executemany(_PUT, ((number, *one) for one in comes - there))
    if new.display_name != was.display_name:
        connection.execute(_RENAME, (new.display_name, number))


def _number(connection: apsw.Connection, book: Book) -> int:
    return campaign_numbers(connection, *book)[1] if book.campaign else -account_number(connection, book.sid)
