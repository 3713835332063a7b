"""`ChangeStore` in SQLite: the table `change`, read in its order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from cardwright.book.ports import Change
from cardwright.store.instants import instant
from cardwright.store.sqlite.cards import read_card
from cardwright.store.sqlite.change_rows import read_before
from cardwright.store.sqlite.contact_rows import Rows
from cardwright.store.sqlite.keys import end, first_after, number_of
from cardwright.store.sqlite.rows import campaign_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import apsw

    from cardwright.book.ports import Kind, Place
    from cardwright.book.stored import StoredContact
    from cardwright.store.sqlite.database import Database

_MUCH: Final = 4 * 1024 * 1024
"""Octets that end a read of contacts as they were."""
_AFTER: Final = """SELECT change, contact, kind, at, by, CASE WHEN ? THEN before END FROM change
    WHERE change >= ? AND change < ? ORDER BY change LIMIT ?"""
_ChangeRow = tuple[int, int, "Kind", int, str, str | None]


class SqliteChanges:
    """The port `book.ports.ChangeStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def after(self, place: Place, sequence: int, limit: int, *, full: bool = False) -> Sequence[Change]:
        """Return the changes of the campaign after `sequence`, `limit` at most; with `full`, what was there before."""

        def look(connection: apsw.Connection) -> list[Change]:
            account, campaign = campaign_numbers(connection, *place)
            bounds = (full, first_after(campaign, sequence), end(campaign), limit)
            rows = cast("Iterable[_ChangeRow]", connection.execute(_AFTER, bounds))
            contacts, changes, octets = Rows(connection, account), [], 0
            for change, contact, kind, at, by, before in rows:
                was = before and _contact(connection, contacts, before)
                changes.append(Change(number_of(change), number_of(contact), kind, instant(at), by, was or None))
                octets += len(before or "") + (len(was.card) if was else 0)
                if octets >= _MUCH:
                    break
            return changes

        return await self._database.read(look)


def _contact(connection: apsw.Connection, rows: Rows, before: str) -> StoredContact:
    was = read_before(before)
    return rows.stored(was.row)._replace(card=read_card(connection, was.card))
