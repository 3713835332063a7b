"""What a store tells of changes: what undo, synchronization and webhooks read; the other ports stand in `ports.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cardwright.book.ports import Place
    from cardwright.book.stored import StoredContact

ChangeKind = Literal["created", "updated", "deleted", "restored", "erased"]


class Change(NamedTuple):
    """What happened to a contact."""

    sequence: int
    """Grows with every change of the campaign; it is the contact's revision since."""
    number: int
    """Whose."""
    kind: ChangeKind
    at: datetime
    by: str
    before: StoredContact | None = None
    """The contact as it was, with its card, where that was asked for and is known: not once it is erased."""
    after: StoredContact | None = None
    """The contact as it was then, with its card, in a history of one; None for one that was deleted, or is erased."""


class ChangeStore(Protocol):
    """What happened, in its order: what undo, synchronization and webhooks read."""

    async def after(self, place: Place, sequence: int, limit: int, *, full: bool = False) -> Sequence[Change]:
        """Return the changes of the campaign after `sequence`, the earliest `limit` of them; 0 begins with the first.

        With `full` each has the contact as it was before. A read that holds much ends early, with one change at least.
        """

    async def of(self, place: Place, number: int, limit: int, until: int | None = None) -> Sequence[Change]:
        """Return what happened to one contact, the latest first, each with what it was before and after.

        With `until`, a sequence, from that change on to earlier ones, if it is one of this contact; nothing if not. A
        read that holds much ends early, with one change at least. A deleted contact has its history still;
        NotFoundError for one that is erased, or never was.
        """
