"""`MergeStore` in PostgreSQL: the table `merged`, and the two contacts of each of its rows.

A merge and its undo hold the lock of the account: two of them never wait for each other's contacts.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from cardwright.book.merges import Merge
from cardwright.book.stored import weight
from cardwright.errors import ConflictError, NotFoundError
from cardwright.store.instants import instant, now
from cardwright.store.postgres import writes
from cardwright.store.postgres.cards import read_card
from cardwright.store.postgres.contact_rows import Spot, one, partner_names, stored_of, user_of
from cardwright.store.postgres.numbers import LARGEST, campaign_numbers, lock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.book.merges import Join, Return
    from cardwright.book.ports import Place
    from cardwright.book.stored import StoredContact
    from cardwright.store.postgres.contact_rows import ContactRow
    from cardwright.store.postgres.database import Database
    from cardwright.store.postgres.driver import Connection

_KEEP: Final = """INSERT INTO merged (account, campaign, second, deleted, first, updated)
    VALUES ($1, $2, $3, $4, $5, $6)"""
_OF: Final = """SELECT first, second, updated, undone FROM merged
    WHERE account = $1 AND campaign = $2 AND (first = $3 OR second = $3) ORDER BY updated"""
_UNDONE: Final = """UPDATE merged SET undone = $5
    WHERE account = $1 AND campaign = $2 AND first = $3 AND updated = $4"""
_INTO: Final = """SELECT first FROM merged WHERE account = $1 AND campaign = $2 AND second = $3 AND undone IS NULL
    AND deleted = (SELECT max(sequence) FROM change
      WHERE account = $1 AND campaign = $2 AND number = $3 AND before IS NOT NULL)"""
_IS_THERE: Final = "SELECT 1 FROM contact WHERE account = $1 AND campaign = $2 AND number = $3"
_RECORD: Final = "SELECT before FROM change WHERE account = $1 AND campaign = $2 AND sequence = $3"
_STEPS: Final = 1_000
"""Merges that are followed, one into the next."""
_LARGE: Final = 64 * 1024
"""Octets of cards and photos from which a merge is made in another thread."""


class PostgresMerges:
    """The port `book.merges.MergeStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def merge(self, place: Place, first: int, second: int, join: Join, by: str) -> StoredContact:
        """Put what `join` makes of the two in the place of the first, and delete the second."""

        async def unit(connection: Connection) -> StoredContact:
            numbers = await campaign_numbers(connection, place)
            await lock(connection, numbers[0])
            spot, gone = (Spot(*numbers, min(number, LARGEST)) for number in (first, second))
            await writes.hold(connection, (spot, gone))
            row, stored = await _present(connection, spot)
            other_row, other = await _present(connection, gone)
            at = now()
            moment = instant(at)
            is_large = weight(stored) + weight(other) >= _LARGE
            made = asyncio.to_thread(join, stored, other, moment) if is_large else None
            new = await made if made else join(stored, other, moment)
            deleted = await writes.remove(connection, gone, other_row, by)
            updated = await writes.replace(connection, spot, row, stored, new, at, by)
            await connection.execute(_KEEP, *numbers, gone.number, deleted, spot.number, updated)
            return await one(connection, spot) or new

        return await self._database.write(unit)

    async def undo(self, place: Place, first: int, sequence: int, come: Return, by: str) -> StoredContact:
        """Give back both as they were before that merge, and return the first; the second as `come` says."""

        async def unit(connection: Connection) -> StoredContact:
            numbers = await campaign_numbers(connection, place)
            await lock(connection, numbers[0])
            spot = Spot(*numbers, min(first, LARGEST))
            merge = await _merge_at(connection, spot, sequence)
            gone = Spot(*numbers, merge.second)
            (row, stored), was = await _standing(connection, spot, gone, merge)
            record = await connection.value(_RECORD, *numbers, merge.sequence)
            undone = await writes.put_back(connection, spot, row, writes.read_before(record), by)
            names = await partner_names(connection, spot.account, [was.row.partners])
            old = stored_of(was.row, names)._replace(
                card=await read_card(connection, gone, was.card),
                user=await user_of(connection, spot.account, was.row.partner_user),
            )
            new = come(old, [partner.id for partner in old.partners if partner.id not in names])
            await writes.restore(connection, gone, was, old, new, by)
            await connection.execute(_UNDONE, *spot, merge.sequence, undone)
            return await one(connection, spot) or stored

        return await self._database.write(unit)

    async def into(self, place: Place, number: int) -> int | None:
        """Return the contact that a merged one is part of by now; None for one that was not merged away."""

        async def look(connection: Connection) -> int | None:
            start = spot = Spot(*await campaign_numbers(connection, place), min(number, LARGEST))
            for _ in range(_STEPS):
                if await connection.value(_IS_THERE, *spot):
                    return None if spot == start else spot.number
                into = await connection.value(_INTO, *spot)
                if into is None:
                    break
                spot = spot._replace(number=into)
            return None

        return await self._database.snapshot(look)

    async def of(self, place: Place, number: int) -> Sequence[Merge]:
        """Return the merges in which a contact was one of the two, the earliest first."""

        async def look(connection: Connection) -> list[Merge]:
            return await merges_of(connection, Spot(*await campaign_numbers(connection, place), min(number, LARGEST)))

        return await self._database.read(look)


async def merges_of(connection: Connection, spot: Spot) -> list[Merge]:
    """Return the merges in which a contact was one of the two."""
    return [Merge(*row) for row in await connection.rows(_OF, *spot)]


async def _present(connection: Connection, spot: Spot) -> tuple[ContactRow, StoredContact]:
    present = await writes.present(connection, spot)
    if present is None:
        raise NotFoundError(f"there is no contact {spot.number}")
    return present


async def _merge_at(connection: Connection, spot: Spot, sequence: int) -> Merge:
    for merge in await merges_of(connection, spot):
        if (merge.first, merge.sequence, merge.undone) == (spot.number, sequence, None):
            return merge
    raise NotFoundError(f"contact {spot.number} was not merged so")


async def _standing(
    connection: Connection, spot: Spot, gone: Spot, merge: Merge
) -> tuple[tuple[ContactRow, StoredContact], writes.Before]:
    """Return the first as it is and the second as it was; ConflictError unless both are as the merge left them."""
    present = await writes.present(connection, spot)
    if present is None or present[0].revision != merge.sequence:
        raise ConflictError(f"contact {spot.number} was changed since")
    is_there = await connection.value(_IS_THERE, *gone)
    was = await writes.last_before(connection, gone)
    if is_there or was is None or await connection.value(_INTO, *gone) is None:
        raise ConflictError(f"contact {gone.number} was changed since")
    return present, was
