"""What the search for duplicates needs of a store: who holds a key, and a table of what was found.

A key is what two contacts may share, as the index has it without a campaign: terms with `|` between those of which one
is enough, and `&` between those that all must be there. `book.duplicates` makes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from cardwright.book.ports import Place
    from cardwright.book.stored import StoredContact


class Duplicate(NamedTuple):
    """Two contacts that may be one person; or a key that many share, which has no `first` and no `second`."""

    since: int
    """The revision with which they came to share it: the greater, the later."""
    second: int = 0
    """The greater number of the two."""
    first: int = 0
    key: str = ""
    """What many share; empty for two."""
    holders: int = 2
    """How many share it."""


class Looked(NamedTuple):
    """What a look at some changes has found."""

    was: int
    """The sequence up to which was looked before."""
    sequence: int
    """Up to which is looked now."""
    contacts: Collection[int]
    """Those that were looked at: they stand in these pairs, and in no others."""
    pairs: Collection[Duplicate]
    crowds: Collection[Duplicate]
    """What many share."""
    no_crowds: Collection[str]
    """Keys that are shared by many no more."""


class Candidates(NamedTuple):
    """Who may have a duplicate, at one moment."""

    sequence: int
    """Of the last change then."""
    numbers: Sequence[int]


class DuplicateStore(Protocol):
    """Where pairs of contacts are kept that may be one person. NotFoundError for a campaign that is not there."""

    async def looked(self, place: Place) -> int:
        """Return the sequence of the last change that was looked at; 0 where none was."""

    async def candidates(self, place: Place) -> Candidates:
        """Return all who share an e-mail address, or a number and a name, with anybody: one pass through the index."""

    async def holders(self, place: Place, keys: Sequence[str], most: int) -> Sequence[Sequence[int]]:
        """Return who holds each key: the contacts with the lowest numbers, at most `most` of them."""

    async def count(self, place: Place, key: str) -> int:
        """Return how many hold a key."""

    async def crowds(self, place: Place) -> set[str]:
        """Return the keys that are kept as shared by many."""

    async def several(self, place: Place, numbers: Collection[int]) -> Sequence[StoredContact]:
        """Return those of the contacts that are there."""

    async def keep(self, place: Place, looked: Looked) -> bool:
        """Keep what was found, unless somebody else kept something since: False then. A pair keeps its `since`."""

    async def page(
        self, place: Place, limit: int, after: Duplicate | None = None, *, back: bool = False
    ) -> Sequence[Duplicate]:
        """Return the latest duplicates after one of them, or, with `back`, those just before it; nobody parted."""

    async def part(self, place: Place, first: int, second: int, *, same: bool = False) -> None:
        """Remember that two contacts are not the same person, or with `same` forget that; the order does not matter."""
