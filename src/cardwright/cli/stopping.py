"""Ctrl+C and SIGTERM while a server starts: they end it at once, with 0, and no process is left behind.

The main process hears them by `Stop` until Granian does. A worker is forked with both held back (signal(7)), and hears
SIGTERM once it serves: between, Granian loses them, and the main process would wait ten seconds for such a worker.
"""

from __future__ import annotations

import asyncio
import os
import signal
from typing import Any, Final

from cardwright import limits

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
_LOOK: Final = 0.01


class Stop:
    """Whether the server was told to stop before it listened to that itself."""

    def __init__(self) -> None:
        self.is_asked = False
        self._at_once = True

    def hear(self) -> None:
        """Leave with 0 at either signal."""
        for number in SIGNALS:
            signal.signal(number, self._come)

    def defer(self) -> None:
        """From now on only take note: what is being made is to be shown."""
        self._at_once = False

    def _come(self, *_: object) -> None:
        self.is_asked = True
        if self._at_once:
            raise SystemExit(0)


def hold_back_in_workers() -> None:
    """Have every process that is forked from now on begin with both signals held back."""
    os.register_at_fork(
        before=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS),
        after_in_parent=lambda: signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS),
    )


async def hear_in_worker() -> None:
    """Let SIGTERM through once Granian serves. Ctrl+C is for the main process, which sends SIGTERM to its workers."""
    for _ in range(int(limits.GRACE.value / _LOOK)):
        if any(map(_serves, asyncio.all_tasks())):
            break
        await asyncio.sleep(_LOOK)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGTERM,))


def _serves(task: asyncio.Task[Any]) -> bool:
    return getattr(task.get_coro(), "__name__", "") == "_main"  # what Granian's worker waits in until it is stopped
