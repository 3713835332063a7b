"""Totals of queries, and where their contacts are: a list of a few numbers, or how many there are in each block.

Whether what is remembered holds is told by the reader's own snapshot: readers of different moments share one memory.
"""

from __future__ import annotations

from array import array
from math import isqrt
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.store.postgres.finding.plans import Plan, Source, by_index, one_by_one, planned
from cardwright.store.remembered import BLOCK_BITS, Block, BlockCounts, Memory, Tally, counted_alike, total, unchanged
from cardwright.store.shared_memory import SharedValues

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.book.requests import Query
    from cardwright.store.postgres.driver import Connection
    from cardwright.store.postgres.numbers import CampaignRow
    from cardwright.store.shared_memory import SharedMemory

_FEW: Final = 1_000  # contacts whose numbers are gathered, however few the campaign has
_MOST: Final = 10_000  # however many it has
_DENSITY: Final = 25  # n of N are few where n² < 25·N: to gather n costs less then than to walk to a page of a hundred
_STALE: Final = 10  # one block in so many is counted by itself sooner than all at once

_BLOCKS: Final = "SELECT block, contacts, changed FROM block WHERE account = $1 AND campaign = $2 ORDER BY block"
_RECENT: Final = """SELECT array_agg(number) FROM (SELECT number FROM contact
    WHERE account = $1 AND campaign = $2 AND updated >= $3 ORDER BY account, campaign, updated LIMIT $4) AS recent"""
# Beside a LIMIT the planner would go through all contacts for those it takes for many; it plans the WITH without it.
_GATHERED: Final = """WITH found AS MATERIALIZED (SELECT {key} FROM {rows})
    SELECT array_agg(number) FROM (SELECT number FROM found LIMIT {limit}) AS first_ones"""
_AMONG: Final = """SELECT array_agg(listed.number) FROM unnest({listed}::bigint[]) AS listed(number)
    CROSS JOIN LATERAL (
      SELECT 1 FROM {rows} AND {key} >= listed.number AND {key} <= listed.number ORDER BY {key} LIMIT 1
    ) AS there"""
_GROUPED: Final = "SELECT {key} >> {bits}, count(*) FROM {rows} GROUP BY 1"
_STRETCH: Final = "{key} >= stale.block << {bits} AND {key} < (stale.block + 1) << {bits}"
_STALE_COUNTS: Final = f"""SELECT stale.block, counted.contacts FROM unnest({{stale}}::bigint[]) AS stale(block)
    CROSS JOIN LATERAL (
      SELECT count(*) AS contacts FROM (
        SELECT 1 FROM {{rows}} AND {_STRETCH} ORDER BY {{key}} LIMIT {1 << BLOCK_BITS}
      ) AS block
    ) AS counted"""  # noqa: S608 - constant


class Counted(NamedTuple):
    """What was found of a query at a sequence of its campaign."""

    sequence: int
    total: int
    numbers: Sequence[int] | None = None
    """Those of a few contacts, in their order; None for many."""
    source: Source | None = None
    """Where many are read."""
    blocks: BlockCounts | None = None
    """How many of them are in each block; None where that is all contacts of the campaign."""


class Counts:
    """The memory of what queries have found."""

    def __init__(self, shared: SharedMemory | None = None) -> None:
        self._remembered: Memory[tuple[str, tuple[int, int], Query], Counted] = Memory()
        self._told: SharedValues[Tally] = SharedValues(shared, "counts", Tally)

    async def of(self, connection: Connection, generation: str, campaign: CampaignRow, query: Query) -> Counted:
        """Return how many contacts of the campaign the query finds, whatever its page, and where they are."""
        numbers, contacts, sequence = campaign
        asked = generation, numbers, counted_alike(query)
        before = self._remembered.get(asked)
        if before and before.sequence == sequence:
            return before
        plan = planned(query, numbers)
        if plan is None:
            return Counted(sequence, 0, ())
        if plan.is_all:
            return Counted(sequence, contacts, source=one_by_one(plan))
        told = self._told.get(asked)
        if told and told.sequence == sequence:
            return self._remembered.put(asked, _as_told(plan, told))
        latest = told if told and (before is None or before.sequence < told.sequence) else before
        known = latest.blocks if latest else None
        few = None if known else await _few(connection, plan, min(_MOST, max(_FEW, isqrt(_DENSITY * contacts))))
        if few is not None:
            numbers_found = array("q", sorted(few))
            self._told.put(asked, Tally(sequence, len(few), None, numbers_found.tobytes()))
            return self._remembered.put(asked, Counted(sequence, len(few), numbers_found))
        counts = await _many(connection, plan, known or {})
        self._told.put(asked, Tally(sequence, total(counts), counts))
        return self._remembered.put(asked, Counted(sequence, total(counts), None, one_by_one(plan), counts))


def _as_told(plan: Plan, told: Tally) -> Counted:
    """Return what another worker has counted."""
    if told.numbers is not None:
        return Counted(told.sequence, told.total, array("q", told.numbers))
    return Counted(told.sequence, told.total, None, one_by_one(plan), told.blocks)


async def blocks_of(connection: Connection, numbers: tuple[int, int]) -> list[Block]:
    """Return the blocks of a campaign in their order; some may be empty."""
    return [Block._make(row) for row in await connection.rows(_BLOCKS, *numbers)]


async def _few(connection: Connection, plan: Plan, few: int) -> list[int] | None:
    """Return the numbers of those found, None where they are more."""
    if plan.since is not None:
        recent = await connection.value(_RECENT, *plan.numbers, plan.since, few + 1) or []
        if len(recent) <= few:
            return await _among(connection, one_by_one(plan._replace(since=None)), recent) if plan.indexed else recent
    if not plan.indexed:
        return None
    source = by_index(plan)
    query = _GATHERED.format(key=source.key, rows=source.rows, limit=source.value())
    numbers: list[int] = await connection.value(query, *source.values, few + 1) or []
    if len(numbers) > few:
        return None
    return numbers if plan.since is None else await _among(connection, one_by_one(plan), numbers)


async def _among(connection: Connection, source: Source, numbers: list[int]) -> list[int]:
    """Return those of the numbers that are found in the source."""
    query = _AMONG.format(listed=source.value(), rows=source.rows, key=source.key)
    return await connection.value(query, *source.values, numbers) or []


async def _many(connection: Connection, plan: Plan, before: BlockCounts) -> BlockCounts:
    now = await blocks_of(connection, plan.numbers)
    counts = unchanged(now, before)
    stale = {block.block: block.changed for block in now if block.block not in counts}
    if len(stale) * _STALE > len(now):
        source = by_index(plan) if plan.since is None else one_by_one(plan)
        query = _GROUPED.format(key=source.key, bits=BLOCK_BITS, rows=source.rows)
        rows = await connection.rows(query, *source.values)
        counts, stale = {}, {block.block: block.changed for block in now}
    else:
        source = one_by_one(plan)
        query = _STALE_COUNTS.format(stale=source.value(), rows=source.rows, key=source.key, bits=BLOCK_BITS)
        rows = await connection.rows(query, *source.values, list(stale))
    counted: dict[int, int] = dict(map(tuple, rows))
    return counts | {block: (changed, counted.get(block, 0)) for block, changed in stale.items()}
