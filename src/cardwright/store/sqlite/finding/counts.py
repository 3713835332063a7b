"""Totals of queries, remembered block by block, and where among its contacts a page begins.

Counting takes time in proportion to what is counted. So each block is counted once, and again only when something in it
has changed. Whether a remembered count holds is told by the reader's own snapshot: readers of different moments share
one memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from cardwright.store.remembered import (
    BLOCK_BITS,
    Block,
    BlockCounts,
    Memory,
    Tally,
    counted_alike,
    skip,
    total,
    unchanged,
)
from cardwright.store.shared_memory import SharedValues
from cardwright.store.sqlite.finding.block_counts import blocks, stretch
from cardwright.store.sqlite.finding.plans import Plan, Source, by_index, by_time, listed, one_by_one, planned
from cardwright.store.sqlite.finding.vocabulary import Vocabulary
from cardwright.store.sqlite.keys import first_after

if TYPE_CHECKING:
    from collections.abc import Iterable

    import apsw

    from cardwright.book.requests import Query
    from cardwright.store.shared_memory import SharedMemory

_FEW: Final = 1_000  # contacts that are counted every time
_DENSE: Final = 20  # one contact in so many is found sooner by looking at each than by a prefix of many terms
_STALE: Final = 10  # one block in so many is counted contact by contact sooner than all by a prefix of many terms


class Counted(NamedTuple):
    """What was found of a query at a sequence of its campaign."""

    sequence: int
    total: int
    source: Source
    """Where its contacts are best read."""
    blocks: BlockCounts | None = None
    """None where any page is found soon by skipping those before it."""


class Counts:
    """The memory of what queries have found."""

    def __init__(self, shared: SharedMemory | None = None) -> None:
        self._remembered: Memory[tuple[int, Query], Counted] = Memory()
        self._told: SharedValues[Tally] = SharedValues(shared, "counts", Tally)
        self._vocabulary = Vocabulary()

    def of(self, connection: apsw.Connection, campaign: int, query: Query) -> Counted:
        """Return how many contacts of the campaign the query finds, whatever its page, and where they are."""
        row = connection.execute("SELECT contacts, sequence FROM campaign WHERE campaign = ?", (campaign,)).fetchone()
        contacts, sequence = cast("tuple[int, int]", row)
        asked = campaign, counted_alike(query)
        before = self._remembered.get(asked)
        if before and before.sequence == sequence:
            return before
        plan = planned(query, campaign, lambda prefix: self._vocabulary.begun(connection, prefix, sequence))
        if not plan.match and not plan.words and plan.since is None:
            return Counted(sequence, contacts, one_by_one(plan), {})
        told = self._told.get(asked)
        if told and told.sequence == sequence:
            return self._remembered.put(asked, _as_told(plan, told))
        if few := _few(connection, plan, contacts, sequence):
            return few
        known = told if told and (before is None or before.sequence < told.sequence) else before
        counted = _many(connection, plan, contacts, sequence, (known and known.blocks) or {})
        self._told.put(asked, Tally(sequence, counted.total, counted.blocks))
        return self._remembered.put(asked, counted)


def place(connection: apsw.Connection, campaign: int, counted: Counted, skipped: int) -> tuple[int, int]:
    """Return a key, and how many contacts from there on are to be skipped, to have skipped so many in all."""
    if skipped and counted.blocks is not None:
        block, skipped = skip(_each(connection, campaign, counted.blocks), skipped)
        return stretch(block)[0], skipped
    return first_after(campaign), skipped


def _as_told(plan: Plan, told: Tally) -> Counted:
    """Return what another worker has counted."""
    return Counted(told.sequence, told.total, by_index(plan) if told.blocks is None else one_by_one(plan), told.blocks)


def _each(connection: apsw.Connection, campaign: int, counts: BlockCounts) -> Iterable[tuple[int, int]]:
    if not counts:
        return [(block.block, block.contacts) for block in blocks(connection, campaign)]
    return [(block, contacts) for block, (_, contacts) in sorted(counts.items())]


def _few(connection: apsw.Connection, plan: Plan, contacts: int, sequence: int) -> Counted | None:
    """Return what was found if that is soon counted."""
    few = min(_FEW, contacts // _DENSE) if plan.words else _FEW
    if plan.since is not None and _is_few(connection, by_time(plan._replace(match="", words="")), few):
        source = by_time(plan)
    elif plan.match and (keys := _keys(connection, plan, few)) is not None:
        source = listed(plan, keys)
    else:
        return None
    return Counted(sequence, _count(connection, source), source)


def _keys(connection: apsw.Connection, plan: Plan, few: int) -> list[int] | None:
    """Return the contacts that the index finds, asked once and for no words that begin many terms; None for many."""
    source = one_by_one(plan._replace(words="", since=None))
    query = f"SELECT {source.key} FROM {source.bare} LIMIT {few + 1}"  # noqa: S608 - constants
    keys = [key for (key,) in connection.execute(query, source.values)]
    return keys if len(keys) <= few else None


def _many(connection: apsw.Connection, plan: Plan, contacts: int, sequence: int, before: BlockCounts) -> Counted:
    now, source = blocks(connection, plan.campaign), one_by_one(plan)
    counts = unchanged(now, before)
    stale = [block for block in now if block.block not in counts]
    if plan.words and len(stale) * _STALE > len(now):
        return _asked(connection, plan, contacts, sequence, now)
    for block in stale:
        first, end = stretch(block.block)
        part = source._replace(values=source.values | {"first": first, "end": end})
        counts[block.block] = block.changed, _count(connection, part)
    return Counted(sequence, total(counts), source, counts)


def _asked(connection: apsw.Connection, plan: Plan, contacts: int, sequence: int, now: list[Block]) -> Counted:
    """Let the index count for words that begin many terms."""
    source = by_index(plan)
    query = f"SELECT {source.key} >> {BLOCK_BITS}, count(*) FROM {source.bare} GROUP BY 1"  # noqa: S608 - constants
    groups: list[tuple[Any, ...]] = connection.execute(query, source.values).fetchall()
    by_block: dict[int, int] = dict(groups)
    matches = sum(by_block.values())
    if matches * _DENSE < contacts:
        return Counted(sequence, matches, source)
    counts = {block.block: (block.changed, by_block.get(block.block, 0)) for block in now}
    return Counted(sequence, matches, one_by_one(plan), counts)


def _is_few(connection: apsw.Connection, source: Source, few: int) -> bool:
    query = f"SELECT count(*) FROM (SELECT 1 FROM {source.bare} LIMIT {few + 1})"  # noqa: S608 - constants
    return int(connection.execute(query, source.values).get) <= few


def _count(connection: apsw.Connection, source: Source) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {source.bare}", source.values).get)  # noqa: S608 - constants
