"""`DeletedStore` in SQLite: the changes that deleted a contact, read backward."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from cardwright.book.ports import Change
from cardwright.store.instants import instant
from cardwright.store.sqlite.change_rows import read_before
from cardwright.store.sqlite.contact_rows import Rows
from cardwright.store.sqlite.keys import end, first_after, key, number_of
from cardwright.store.sqlite.rows import campaign_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import apsw

    from cardwright.book.ports import Place
    from cardwright.store.sqlite.database import Database

_MUCH: Final = 4 * 1024 * 1024
"""Octets that end a read."""
_DELETED: Final = """SELECT change, contact, at, by, before FROM change AS gone INDEXED BY change_deleted
    WHERE kind = 'deleted' AND change >= ? AND change < ? AND before IS NOT NULL AND before ->> '$.user' IS NULL
    AND NOT EXISTS (SELECT 1 FROM contact WHERE contact.contact = gone.contact)
    AND NOT EXISTS (SELECT 1 FROM change AS later
      WHERE later.contact = gone.contact AND later.before IS NOT NULL AND later.change > gone.change)
    AND NOT EXISTS (SELECT 1 FROM merged WHERE merged.second = gone.contact AND merged.deleted = gone.change)
    ORDER BY change DESC LIMIT ?"""


class SqliteDeleted:
    """The port `book.deleted_contacts.DeletedStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(self, place: Place, limit: int, before: int | None = None) -> Sequence[Change]:
        """Return the changes that deleted a contact, the latest first, each with the contact as it was."""

        def look(connection: apsw.Connection) -> list[Change]:
            account, campaign = campaign_numbers(connection, *place)
            past = end(campaign) if before is None else key(campaign, before)
            found = connection.execute(_DELETED, (first_after(campaign), past, limit))
            rows, changes, octets = Rows(connection, account), [], 0
            for change, contact, at, by, record in cast("Iterable[tuple[int, int, int, str, str]]", found):
                was = rows.stored(read_before(record).row)
                changes.append(Change(number_of(change), number_of(contact), "deleted", instant(at), by, was))
                octets += len(record)
                if octets >= _MUCH:
                    break
            return changes

        return await self._database.read(look)
