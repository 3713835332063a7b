"""How a worker's threads are scheduled: each at once while it is calm, as batch work on one core under load (sched(7)).

A worker's threads hand every request to each other. Under load a thread that does not interrupt the one that wakes it
finds many requests at once when its turn comes, and on the same core it finds what the other left in its caches. That
takes a half and then a third from the cost of a small request (docs/adr/0010-batch.md).

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

from cardwright.processes import CORES, POLICY, release

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
CROWDED: Final = 0.4
"""The part of its time for which the event loop waits for its core that is too much: others want it, and may not know
of a free one, or threads of ours that could run beside it."""
PATIENCE: Final = 3
"""Looks at which it does so, one after the other, until the threads part."""
APART: Final = 4
"""Looks for which they may then run on every core. The kernel finds them places meanwhile."""
_log: Final = logging.getLogger(__name__)
_THREADS: Final = Path("/proc/self/task")
_STAT: Final = Path("/proc/thread-self/stat")
_SCHEDSTAT: Final = Path("/proc/thread-self/schedstat")
_CORE: Final = 36
"""Where the core that a thread runs on stands in its `stat`, behind its name (proc(5): processor)."""


async def adapt(requests: Callable[[], int], pause: float = 0.05) -> None:
    """Fit the policy to the load, every `pause` seconds until cancelled; `requests` says how many have come so far.

    The first switch is logged. Where the system has no such policy or forbids it, or whoever started the server chose
    one, threads have the interpreter by turns as in a calm worker, and that is all.
    """
    sys.setswitchinterval(AT_ONCE)
    if not _may_change():
        return
    busy, told, before, at = False, False, requests(), time.monotonic()
    together = Together()
    while True:
        await asyncio.sleep(pause)
        count, now = requests(), time.monotonic()
        rate, passed = (count - before) / (now - at), now - at
        before, at = count, now
        with contextlib.suppress(OSError):  # no descriptor is free: the next look does what is left
            if rate > BUSY and not busy:
                busy = True
                if not told:
                    told = True
                    _log.info("over %d requests a second: the threads of this worker run as batch work", BUSY)
                sys.setswitchinterval(IN_BATCHES)
                _schedule(os.SCHED_BATCH)
            elif rate < CALM and busy:
                _schedule(os.SCHED_OTHER)
                together.end()
                sys.setswitchinterval(AT_ONCE)
                busy = False
            if busy:
                together.look(passed)


class Together:
    """The threads of this process on one core, as long as that core is theirs.

    Two workers may have chosen the same one, and a search could run beside the event loop: where that waits too much
    they part, and come together again where the kernel has moved the event loop. Where the kernel does not count the
    wait they stay apart.

    Its methods raise OSError when no descriptor is free.
    """

    def __init__(self) -> None:
        self._can = len(CORES) > 1 and _counts()
        self._waited = 0.0
        self._crowded = self._apart = 0
        self._bound = False

    def look(self, passed: float) -> None:
        """Bring the threads together, or part them; to be called by the event loop, `passed` seconds after the last."""
        if not self._can:
            return
        before, self._waited = self._waited, _waited()
        self._apart = max(self._apart - 1, 0)
        if self._bound:
            self._crowded = self._crowded + 1 if (self._waited - before) / passed > CROWDED else 0
            if self._crowded >= PATIENCE:
                self.end()
                self._apart = APART
        elif not self._apart:
            core, self._bound = {_core()}, True
            _each(lambda thread: os.sched_setaffinity(thread, core))

    def end(self) -> None:
        """Let the threads run on every core."""
        if self._bound:
            _each(release)
        self._bound = False
        self._crowded = self._apart = 0


def _may_change() -> bool:
    """Return whether threads may become batch work and what they were, and nobody chose a policy for the server."""
    if not (hasattr(os, "SCHED_BATCH") and POLICY == os.SCHED_OTHER and _THREADS.is_dir()):
        return False
    try:
        for policy in (os.SCHED_BATCH, os.SCHED_OTHER):
            os.sched_setscheduler(0, policy, os.sched_param(0))
    except OSError:  # a sandbox forbids it
        return False
    return True


def _core() -> int:
    """Return the core that this thread runs on."""
    return int(_STAT.read_bytes().rpartition(b")")[2].split()[_CORE])


def _counts() -> bool:
    """Return whether the kernel counts how long a thread runs and waits: one that does not says 0, or nothing."""
    try:
        return _SCHEDSTAT.read_bytes().split()[0] != b"0"
    except OSError:
        return False


def _waited() -> float:
    """Return for how many seconds in all this thread could have run and had no core."""
    return int(_SCHEDSTAT.read_bytes().split()[1]) / 1e9


def _schedule(policy: int) -> None:
    _each(lambda thread: os.sched_setscheduler(thread, policy, os.sched_param(0)))


def _each(change: Callable[[int], None]) -> None:
    """Change every thread, and those that one which was not yet changed starts meanwhile: they begin as it was."""
    changed: set[int] = set()
    while threads := {int(thread.name) for thread in _THREADS.iterdir()} - changed:
        for thread in threads:
            with contextlib.suppress(OSError):  # it has ended
                change(thread)
        changed |= threads
