"""`DeletedStore` in SQLite: the changes that deleted a contact, read backward."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from cardwright.book.change_ports import Change
from cardwright.book.deleted_contacts import page_of
from cardwright.store.instants import instant
from cardwright.store.sqlite.change_rows import read_before
from cardwright.store.sqlite.contact_rows import Rows
from cardwright.store.sqlite.keys import end, first_after, key, number_of
from cardwright.store.sqlite.rows import campaign_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable

    import apsw

    from cardwright.book.deleted_contacts import DeletedPage
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
    ORDER BY change {way} LIMIT ?"""


class SqliteDeleted:
    """The port `book.deleted_contacts.DeletedStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(self, place: Place, limit: int, before: int | None = None, after: int | None = None) -> DeletedPage:
        """Return a page of the changes that deleted a contact, as `DeletedStore.list`."""

        def look(connection: apsw.Connection) -> DeletedPage:
            account, campaign = campaign_numbers(connection, *place)
            first = first_after(campaign) if after is None else first_after(campaign, after)
            past = end(campaign) if before is None else key(campaign, before)
            way = "DESC" if after is None else "ASC"
            deletions = connection.execute(_DELETED.format(way=way), (first, past, limit + 1))
            rows, octets = Rows(connection, account), 0
            changes: list[Change] = []
            for change, contact, at, by, record in cast("Iterable[tuple[int, int, int, str, str]]", deletions):
                if octets >= _MUCH:
                    return page_of(changes, limit, before, after, is_cut=True)
                was = rows.stored(read_before(record).row)
                changes.append(Change(number_of(change), number_of(contact), "deleted", instant(at), by, was))
                octets += len(record)
            return page_of(changes, limit, before, after, is_cut=False)

        return await self._database.read(look)
