"""`ChangeStore` in PostgreSQL: the table `change`, read in its order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.book.change_ports import Change
from cardwright.errors import NotFoundError
from cardwright.store.instants import instant
from cardwright.store.postgres.cards import read_card
from cardwright.store.postgres.contact_rows import COLUMNS, Spot, all_full, partner_names, stored_of
from cardwright.store.postgres.numbers import LARGEST, campaign_numbers
from cardwright.store.postgres.writes import read_before

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.book.change_ports import ChangeKind
    from cardwright.book.ports import Place
    from cardwright.book.stored import StoredContact
    from cardwright.store.postgres.database import Database
    from cardwright.store.postgres.driver import Connection

_MUCH: Final = 4 * 1024 * 1024
"""Octets that end a read of contacts as they were."""
_KINDS: Final[dict[bytes, ChangeKind]] = {
    b"c": "created",
    b"u": "updated",
    b"d": "deleted",
    b"r": "restored",
    b"e": "erased",
}
_AFTER: Final = """SELECT sequence, number, kind, at, by FROM change
    WHERE account = $1 AND campaign = $2 AND sequence > $3 ORDER BY sequence LIMIT $4"""
# As many as hold `_MUCH` together, and one more at most: they are counted where they are kept. One stretch of the key,
# whatever the planner knows of the table.
_FULL: Final = """SELECT sequence, number, kind, at, by, before FROM (
      SELECT *, sum(octets) OVER (ORDER BY sequence) - octets AS earlier FROM (
        SELECT sequence, number, kind, at, by, before, coalesce(octet_length(before), 0) AS octets FROM change
        WHERE account = $1 AND campaign = $2 AND sequence > $3 ORDER BY sequence LIMIT $4
      ) AS following
    ) AS several WHERE earlier < $5 ORDER BY sequence"""
# A record names, by its revision, the change that made what it tells of; what has no record comes after the one before.
_ONE: Final = """SELECT kind, at, by, before FROM change
    WHERE account = $1 AND campaign = $2 AND number = $3 AND sequence = $4"""
_EARLIER: Final = """SELECT max(sequence) FROM change
    WHERE account = $1 AND campaign = $2 AND number = $3 AND before IS NOT NULL AND sequence < $4"""
_LATER: Final = """SELECT before FROM change
    WHERE account = $1 AND campaign = $2 AND number = $3 AND before IS NOT NULL AND sequence > $4
    ORDER BY sequence LIMIT 1"""
_NOW: Final = f"SELECT {COLUMNS} FROM contact WHERE account = $1 AND campaign = $2 AND number = $3"  # noqa: S608 - constant


class PostgresChanges:
    """The port `book.change_ports.ChangeStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def after(self, place: Place, sequence: int, limit: int, *, full: bool = False) -> Sequence[Change]:
        """Return the changes of the campaign after `sequence`, `limit` at most; with `full`, what was there before."""

        async def look(connection: Connection) -> list[Change]:
            numbers, earlier = await campaign_numbers(connection, place), min(sequence, LARGEST)
            if not full:
                rows = await connection.rows(_AFTER, *numbers, earlier, limit)
                return [Change(at, number, _KINDS[kind], instant(when), by) for at, number, kind, when, by in rows]
            return await _with_before(connection, numbers, earlier, limit)

        return await (self._database.snapshot(look) if full else self._database.read(look))

    async def of(self, place: Place, number: int, limit: int, until: int | None = None) -> Sequence[Change]:
        """Return what happened to one contact, the latest first, each with what it was before and after."""

        async def look(connection: Connection) -> list[Change]:
            spot = Spot(*await campaign_numbers(connection, place), min(number, LARGEST))
            now = await connection.row(_NOW, *spot)
            full = (await all_full(connection, (spot.account, spot.campaign), [now]))[0] if now else None
            latest = full.revision if full else await connection.value(_EARLIER, *spot, LARGEST)
            if latest is None:
                raise NotFoundError(f"there is no contact {number}")
            return await _back_from(connection, spot, full, latest if until is None else min(until, LARGEST), limit)

        return await self._database.snapshot(look)


async def _back_from(
    connection: Connection, spot: Spot, now: StoredContact | None, sequence: int | None, limit: int
) -> list[Change]:
    """Return a change of a contact, which is `now` so, and those before it."""
    changes: list[Change] = []
    octets, record = 0, await connection.value(_LATER, *spot, sequence)
    after = await _contact(connection, spot, record) if record else now
    while sequence and len(changes) < limit and octets < _MUCH:
        row = await connection.row(_ONE, *spot, sequence)
        if row is None:
            break
        kind, at, by, record = row
        before = await _contact(connection, spot, record) if record else None
        if after and after.revision != sequence:
            after = None
        changes.append(Change(sequence, spot.number, _KINDS[kind], instant(at), by, before, after))
        octets += len(record or "") + (len(before.card) if before else 0)
        after = before
        if before:
            sequence = before.revision
        else:
            sequence = None if kind == b"c" else await connection.value(_EARLIER, *spot, sequence)
    return changes


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
