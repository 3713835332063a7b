"""Bound what is between a worker and its clients: bodies that are not complete, and answers that are not taken.

Each request has a bound of its own, but thousands of connections may hold one each. A client that keeps on sending, or
taking, keeps his place; beyond the bound, who has not moved for longest is ended.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cardwright.limits import IN_FLIGHT

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable


class _Held(NamedTuple):
    octets: int
    end: Callable[[], object]


class InFlight:
    """The octets that requests hold, by their tasks."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._octets = 0
        self._held: OrderedDict[asyncio.Task[Any], _Held] = OrderedDict()
        """Who has not moved for longest stands first."""

    @property
    def octets(self) -> int:
        """How many are held."""
        return self._octets

    def add(self, task: asyncio.Task[Any], octets: int, end: Callable[[], object]) -> None:
        """Note that the task holds so many more octets, or less, and has moved.

        `end` is called when others need the room.
        """
        before = self._held.pop(task, None)
        if before is None:
            task.add_done_callback(self.release)
        self._octets += octets
        self._held[task] = _Held((before.octets if before else 0) + octets, end)
        while self._octets > self._most and len(self._held) > 1:
            task, first = next(iter(self._held.items()))
            self.release(task)
            first.end()

    def release(self, task: asyncio.Task[Any] | None) -> None:
        """Note that the task holds nothing any more."""
        if task and (held := self._held.pop(task, None)):
            self._octets -= held.octets
            task.remove_done_callback(self.release)


in_flight: Final = InFlight(IN_FLIGHT.value)
"""That of this process, whose memory it is."""
