"""A page of a list that goes by name or by time, made of what an index gives in its order: for every store.

An index knows the order, not who is wanted. So its entries are taken in pieces, and those of contacts that the query
does not find are passed over. Who is found is remembered as a set of bits for each block (`Members`), so an entry costs
a fraction of a microsecond; where a few are found, their entries are gathered and sorted instead. Where many are passed
over, because who is found stands together (a search for `zoe` in a list by name), the entries of all who are found are
gathered once, or met along the index to its end, and their numbers remembered in their order (`Line`), until something
changes in the campaign.

The index of names lags behind (`Behind`): a name is put there when it is first asked for, many at a time.
"""

from __future__ import annotations

import struct
from array import array
from collections import defaultdict
from itertools import groupby, islice
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.book.requests import Cursor
from cardwright.store.remembered import BLOCK_BITS, WORD

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from cardwright.book.requests import Query

OrderEntry = tuple[str | int, int]
"""What the list goes by, and the number of the contact."""

LAGGING: Final = 200
"""Changes by which the index of names may lag behind before it is brought up to date for a list."""
_FAR: Final = 10_000  # entries that a walk takes before it goes on to the end
_PIECE: Final = 5_000  # entries that are taken at once, at most
_LEAST: Final = 64
_LOW: Final = (1 << BLOCK_BITS) - 1
_WORDS: Final = 1 << BLOCK_BITS - WORD  # in a block
_SPARSE: Final = 8  # of so many one found: all of them are sooner gathered than met along the index

Members = dict[int, bytes]
"""By block: a bit for each number that is found there."""


class Behind(NamedTuple):
    """What the index of names does not know yet."""

    changed: Collection[int] = ()
    """The numbers of contacts that came, changed or went since; what it says of them is not to be read."""
    entries: Sequence[OrderEntry] = ()
    """Their entries now, of those that are there and wanted."""


class Walk:
    """Takes entries in the order of a page until it has the page, and one more."""

    def __init__(
        self, query: Query, *, members: Members | None = None, behind: Behind | None = None, share: float = 1.0
    ) -> None:
        behind = behind or Behind()
        self._query = query
        self._backward = query.cursor is not None and query.cursor.before
        self.descending: Final = query.descending != self._backward
        self.after: OrderEntry | None = query.cursor[:2] if query.cursor else None
        """The entry after which the next are wanted, in the order of the walk."""
        self.is_done = False
        self._members = members
        self._changed = frozenset(behind.changed)
        self._waiting = self.beyond(behind.entries)
        self._share = share
        self._skip = 0 if query.cursor else (query.page - 1) * query.page_size
        self._found: list[OrderEntry] = []
        self._taken = 0

    @property
    def is_far(self) -> bool:
        """Whether it has taken so much without a page that it is better to remember all who are found."""
        return not self.is_done and self._members is not None and self._taken >= _FAR

    @property
    def piece(self) -> int:
        """How many entries are wanted next."""
        wanted = self._query.page_size + 1 - len(self._found) + self._skip
        return min(_PIECE, max(_LEAST, int(wanted / self._share * 1.2) + len(self._changed)))

    def beyond(self, entries: Iterable[OrderEntry]) -> list[OrderEntry]:
        """Return those of the entries that lie in the direction of the walk, in its order."""
        left = sorted(entries, reverse=self.descending)
        if self.after is None:
            return left
        return [one for one in left if (one < self.after if self.descending else one > self.after)]

    def take(self, entries: Sequence[OrderEntry], *, last: bool) -> None:
        """Take the next entries of the index; `last` says that there are no more."""
        members, changed = self._members, self._changed
        self._taken += len(entries)
        for entry in entries:
            number = entry[1]
            if number in changed:
                continue
            if members is not None:
                bits = members.get(number >> BLOCK_BITS)  # as `is_member`: a call would take twice as long
                if bits is None or not bits[(number & _LOW) >> 3] >> (number & 7) & 1:
                    continue
            while self._waiting and (self._waiting[0] > entry if self.descending else self._waiting[0] < entry):
                self._keep(self._waiting.pop(0))
            self._keep(entry)
            if self.is_done:
                return
        if last:
            for entry in self._waiting:
                self._keep(entry)
            self.is_done = True
        elif entries:
            self.after = entries[-1]

    def page(self) -> tuple[list[OrderEntry], bool, bool]:
        """Return the entries of the page in the order of the list, and whether there are more before and after it."""
        size = self._query.page_size
        shown, is_more = self._found[:size], len(self._found) > size
        if self._backward:
            return shown[::-1], is_more, True
        return shown, self._query.cursor is not None or self._query.page > 1, is_more

    def end(self, entries: Sequence[OrderEntry]) -> None:
        """Take the entries of the page and one more, found elsewhere."""
        self._found, self.is_done = list(entries), True

    def _keep(self, entry: OrderEntry) -> None:
        if self._skip:
            self._skip -= 1
        elif not self.is_done:
            self._found.append(entry)
            self.is_done = len(self._found) > self._query.page_size


class Line(Walk):
    """Goes to the end, and has the numbers of all who are found in their order."""

    def __init__(self, query: Query, *, members: Members | None = None, behind: Behind | None = None) -> None:
        whole = query._replace(cursor=None, page=1, page_size=_PIECE, descending=False)
        super().__init__(whole, members=members, behind=behind)
        self.numbers: Final = array("q")

    @property
    def piece(self) -> int:
        """How many entries are wanted next."""
        return _PIECE

    def _keep(self, entry: OrderEntry) -> None:
        self.numbers.append(entry[1])

    def gathered(self, entries: Iterable[OrderEntry]) -> None:
        """Take the entries of all who are found, in ascending order, a piece at a time."""
        rest = iter(entries)
        while piece := list(islice(rest, _PIECE)):
            self.take(piece, last=False)
        self.take([], last=True)


class PlaceSearch:
    """Looks for the place of a cursor in a line: each step asks for the entry of one of its numbers."""

    def __init__(self, numbers: Sequence[int], query: Query) -> None:
        self._numbers = numbers
        self._query = query
        self._descending = query.descending != (query.cursor is not None and query.cursor.before)
        self._low, self._high = (0, len(numbers)) if query.cursor else (0, 0)

    @property
    def asked(self) -> int | None:
        """The number whose entry is wanted next; None once the place is found."""
        return self._numbers[(self._low + self._high) // 2] if self._low < self._high else None

    def take(self, entry: OrderEntry) -> None:
        """Take the entry that was asked for."""
        at = (self._low + self._high) // 2
        place = self._query.cursor[:2] if self._query.cursor else entry
        if entry < place or (entry == place and not self._descending):
            self._low = at + 1
        else:
            self._high = at

    def found(self) -> Sequence[int]:
        """Return the numbers of the page in the order of a walk, and one more."""
        wanted, end = self._query.page_size + 1, len(self._numbers)
        skip = 0 if self._query.cursor else (self._query.page - 1) * self._query.page_size
        if not self._descending:
            first = self._low if self._query.cursor else skip
            return self._numbers[first : first + wanted]
        last = self._low if self._query.cursor else max(0, end - skip)
        return self._numbers[max(0, last - wanted) : last][::-1]


def is_few(found: int, contacts: int, page_size: int) -> bool:
    """Say whether so many found of all contacts are sooner gathered and sorted than met along the index."""
    return found <= _LEAST or found * found < contacts * page_size // 16


def is_sparse(found: int, contacts: int) -> bool:
    """Say whether all who are found are sooner gathered and sorted than met along an index to its end."""
    return found * _SPARSE <= contacts


def is_member(members: Members, number: int) -> bool:
    """Say whether the bit of a number is set."""
    bits = members.get(number >> BLOCK_BITS)
    return bits is not None and bool(bits[(number & _LOW) >> 3] >> (number & 7) & 1)


def members_of(numbers: Iterable[int]) -> Members:
    """Return the bits of numbers in ascending order."""
    members: Members = {}
    for block, several in groupby(numbers, lambda number: number >> BLOCK_BITS):
        bits = bytearray(1 << BLOCK_BITS - 3)
        for number in several:
            bits[(number & _LOW) >> 3] |= 1 << (number & 7)
        members[block] = bytes(bits)
    return members


def members_of_words(words: Iterable[tuple[int, int]]) -> Members:
    """Return the bits of words of 64 numbers, each with which of them it is from number 0 on, as a signed integer."""
    blocks: defaultdict[int, list[int]] = defaultdict(lambda: [0] * _WORDS)
    for word, bits in words:
        blocks[word >> BLOCK_BITS - WORD][word & _WORDS - 1] = bits
    return {block: struct.pack(f"<{_WORDS}q", *several) for block, several in blocks.items()}


def numbers_in(members: Members) -> list[int]:
    """Return the numbers whose bits are set, in ascending order."""
    return [
        block << BLOCK_BITS | at << 3 | bit
        for block, bits in sorted(members.items())
        for at, octet in enumerate(bits)
        if octet
        for bit in range(8)
        if octet >> bit & 1
    ]


def cursors(entries: Sequence[OrderEntry]) -> tuple[Cursor | None, Cursor | None]:
    """Return the places of the first and the last entry of a page."""
    return (Cursor(*entries[0]), Cursor(*entries[-1])) if entries else (None, None)
