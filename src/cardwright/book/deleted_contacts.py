"""The port of the contacts that were deleted and can be restored (CW-32)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.book.change_ports import Change
    from cardwright.book.ports import Place


class DeletedPage(NamedTuple):
    """The changes that deleted contacts, the latest first, each with the contact as it was."""

    changes: Sequence[Change]
    earlier: bool = False
    """Whether any come before these: who was deleted later."""
    more: bool = False
    """Whether any come after these."""


class DeletedStore(Protocol):
    """Who was deleted: not those of partner users, who went with them, nor who was merged into another."""

    async def list(self, place: Place, limit: int, before: int | None = None, after: int | None = None) -> DeletedPage:
        """Return a page of them: the latest, or those before the sequence of a change, or the next ones after it.

        A page that holds much is shorter, with one at least.
        """


def page_of(found: Sequence[Change], limit: int, before: int | None, after: int | None, *, is_cut: bool) -> DeletedPage:
    """Return the page of what was found in the direction of the search; one more was looked for."""
    beyond = is_cut or len(found) > limit
    shown = found[:limit]
    if after is not None:
        return DeletedPage(shown[::-1], earlier=beyond, more=True)
    return DeletedPage(shown, earlier=before is not None, more=beyond)
