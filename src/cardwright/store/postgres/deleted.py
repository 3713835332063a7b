"""`DeletedStore` in PostgreSQL: the changes that deleted a contact, read backward."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.book.change_ports import Change
from cardwright.book.deleted_contacts import page_of
from cardwright.store.instants import instant
from cardwright.store.postgres.contact_rows import partner_names, stored_of
from cardwright.store.postgres.numbers import LARGEST, campaign_numbers
from cardwright.store.postgres.writes import read_before

if TYPE_CHECKING:
    from cardwright.book.deleted_contacts import DeletedPage
    from cardwright.book.ports import Place
    from cardwright.store.postgres.database import Database
    from cardwright.store.postgres.driver import Connection

_MUCH: Final = 4 * 1024 * 1024
"""Characters that end a read."""
_DELETED: Final = """SELECT sequence, number, at, by, before, found FROM (
      SELECT *, sum(length(before)) OVER (ORDER BY sequence {way}) - length(before) AS earlier,
        count(*) OVER () AS found FROM (
        SELECT sequence, number, at, by, before FROM change AS gone
        WHERE account = $1 AND campaign = $2 AND kind = 'd' AND sequence > $3 AND sequence < $4
        AND before IS NOT NULL AND (before::json ->> 'partner_user') IS NULL
        AND NOT EXISTS (SELECT FROM contact WHERE contact.account = $1 AND contact.campaign = $2
          AND contact.number = gone.number)
        AND NOT EXISTS (SELECT FROM change AS later WHERE later.account = $1 AND later.campaign = $2
          AND later.number = gone.number AND later.before IS NOT NULL AND later.sequence > gone.sequence)
        AND NOT EXISTS (SELECT FROM merged WHERE merged.account = $1 AND merged.campaign = $2
          AND merged.second = gone.number AND merged.deleted = gone.sequence)
        ORDER BY account {way}, campaign {way}, sequence {way} LIMIT $5
      ) AS page
    ) AS measured WHERE earlier < $6 ORDER BY sequence {way}"""


class PostgresDeleted:
    """The port `book.deleted_contacts.DeletedStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(self, place: Place, limit: int, before: int | None = None, after: int | None = None) -> DeletedPage:
        """Return a page of the changes that deleted a contact, as `DeletedStore.list`."""

        async def look(connection: Connection) -> DeletedPage:
            numbers = await campaign_numbers(connection, place)
            bounds = 0 if after is None else min(after, LARGEST), LARGEST if before is None else min(before, LARGEST)
            statement = _DELETED.format(way="DESC" if after is None else "ASC")
            rows = await connection.rows(statement, *numbers, *bounds, limit + 1, _MUCH)
            read = [read_before(row[4]).row for row in rows]
            names = await partner_names(connection, numbers[0], [one.partners for one in read])
            changes = [
                Change(int(row[0]), int(row[1]), "deleted", instant(row[2]), row[3], stored_of(was, names))
                for row, was in zip(rows, read, strict=True)
            ]
            is_cut = bool(rows) and len(rows) < rows[0][5]
            return page_of(changes, limit, before, after, is_cut=is_cut)

        return await self._database.snapshot(look)
