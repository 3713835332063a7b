"""Let in, of thousands of requests that come in the same instant, a few in each turn of the event loop.

The event loop begins all that has come before it looks at anything else, so who asks one small thing would wait for
the first step of each of them. Those beyond the bound wait in line for a later turn: that costs a tenth of a step.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Final

from cardwright.limits import STARTS

_MOST: Final = STARTS.value


class Arrivals:
    """The line of the requests that have come and are not begun; first come, first served."""

    def __init__(self) -> None:
        self._left = _MOST
        """How many may still begin in this turn."""
        self._line: deque[asyncio.Future[None]] = deque()
        self._is_counting = False

    async def wait(self) -> None:
        """Return in the turn of the event loop in which the request may begin."""
        loop = asyncio.get_running_loop()
        if not self._is_counting:
            self._is_counting = True
            loop.call_soon(self._turn, loop)
        if self._left:
            self._left -= 1
            return
        place = loop.create_future()
        self._line.append(place)
        await place

    def _turn(self, loop: asyncio.AbstractEventLoop) -> None:
        """Let in the next ones, as long as there are any."""
        self._left, self._is_counting = _MOST, bool(self._line)
        while self._left and self._line:
            place = self._line.popleft()
            if not place.done():
                place.set_result(None)
                self._left -= 1
        if self._is_counting:
            loop.call_soon(self._turn, loop)
