"""The port of the contacts that were deleted and can be restored (CW-32)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.book.ports import Change, Place


class DeletedStore(Protocol):
    """Who was deleted: not those of partner users, who went with them, nor who was merged into another."""

    async def list(self, place: Place, limit: int, before: int | None = None) -> Sequence[Change]:
        """Return the changes that deleted them, the latest first, each with the contact as it was.

        `before` is the sequence of the last of the page before. A read that holds much ends early, with one at least.
        """
