"""A page of a list that goes by name, by the last change, or backward."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.errors import CardwrightError
from cardwright.store.postgres import names
from cardwright.store.postgres.finding.counts import blocks_of
from cardwright.store.postgres.finding.plans import by_index, one_by_one, planned, unsorted
from cardwright.store.postgres.numbers import LARGEST
from cardwright.store.remembered import BLOCK_BITS, WORD, FoundByBlock, Memory, counted_alike
from cardwright.store.shared_memory import SharedValues
from cardwright.store.walk import (
    Behind,
    Line,
    Members,
    PlaceSearch,
    Walk,
    is_few,
    is_member,
    is_sparse,
    members_of,
    members_of_words,
    numbers_in,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cardwright.book.requests import Query
    from cardwright.store.postgres.driver import Connection
    from cardwright.store.postgres.finding.counts import Counted
    from cardwright.store.shared_memory import SharedMemory
    from cardwright.store.walk import OrderEntry

_STALE: Final = 10  # one block in so many is read by itself sooner than all at once
_EVERYBODY: Final = "SELECT contacts FROM campaign WHERE account = $1 AND campaign = $2"
_TABLES: Final = {"number": ("number", "contact"), "name": ("name", "sort_name"), "updated": ("updated", "contact")}
_UPDATED: Final = """SELECT contact.updated, listed.number FROM unnest($3::bigint[]) AS listed(number)
    CROSS JOIN LATERAL (
      SELECT updated FROM contact WHERE contact.account = $1 AND contact.campaign = $2
      AND contact.number >= listed.number AND contact.number <= listed.number ORDER BY contact.number LIMIT 1
    ) AS contact"""
# The entries of those that are listed, as the index of an order has them.
_GATHERED: Final = """SELECT entry.{by}, listed.number FROM unnest($3::bigint[]) AS listed(number)
    CROSS JOIN LATERAL (
      SELECT {by} FROM {table} AS one WHERE one.account = $1 AND one.campaign = $2
      AND one.number >= listed.number AND one.number <= listed.number ORDER BY one.number LIMIT 1
    ) AS entry ORDER BY 1, 2"""
_LAST: Final = (1 << WORD) - 1
_ALL: Final = f"""SELECT {{key}} >> {WORD}, bit_or(1::bigint << ({{key}} & {_LAST})::int)
    FROM {{rows}}{{part}} GROUP BY 1"""  # noqa: S608 - constants
_PART: Final = " AND {key} >= {first} AND {key} < {end}"


class BehindError(CardwrightError):
    """The index of names lags too far behind to be read; it is to be brought up to date first."""


class Ordered(NamedTuple):
    """A page as it stands in the list."""

    entries: list[OrderEntry]
    earlier: bool = False
    more: bool = False


class Lists:
    """The memory of who was found by a query, block by block."""

    def __init__(self, shared: SharedMemory | None = None) -> None:
        self._members: Memory[tuple[str, tuple[int, int], Query], tuple[int, FoundByBlock]] = Memory(20)
        self._told_members: SharedValues[tuple[int, FoundByBlock]] = SharedValues(
            shared, "members", tuple[int, FoundByBlock]
        )
        self._lines: Memory[tuple[str, tuple[int, int], Query], tuple[int, Sequence[int]]] = Memory(8)
        self._told_lines: SharedValues[tuple[int, bytes]] = SharedValues(shared, "line", tuple[int, bytes])

    async def page(  # noqa: PLR0913, PLR0917 - what is asked, what is known, and how far the names may lag
        self,
        connection: Connection,
        generation: str,
        numbers: tuple[int, int],
        query: Query,
        counted: Counted,
        lagging: int,
    ) -> Ordered:
        """Return the entries of a page; BehindError where the index of names lags by more changes than `lagging`."""
        if not counted.total:
            return Ordered([])
        asked = generation, numbers, counted_alike(query)._replace(order=query.order)
        if remembered := self._line(asked, counted.sequence):
            return await _along(connection, numbers, query, remembered)
        members, behind = None, None
        everybody = int(await connection.value(_EVERYBODY, *numbers) or 0)
        if counted.source and counted.blocks is None:
            walk = Walk(query, behind=await _behind(connection, numbers, query, None, lagging))
        else:
            members = await self._found(connection, generation, numbers, query, counted)
            if is_few(counted.total, everybody, query.page_size):
                walk = Walk(query)
                walk.take(walk.beyond(await _entries(connection, numbers, query, numbers_in(members))), last=True)
            else:
                behind = await _behind(connection, numbers, query, members, lagging)
                walk = Walk(query, members=members, behind=behind, share=counted.total / everybody)
        async with unsorted(connection):
            while not walk.is_done and not walk.is_far:
                await _step(connection, numbers, query, walk)
        if walk.is_done:
            return Ordered(*walk.page())
        line = Line(query, members=members, behind=behind)
        if members is not None and (query.order == "number" or is_sparse(counted.total, everybody)):
            line.gathered(await _all_entries(connection, numbers, query, members))
        async with unsorted(connection):
            while not line.is_done:
                await _step(connection, numbers, query, line)
        self._told_lines.put(asked, (counted.sequence, line.numbers.tobytes()))
        self._lines.put(asked, (counted.sequence, line.numbers))
        return await _along(connection, numbers, query, line.numbers)

    def _line(self, asked: tuple[str, tuple[int, int], Query], sequence: int) -> Sequence[int] | None:
        """Return the numbers of all who are found, in their order, where they are remembered, here or by others."""
        known = self._lines.get(asked)
        if (known is None or known[0] != sequence) and (told := self._told_lines.get(asked)):
            known = self._lines.put(asked, (told[0], array("q", told[1])))
        return known[1] if known and known[0] == sequence else None

    async def _found(
        self, connection: Connection, generation: str, numbers: tuple[int, int], query: Query, counted: Counted
    ) -> Members:
        """Return who is found; only blocks in which something changed since are looked at again."""
        if counted.numbers is not None:
            return members_of(counted.numbers)
        asked = generation, numbers, counted_alike(query)
        before = self._members.get(asked) or (-1, {})
        if before[0] != counted.sequence:
            before = max(before, self._told_members.get(asked) or before, key=lambda one: one[0])
        if before[0] != counted.sequence:
            before = counted.sequence, await _members(connection, numbers, query, before[1])
            self._told_members.put(asked, before)
        self._members.put(asked, before)
        return {block: bits for block, (_, bits) in before[1].items() if bits}


async def _along(connection: Connection, numbers: tuple[int, int], query: Query, line: Sequence[int]) -> Ordered:
    """Return a page of a line."""
    search, walk = PlaceSearch(line, query), Walk(query)
    while (asked := search.asked) is not None:
        search.take((await _entries(connection, numbers, query, [asked]))[0])
    contacts = list(search.found())
    by_number = {entry[1]: entry for entry in await _entries(connection, numbers, query, contacts)}
    walk.end([by_number[number] for number in contacts])
    return Ordered(*walk.page())


async def _step(connection: Connection, numbers: tuple[int, int], query: Query, walk: Walk) -> None:
    size = walk.piece
    entries = await _piece(connection, numbers, query, walk, size)
    walk.take(entries, last=len(entries) < size)


async def _members(
    connection: Connection, numbers: tuple[int, int], query: Query, before: FoundByBlock
) -> FoundByBlock:
    now = await blocks_of(connection, numbers)
    left = {it.block: before[it.block] for it in now if before.get(it.block, (-1, b""))[0] == it.changed}
    stale = [block for block in now if block.block not in left]
    plan = planned(query, numbers)
    members: Members = {}
    if plan is not None and len(stale) * _STALE > len(now):
        source = by_index(plan) if plan.since is None else one_by_one(plan)
        rows = await connection.rows(_ALL.format(key=source.key, rows=source.rows, part=""), *source.values)
        members, stale, left = members_of_words((row[0], row[1]) for row in rows), now, {}
    elif plan is not None:
        source = one_by_one(plan)
        part = _PART.format(key=source.key, first=source.value(1), end=source.value(2))
        statement = _ALL.format(key=source.key, rows=source.rows, part=part)
        for block in stale:
            bounds = block.block << BLOCK_BITS, block.block + 1 << BLOCK_BITS
            rows = await connection.rows(statement, *source.values, *bounds)
            members |= members_of_words((row[0], row[1]) for row in rows)
    return left | {it.block: (it.changed, members.get(it.block, b"")) for it in stale}


async def _all_entries(
    connection: Connection, numbers: tuple[int, int], query: Query, members: Members
) -> Iterable[OrderEntry]:
    """Return the entries of all who are found, as an index has them, in ascending order."""
    listed = numbers_in(members)
    if query.order == "number":
        return ((0, number) for number in listed)
    by, table = _TABLES[query.order]
    rows = await connection.rows(_GATHERED.format(by=by, table=table), *numbers, listed)
    return ((row[0], int(row[1])) for row in rows)


async def _behind(
    connection: Connection, numbers: tuple[int, int], query: Query, members: Members | None, lagging: int
) -> Behind | None:
    if query.order != "name":
        return None
    known = await names.behind(connection, numbers, lagging)
    if known is None:
        raise BehindError
    changed, entries = known
    return Behind(changed, [entry for entry in entries if members is None or is_member(members, entry[1])])


async def _entries(
    connection: Connection, numbers: tuple[int, int], query: Query, contacts: Sequence[int]
) -> list[OrderEntry]:
    """Return the entries of these contacts, as they are now."""
    if query.order == "number":
        return [(0, number) for number in contacts]
    if query.order == "name":
        return await names.entries_of(connection, numbers, contacts)
    return [(int(updated), int(number)) for updated, number in await connection.rows(_UPDATED, *numbers, contacts)]


async def _piece(
    connection: Connection, numbers: tuple[int, int], query: Query, walk: Walk, size: int
) -> list[OrderEntry]:
    """Return the next entries of the index of an order."""
    by, table = _TABLES[query.order]
    sign, way = ("<", "DESC") if walk.descending else (">", "ASC")
    columns = by if by == "number" else f"{by}, number"
    values: list[object] = [*numbers, size]
    beyond = ""
    if walk.after is not None:
        after = [walk.after[0], min(walk.after[1], LARGEST)][-len(columns.split(", ")) :]
        beyond = f"AND ({columns}) {sign} ({', '.join(f'${at}' for at in range(4, 4 + len(after)))})"
        values += after
    along = ", ".join(f"{column} {way}" for column in ("account", "campaign", *columns.split(", ")))
    statement = f"SELECT {columns} FROM {table} WHERE account = $1 AND campaign = $2 {beyond} ORDER BY {along} LIMIT $3"  # noqa: S608 - constants
    rows = await connection.rows(statement, *values)
    return [(0, int(row[0])) for row in rows] if by == "number" else [(row[0], int(row[1])) for row in rows]
