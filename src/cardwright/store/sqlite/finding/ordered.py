"""A page of a list that goes by name, by the last change, or backward."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from msgspec.json import encode

from cardwright.errors import CardwrightError
from cardwright.store.remembered import BLOCK_BITS, WORD, FoundByBlock, Memory, counted_alike
from cardwright.store.shared_memory import SharedValues
from cardwright.store.sqlite.contact_rows import COLUMNS
from cardwright.store.sqlite.finding import names
from cardwright.store.sqlite.finding.block_counts import blocks, stretch
from cardwright.store.sqlite.finding.plans import by_index, planned
from cardwright.store.sqlite.keys import end, first_after, key, number_of
from cardwright.store.walk import (
    Behind,
    Line,
    Members,
    PlaceSearch,
    Walk,
    is_few,
    is_member,
    is_sparse,
    members_of_words,
    numbers_in,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import apsw

    from cardwright.book.requests import Query
    from cardwright.store.shared_memory import SharedMemory
    from cardwright.store.sqlite.finding.counts import Counted, Counts
    from cardwright.store.walk import OrderEntry

_STALE: Final = 10  # one block in so many is read by itself sooner than all at once
_LAST: Final = (1 << WORD) - 1
# What an order goes by, where its entries stand, and its column of contacts.
_INDEXES: Final = {
    "name": ("name", "sort_name INDEXED BY sort_name_name", "contact"),
    "updated": ("updated", "contact INDEXED BY contact_updated", "contact"),
}
_GATHERED: Final = "SELECT {}, {} FROM json_each(?) CROSS JOIN {} ON {} = value ORDER BY 1, 2"
_UPDATED: Final = "SELECT updated, contact FROM json_each(?) CROSS JOIN contact ON contact.contact = value"
_ROWS: Final = f"""SELECT {COLUMNS} FROM json_each(?) AS listed
    CROSS JOIN contact ON contact.contact = value ORDER BY listed.key"""  # noqa: S608 - constant


class BehindError(CardwrightError):
    """The index of names lags too far behind to be read; it is to be brought up to date first."""


class Ordered(NamedTuple):
    """A page as it stands in the list."""

    entries: list[OrderEntry]
    earlier: bool
    more: bool
    total: int


class Lists:
    """The memory of who was found by a query, block by block."""

    def __init__(self, counts: Counts, shared: SharedMemory | None = None) -> None:
        self._counts = counts
        self._members: Memory[tuple[int, Query], tuple[int, FoundByBlock]] = Memory(20)
        self._told_members: SharedValues[tuple[int, FoundByBlock]] = SharedValues(
            shared, "members", tuple[int, FoundByBlock]
        )
        self._lines: Memory[tuple[int, Query], tuple[int, Sequence[int]]] = Memory(8)
        self._told_lines: SharedValues[tuple[int, bytes]] = SharedValues(shared, "line", tuple[int, bytes])

    def page(self, connection: apsw.Connection, campaign: int, query: Query, lagging: int) -> Ordered:
        """Return the entries of a page; BehindError where the index of names lags by more changes than `lagging`."""
        counted = self._counts.of(connection, campaign, query)
        if not counted.total:
            return Ordered([], earlier=False, more=False, total=0)
        if remembered := self._line(campaign, query, counted.sequence):
            return Ordered(*_along(connection, campaign, query, remembered), counted.total)
        everybody = int(connection.execute("SELECT contacts FROM campaign WHERE campaign = ?", (campaign,)).get)
        members, behind = None, None
        if counted.blocks is not None and not counted.blocks:
            walk = Walk(query, behind=_behind(connection, campaign, query, None, lagging))
        else:
            members = self._found(connection, campaign, query, counted)
            if is_few(counted.total, everybody, query.page_size):
                walk = Walk(query)
                walk.take(walk.beyond(_entries(connection, campaign, query, numbers_in(members))), last=True)
            else:
                share = counted.total / everybody
                behind = _behind(connection, campaign, query, members, lagging)
                walk = Walk(query, members=members, behind=behind, share=share)
        while not walk.is_done and not walk.is_far:
            _step(connection, campaign, query, walk)
        if walk.is_done:
            return Ordered(*walk.page(), counted.total)
        line = Line(query, members=members, behind=behind)
        if members is not None and (query.order == "number" or is_sparse(counted.total, everybody)):
            line.gathered(_all_entries(connection, campaign, query, members))
        while not line.is_done:
            _step(connection, campaign, query, line)
        asked = campaign, _line_of(query)
        self._told_lines.put(asked, (counted.sequence, line.numbers.tobytes()))
        self._lines.put(asked, (counted.sequence, line.numbers))
        return Ordered(*_along(connection, campaign, query, line.numbers), counted.total)

    def _line(self, campaign: int, query: Query, sequence: int) -> Sequence[int] | None:
        """Return the numbers of all who are found, in their order, where they are remembered, here or by others."""
        asked = campaign, _line_of(query)
        known = self._lines.get(asked)
        if (known is None or known[0] != sequence) and (told := self._told_lines.get(asked)):
            known = self._lines.put(asked, (told[0], array("q", told[1])))
        return known[1] if known and known[0] == sequence else None

    def _found(self, connection: apsw.Connection, campaign: int, query: Query, counted: Counted) -> Members:
        """Return who is found; only blocks in which something changed since are looked at again."""
        asked = campaign, counted_alike(query)
        before = self._members.get(asked) or (-1, {})
        if before[0] != counted.sequence:
            before = max(before, self._told_members.get(asked) or before, key=lambda one: one[0])
        if before[0] != counted.sequence:
            before = counted.sequence, _members(connection, campaign, query, counted, before[1])
            self._told_members.put(asked, before)
        self._members.put(asked, before)
        first = key(campaign, 0) >> BLOCK_BITS
        return {block - first: bits for block, (_, bits) in before[1].items() if bits}


def _line_of(query: Query) -> Query:
    """Return what queries share that find the same contacts in the same order."""
    return counted_alike(query)._replace(order=query.order)


def _along(
    connection: apsw.Connection, campaign: int, query: Query, numbers: Sequence[int]
) -> tuple[list[OrderEntry], bool, bool]:
    """Return a page of a line."""
    search, walk = PlaceSearch(numbers, query), Walk(query)
    while (asked := search.asked) is not None:
        search.take(_entries(connection, campaign, query, [asked])[0])
    shown = list(search.found())
    by_number = {entry[1]: entry for entry in _entries(connection, campaign, query, shown)}
    walk.end([by_number[number] for number in shown])
    return walk.page()


def _step(connection: apsw.Connection, campaign: int, query: Query, walk: Walk) -> None:
    size = walk.piece
    entries = _piece(connection, campaign, query, walk, size)
    walk.take(entries, last=len(entries) < size)


def rows(connection: apsw.Connection, campaign: int, entries: Sequence[OrderEntry]) -> apsw.Cursor:
    """Return the rows of the contacts of these entries, in their order."""
    return connection.execute(_ROWS, (encode([key(campaign, number) for _, number in entries]).decode(),))


def _members(
    connection: apsw.Connection, campaign: int, query: Query, counted: Counted, before: FoundByBlock
) -> FoundByBlock:
    now = blocks(connection, campaign)
    left = {it.block: before[it.block] for it in now if before.get(it.block, (-1, b""))[0] == it.changed}
    stale = [block for block in now if block.block not in left]
    source = counted.source
    base, first_block = key(campaign, 0), key(campaign, 0) >> BLOCK_BITS
    if counted.blocks is None or len(stale) * _STALE > len(now):
        if counted.blocks is not None and (plan := planned(query, campaign, _everything)).words:
            source = by_index(plan)
        stale, left = now, {}
        parts = [source.values]
    else:
        parts = [source.values | dict(zip(("first", "end"), stretch(it.block), strict=True)) for it in stale]
    of = f"{source.key} - {base}"
    statement = f"SELECT {of} >> {WORD}, sum(1 << ({of} & {_LAST})) FROM {source.bare} GROUP BY 1"  # noqa: S608 - constants
    members: Members = {}
    for part in parts:
        members |= members_of_words(cast("Iterable[tuple[int, int]]", connection.execute(statement, part)))
    return left | {it.block: (it.changed, members.get(it.block - first_block, b"")) for it in stale}


def _everything(_: str) -> None:
    """Say of every prefix that very many terms begin with it: the index is asked for it as a whole."""


def _behind(
    connection: apsw.Connection, campaign: int, query: Query, members: Members | None, lagging: int
) -> Behind | None:
    if query.order != "name":
        return None
    known = names.behind(connection, campaign, lagging)
    if known is None:
        raise BehindError
    changed, entries = known
    return Behind(changed, [entry for entry in entries if members is None or is_member(members, entry[1])])


def _entries(connection: apsw.Connection, campaign: int, query: Query, numbers: list[int]) -> list[OrderEntry]:
    """Return the entries of these contacts, as they are now."""
    if query.order == "number":
        return [(0, number) for number in numbers]
    contacts = [key(campaign, number) for number in numbers]
    if query.order == "name":
        return names.entries_of(connection, contacts)
    times = connection.execute(_UPDATED, (encode(contacts).decode(),))
    return [(updated, number_of(contact)) for updated, contact in cast("list[tuple[int, int]]", list(times))]


def _all_entries(connection: apsw.Connection, campaign: int, query: Query, members: Members) -> Iterable[OrderEntry]:
    """Return the entries of all who are found, as an index has them, in ascending order."""
    if query.order == "number":
        return ((0, number) for number in numbers_in(members))
    by, table, contact = _INDEXES[query.order]
    gathered = _GATHERED.format(by, contact, table.partition(" ")[0], contact)
    contacts = encode([key(campaign, number) for number in numbers_in(members)]).decode()
    entries = cast("Iterable[tuple[str | int, int]]", connection.execute(gathered, (contacts,)))
    return ((name, number_of(one)) for name, one in entries)


def _piece(connection: apsw.Connection, campaign: int, query: Query, walk: Walk, size: int) -> list[OrderEntry]:
    """Return the next entries of the index of an order: first those that stand with the last one, then the others."""
    sign, way = ("<", "DESC") if walk.descending else (">", "ASC")
    if query.order == "number":
        return _numbers(connection, campaign, walk, size)
    by, table, contact = _INDEXES[query.order]
    select = f"SELECT {by}, {contact} FROM {table} WHERE campaign = :campaign"  # noqa: S608 - constants
    along = f"ORDER BY {by} {way}, {contact} {way} LIMIT :size"
    values: dict[str, Any] = {"campaign": campaign, "size": size}
    if walk.after is None:
        entries = connection.execute(f"{select} {along}", values).fetchall()
    else:
        values |= {"by": walk.after[0], "contact": key(campaign, walk.after[1])}
        alike = f"{select} AND {by} = :by AND {contact} {sign} :contact {along}"
        entries = connection.execute(alike, values).fetchall()
        if len(entries) < size:
            values["size"] = size - len(entries)
            entries += connection.execute(f"{select} AND {by} {sign} :by {along}", values).fetchall()
    return [(name, number_of(contact)) for name, contact in cast("list[tuple[str | int, int]]", entries)]


def _numbers(connection: apsw.Connection, campaign: int, walk: Walk, size: int) -> list[OrderEntry]:
    first, last, way = first_after(campaign), end(campaign), "ASC"
    if walk.descending:
        last, way = key(campaign, walk.after[1]) if walk.after else last, "DESC"
    else:
        first = first_after(campaign, walk.after[1]) if walk.after else first
    query = f"SELECT contact FROM contact WHERE contact >= ? AND contact < ? ORDER BY contact {way} LIMIT ?"  # noqa: S608 - constants
    return [
        (0, number_of(contact))
        for (contact,) in cast("list[tuple[int]]", list(connection.execute(query, (first, last, size))))
    ]
