"""Time out request bodies: 15 to 30 s without an octet, or ten minutes in all, end in 408 and a closed connection.

A task looks every 15 s at the requests under way, and which of them wait for a body. No request pays for a timer.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from cardwright import limits

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cardwright.http.exchange import Exchange

PERIOD: Final = limits.BODY_PAUSE.value
"""Seconds between two looks; who waits for the same message at both is given up."""
LOOKS: Final = limits.BODY_WAIT.value // PERIOD
"""Looks at which one request may wait for its body: ten minutes, in which 12 MiB come at 20 KiB/s."""


async def end_stalled_bodies(under_way: Iterable[Exchange], period: float = PERIOD, looks: int = LOOKS) -> None:
    """Time out bodies that bring no octet, or take too many looks in all, until cancelled."""
    while True:
        await asyncio.sleep(period)
        for exchange in under_way:
            if exchange.awaited:
                exchange.looks += 1
                if exchange.seen is exchange.awaited or exchange.looks == looks:
                    exchange.end_body()
            exchange.seen = exchange.awaited
