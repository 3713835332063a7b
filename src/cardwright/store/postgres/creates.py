"""Creates that wait for the same commit: where each belongs, looked up once, and made sure of in the call itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.errors import NotFoundError
from cardwright.store.postgres.creation import GoneError, keep
from cardwright.store.postgres.numbers import campaign_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.book.ports import Place
    from cardwright.store.postgres.creation import Creation
    from cardwright.store.postgres.driver import Connection

_REMEMBERED: Final = 100_000  # campaigns


class Creates:
    """Keeps new contacts of any places, and remembers the numbers of these."""

    def __init__(self) -> None:
        self._numbers: dict[Place, tuple[int, int]] = {}

    async def keep(self, connection: Connection, creations: Sequence[Creation]) -> list[int | Exception]:
        """Keep new contacts, and return for each the number it is given, or what is wrong with it."""
        outcomes = await self._tried(connection, creations)
        stale = [at for at, outcome in enumerate(outcomes) if isinstance(outcome, GoneError)]
        if stale:  # a campaign may have another of the same id in its place
            for at in stale:
                self._numbers.pop(creations[at].place, None)
            again = await self._tried(connection, [creations[at] for at in stale])
            for at, outcome in zip(stale, again, strict=True):
                outcomes[at] = outcome
        return outcomes

    async def _tried(self, connection: Connection, creations: Sequence[Creation]) -> list[int | Exception]:
        outcomes: dict[int, int | Exception] = {}
        numbers: dict[int, tuple[int, int]] = {}
        for at, creation in enumerate(creations):
            try:
                numbers[at] = self._numbers.get(creation.place) or await self._look_up(connection, creation.place)
            except NotFoundError as error:
                outcomes[at] = error
        asked, of = [creations[at] for at in numbers], list(numbers.values())
        kept: list[int | Exception] = []
        if any(creation.draft.image for creation in asked):
            async with connection.transaction():
                kept = await keep(connection, asked, of)
        elif asked:
            kept = await keep(connection, asked, of)
            connection.check_replicated()
        outcomes |= zip(numbers, kept, strict=True)
        return [outcomes[at] for at in range(len(creations))]

    async def _look_up(self, connection: Connection, place: Place) -> tuple[int, int]:
        numbers = await campaign_numbers(connection, place)
        if len(self._numbers) >= _REMEMBERED:
            self._numbers.clear()
        self._numbers[place] = numbers
        return numbers
