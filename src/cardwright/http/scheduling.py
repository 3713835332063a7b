"""How a worker's threads are scheduled: each at once while it is calm, as batch work under load (sched(7)).

A worker's threads hand every request to each other. Under load a thread that does not interrupt the one that wakes it
finds many requests at once when its turn comes, and that halves the cost of a small one (docs/adr/0010-batch.md).

Python does likewise: who wants the interpreter gets it when the running thread has had it for so long. While a page of
20,000 is written in other threads, the event loop waits so long for each step of a request, in many steps.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

BUSY: Final = 2_000
"""Requests a second above which a worker is under load."""
CALM: Final = 1_000
"""Requests a second below which it is calm again."""
AT_ONCE: Final = 0.0005
"""Seconds for which a thread has the interpreter while another one wants it, in a worker that is calm."""
IN_BATCHES: Final = 0.005
"""The same under load, and Python's own choice."""
_log: Final = logging.getLogger(__name__)
_THREADS: Final = Path("/proc/self/task")


async def adapt(requests: Callable[[], int], pause: float = 0.05) -> None:
    """Fit the policy to the load, every `pause` seconds until cancelled; `requests` says how many have come so far.

    The first switch is logged. Where the system has no such policy, threads have the interpreter by turns as in a calm
    worker, and that is all.
    """
    sys.setswitchinterval(AT_ONCE)
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
            sys.setswitchinterval(IN_BATCHES if busy else AT_ONCE)


def _schedule(policy: int) -> None:
    try:
        threads = [int(thread.name) for thread in _THREADS.iterdir()]
    except OSError:  # no descriptor is free: the policy stays as it is until the load changes again
        return
    for thread in threads:
        with contextlib.suppress(OSError):  # it has ended
            os.sched_setscheduler(thread, policy, os.sched_param(0))
