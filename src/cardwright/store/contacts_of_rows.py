"""`ContactsOfRows`: the contacts of a page, which takes no more than its rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Generic, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cardwright.book.stored import StoredContact

_Row = TypeVar("_Row")


class ContactsOfRows(Sequence["StoredContact"], Generic[_Row]):
    """Contacts that are made of their rows whenever they are asked for.

    The contacts of a page of 20,000 are some 300,000 objects. All of them at once cost their memory, and each
    collection of garbage that meets them 50 ms in which nobody is answered; a row is one object of texts and numbers.
    """

    def __init__(self, rows: Sequence[_Row], stored: Callable[[_Row], StoredContact]) -> None:
        self._rows = rows
        self._stored = stored

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._rows)

    def __iter__(self) -> Iterator[StoredContact]:
        """Make one after the other."""
        return map(self._stored, self._rows)

    def __eq__(self, other: object) -> bool:
        """Say whether another sequence has the same contacts, as two tuples would."""
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment] # it is never a key

    @overload
    def __getitem__(self, at: int) -> StoredContact: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[StoredContact]: ...
    def __getitem__(self, at: int | slice) -> StoredContact | Sequence[StoredContact]:
        """Return one of them, or a part."""
        if isinstance(at, slice):
            return ContactsOfRows(self._rows[at], self._stored)
        return self._stored(self._rows[at])
