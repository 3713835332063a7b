"""What queries have found, remembered block by block: the part of it that every store has.

A block is 2,048 contact numbers of a campaign. Counting takes time in proportion to what is counted, so each block is
counted once, and again only when something in it has changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cardwright.book.requests import Query

K = TypeVar("K")
T = TypeVar("T")

BLOCK_BITS: Final = 11
"""How far a contact's number is shifted to give its block's."""
WORD: Final = 6
"""How far it is shifted to give that of a word of bits: 64 numbers, which a store puts together in one row."""
_REMEMBERED: Final = 200  # queries, each with some 50 KB for a million contacts

BlockCounts = dict[int, tuple[int, int]]
"""By block: when it had last changed, and how many contacts were found in it."""


class Block(NamedTuple):
    """A row of the table `block`."""

    block: int
    contacts: int
    changed: int
    """The campaign's sequence at the commit that last changed a contact here."""


class Tally(NamedTuple):
    """What was found of a query at a sequence of its campaign, as workers tell it each other: it names nobody."""

    sequence: int
    total: int
    blocks: BlockCounts | None
    numbers: bytes | None = None
    """Those of a few contacts, eight octets each, where a store remembers them."""


FoundByBlock = dict[int, tuple[int, bytes]]
"""By block: when it had last changed, and a bit for each number that was found there."""


class Memory(Generic[K, T]):
    """Remembers a few things, and forgets all of them when they are many."""

    def __init__(self, most: int = _REMEMBERED) -> None:
        self._remembered: dict[K, T] = {}
        self._most = most

    def get(self, key: K) -> T | None:
        """Return what is remembered, None for nothing."""
        return self._remembered.get(key)

    def put(self, key: K, value: T) -> T:
        """Remember it, and return it."""
        if len(self._remembered) >= self._most:
            self._remembered.clear()
        self._remembered[key] = value
        return value


def unchanged(now: Iterable[Block], before: BlockCounts) -> BlockCounts:
    """Return those of the counts that still hold."""
    return {it.block: before[it.block] for it in now if before.get(it.block, (-1, 0))[0] == it.changed}


def total(counts: BlockCounts) -> int:
    """Return how many were found in all blocks."""
    return sum(contacts for _, contacts in counts.values())


def counted_alike(query: Query) -> Query:
    """Return what queries share that find the same contacts, whatever their page."""
    return query._replace(page=1, page_size=1, after=0, order="number", descending=False, cursor=None)


def changed_since(query: Query) -> int | None:
    """Return the time from which contacts are wanted, in milliseconds; a fraction of one counts as past."""
    if query.updated_since is None:
        return None
    return -int(-query.updated_since.timestamp() * 1_000 // 1)


def skip(counts: Iterable[tuple[int, int]], skipped: int) -> tuple[int, int]:
    """Return the block in which a page begins, and how many contacts to skip there.

    `counts` are blocks in their order, each with what was found in it; there is more in them than is skipped.
    """
    for block, contacts in counts:
        if skipped < contacts:
            return block, skipped
        skipped -= contacts
    return 0, skipped


def enough(counts: Sequence[tuple[int, int]], wanted: int) -> list[int]:
    """Return the first of the blocks in which something was found, until so many are found in those after the first."""
    chosen: list[int] = []
    for block, contacts in counts:
        if wanted <= 0:
            break
        if contacts:
            wanted -= contacts if chosen else 0
            chosen.append(block)
    return chosen
