"""How the kernel schedules a worker's threads: each at once while it is calm, as batch work under load (sched(7)).

A worker's threads hand every request to each other. Under load a thread that does not interrupt the one that wakes it
finds many requests at once when its turn comes, and that halves the cost of a small one (docs/adr/0010-batch.md).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

BUSY: Final = 2_000
"""Requests a second above which a worker is under load."""
CALM: Final = 1_000
"""Requests a second below which it is calm again."""
_log: Final = logging.getLogger(__name__)
_THREADS: Final = Path("/proc/self/task")


async def adapt(requests: Callable[[], int], pause: float = 0.05) -> None:
    """Fit the policy to the load, every `pause` seconds until cancelled; `requests` says how many have come so far.

    The first switch is logged. Returns at once where the system has no such policy.
    """
    if not (hasattr(os, "SCHED_BATCH") and _THREADS.is_dir()):
        return
    busy, told, before, at = False, False, requests(), time.monotonic()
    while True:
        await asyncio.sleep(pause)
        count, now = requests(), time.monotonic()
        rate = (count - before) / (now - at)
        before, at = count, now
        if (rate < CALM) if busy else (rate > BUSY):
            busy = not busy
            if busy and not told:
                told = True
                _log.info("over %d requests a second: the threads of this worker run as batch work", BUSY)
            _schedule(os.SCHED_BATCH if busy else os.SCHED_OTHER)


def _schedule(policy: int) -> None:
    try:
        threads = [int(thread.name) for thread in _THREADS.iterdir()]
    except OSError:  # no descriptor is free: the policy stays as it is until the load changes again
        return
    for thread in threads:
        with contextlib.suppress(OSError):  # it has ended
            os.sched_setscheduler(thread, policy, os.sched_param(0))
