"""`DeletedStore` in PostgreSQL: the changes that deleted a contact, read backward."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.book.ports import Change
from cardwright.store.instants import instant
from cardwright.store.postgres.contact_rows import partner_names, stored_of
from cardwright.store.postgres.numbers import LAST, campaign_numbers
from cardwright.store.postgres.writes import read_before

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.book.ports import Place
    from cardwright.store.postgres.database import Database
    from cardwright.store.postgres.driver import Connection

_MUCH: Final = 4 * 1024 * 1024
"""Characters that end a read."""
_DELETED: Final = f"""SELECT sequence, number, at, by, before FROM (
      SELECT *, sum(length(before)) OVER (ORDER BY sequence DESC) - length(before) AS earlier FROM (
        SELECT sequence, number, at, by, before FROM change AS gone
        WHERE account = $1 AND campaign = $2 AND kind = 'd' AND sequence < $3
        AND before IS NOT NULL AND (before::json ->> 'partner_user') IS NULL
        AND NOT EXISTS (SELECT FROM contact WHERE contact.account = $1 AND contact.campaign = $2
          AND contact.number = gone.number)
        AND NOT EXISTS (SELECT FROM change AS later WHERE later.account = $1 AND later.campaign = $2
          AND later.number = gone.number AND later.before IS NOT NULL AND later.sequence > gone.sequence)
        AND NOT EXISTS (SELECT FROM merged WHERE merged.account = $1 AND merged.campaign = $2
          AND merged.second = gone.number AND merged.deleted = gone.sequence)
        ORDER BY account DESC, campaign DESC, sequence DESC LIMIT $4
      ) AS page
    ) AS measured WHERE earlier < {_MUCH} ORDER BY sequence DESC"""  # noqa: S608 - constant


class PostgresDeleted:
    """The port `book.deleted_contacts.DeletedStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(self, place: Place, limit: int, before: int | None = None) -> Sequence[Change]:
        """Return the changes that deleted a contact, the latest first, each with the contact as it was."""

        async def look(connection: Connection) -> list[Change]:
            numbers = await campaign_numbers(connection, place)
            past = LAST if before is None else min(before, LAST)
            rows = await connection.rows(_DELETED, *numbers, past, limit)
            read = [read_before(row[4]).row for row in rows]
            names = await partner_names(connection, numbers[0], [one.partners for one in read])
            return [
                Change(int(sequence), int(number), "deleted", instant(at), by, stored_of(was, names))
                for (sequence, number, at, by, _), was in zip(rows, read, strict=True)
            ]

        return await self._database.snapshot(look)
