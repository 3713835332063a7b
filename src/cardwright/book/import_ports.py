"""What an import asks of a store, many rows at a time; the other ports stand in `ports.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from cardwright import limits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.book.match_keys import Asked
    from cardwright.book.ports import Draft, Place
    from cardwright.book.stored import StoredContact

LARGE: Final = 16 * 1024 * 1024
"""Octets of cards and photos that an import holds together."""
SEVERAL: Final = limits.SEVERAL.value + 1
"""Contacts that are found for one row of an import: those that are named, and one more."""


class CampaignState(NamedTuple):
    """A campaign at one moment."""

    contacts: int
    """How many it has."""
    sequence: int
    """Of the last change: the same number never stands for two states."""


class StoredMatch(NamedTuple):
    """The contacts that a rule found for a row of an import."""

    rule: int
    """Which rule found them, from 0."""
    contacts: Sequence[StoredContact]
    """The first ones, `SEVERAL` of them at most."""


class Created(NamedTuple):
    """What became of new contacts that are on the disk now."""

    numbers: Sequence[int]
    """Those they were given, in their order."""
    sequence: int
    """Of the last change, theirs."""


class ImportStore(Protocol):
    """What an import asks of the store: look-ups and creates, many rows at a time."""

    async def state(self, place: Place) -> CampaignState:
        """Return how far the campaign has come."""

    async def find(
        self, place: Place, asked: Sequence[Sequence[Asked]], *, cards: bool
    ) -> Sequence[StoredMatch | None]:
        """Return the holders for each row: by its first rule, else by its second, and so on.

        With `cards` a contact that is found alone has its card, and only as many of the first come as have cards of
        `LARGE` together: one at least.
        """

    async def create(self, place: Place, drafts: Sequence[Draft], by: str) -> Created:
        """Keep new contacts, all or none, after those of earlier calls."""
