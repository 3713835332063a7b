"""What a merge of two contacts is to the store: one unit of work that changes the first and deletes the second.

The store remembers it, so that it can be undone, the second's address leads to the first, and an erasure finds both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime

    from cardwright.book.ports import Place
    from cardwright.book.stored import StoredContact

Join: TypeAlias = "Callable[[StoredContact, StoredContact, datetime], StoredContact]"
"""Makes of the first contact and the second one, both with card and photo, what the first is to be at that moment."""
Return: TypeAlias = "Callable[[StoredContact, Collection[str]], StoredContact]"
"""Makes of a deleted contact, and of the ids of those of its partner accounts that are gone, what comes back."""


class Merge(NamedTuple):
    """A merge that the store remembers."""

    first: int
    """The contact that has all of it."""
    second: int
    """The one that was deleted."""
    sequence: int
    """Of the change that put the second's into the first."""
    undone: int | None = None
    """The sequence of the change of the first that undid it."""


class MergeStore(Protocol):
    """Merges of contacts. A method raises NotFoundError for an account, campaign or contact that is not there."""

    async def merge(self, place: Place, first: int, second: int, join: Join, by: str) -> StoredContact:
        """Put what `join` makes of the two in the place of the first, and delete the second; what it raises is raised.

        The first gets a new revision, whatever `join` makes of it: that is the sequence of the merge.
        """

    async def undo(self, place: Place, first: int, sequence: int, come: Return, by: str) -> StoredContact:
        """Give back both as they were before that merge, and return the first; the second as `come` says.

        Raises ConflictError when either was changed since, NotFoundError for no such merge.
        """

    async def into(self, place: Place, number: int) -> int | None:
        """Return the contact that a merged one is part of by now; None for one that was not merged away."""

    async def of(self, place: Place, number: int) -> Sequence[Merge]:
        """Return the merges in which a contact was one of the two, the earliest first."""
