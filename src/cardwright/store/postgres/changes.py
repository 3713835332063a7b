"""`ChangeStore` in PostgreSQL: the table `change`, read in its order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.book.ports import Change
from cardwright.store.instants import instant
from cardwright.store.postgres.cards import read_card
from cardwright.store.postgres.contact_rows import Spot, partner_names, stored_of
from cardwright.store.postgres.numbers import LAST, campaign_numbers
from cardwright.store.postgres.writes import read_before

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.book.ports import Kind, Place
    from cardwright.book.stored import StoredContact
    from cardwright.store.postgres.database import Database
    from cardwright.store.postgres.driver import Connection

_MUCH: Final = 4 * 1024 * 1024
"""Octets that end a read of contacts as they were."""
_KINDS: Final[dict[bytes, Kind]] = {
    b"c": "created",
    b"u": "updated",
    b"d": "deleted",
    b"r": "restored",
    b"e": "erased",
}
_AFTER: Final = """SELECT sequence, number, kind, at, by FROM change
    WHERE account = $1 AND campaign = $2 AND sequence > $3 ORDER BY sequence LIMIT $4"""
# As many as hold `_MUCH` together, and one more at most: they are counted where they are kept.
_FULL: Final = """WITH following AS (
      SELECT sequence, coalesce(octet_length(before), 0) AS octets FROM change
      WHERE account = $1 AND campaign = $2 AND sequence > $3 ORDER BY sequence LIMIT $4
    ), several AS (SELECT sequence, sum(octets) OVER (ORDER BY sequence) - octets AS earlier FROM following)
    SELECT sequence, number, kind, at, by, before FROM change
    WHERE account = $1 AND campaign = $2 AND sequence IN (SELECT sequence FROM several WHERE earlier < $5)
    ORDER BY sequence"""


class PostgresChanges:
    """The port `book.ports.ChangeStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def after(self, place: Place, sequence: int, limit: int, *, full: bool = False) -> Sequence[Change]:
        """Return the changes of the campaign after `sequence`, `limit` at most; with `full`, what was there before."""

        async def look(connection: Connection) -> list[Change]:
            numbers, earlier = await campaign_numbers(connection, place), min(sequence, LAST)
            if not full:
                rows = await connection.rows(_AFTER, *numbers, earlier, limit)
                return [Change(at, number, _KINDS[kind], instant(when), by) for at, number, kind, when, by in rows]
            return await _with_before(connection, numbers, earlier, limit)

        return await (self._database.snapshot(look) if full else self._database.read(look))


async def _with_before(connection: Connection, numbers: tuple[int, int], sequence: int, limit: int) -> list[Change]:
    changes: list[Change] = []
    octets = 0
    for at, number, kind, when, by, before in await connection.rows(_FULL, *numbers, sequence, limit, _MUCH):
        was = await _contact(connection, Spot(*numbers, number), before) if before else None
        changes.append(Change(at, number, _KINDS[kind], instant(when), by, was))
        octets += len(before or "") + (len(was.card) if was else 0)
        if octets >= _MUCH:
            break
    return changes


async def _contact(connection: Connection, spot: Spot, before: str) -> StoredContact:
    was = read_before(before)
    names = await partner_names(connection, spot.account, [was.row.partners])
    return stored_of(was.row, names)._replace(card=await read_card(connection, spot, was.card))
