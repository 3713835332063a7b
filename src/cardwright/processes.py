"""Start a process beside a worker, for photos and files, which is scheduled as the server was when it began."""

from __future__ import annotations

import contextlib
import os
import subprocess
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CORES: Final[frozenset[int]] = frozenset(os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else ())
"""The cores that this process might use when it began; none where the system does not say."""
POLICY: Final = os.sched_getscheduler(0) if CORES else 0
"""The policy that it began with: another than `SCHED_OTHER` where whoever started it chose one (chrt(1))."""
_EVERY: Final = range(8_192)
"""More cores than the kernel knows of: it takes those that a process may use (cpuset(7))."""


def start(command: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:  # noqa: ANN401 - those of Popen
    """Return a new process, as `subprocess.Popen` does and with its options; raises OSError.

    A process begins with the policy and the cores of the thread that starts it (sched(7)), and under load that thread
    runs as batch work on one core. This one begins with those of the server. To start it takes 2 ms, which the event
    loop may wait: asyncio's own would need a child watcher.
    """
    with _as_it_began():
        return subprocess.Popen(command, **options)  # noqa: S603 - the callers' commands are ours


def release(thread: int = 0) -> None:
    """Let a thread, or this one, use the cores that the process began with; raises OSError when it has ended.

    It gets every core where it may use none of those by now: they were taken from its container.
    """
    try:
        os.sched_setaffinity(thread, CORES)
    except OSError:
        os.sched_setaffinity(thread, _EVERY)


@contextlib.contextmanager
def _as_it_began() -> Iterator[None]:
    """Schedule this thread as the server began, until the block ends."""
    if not CORES or os.sched_getscheduler(0) == POLICY:  # what it may use is not ours to change
        yield
        return
    policy, cores = os.sched_getscheduler(0), os.sched_getaffinity(0)
    os.sched_setscheduler(0, POLICY, os.sched_param(0))
    with contextlib.suppress(OSError):  # a sandbox may forbid it: then the worker has not changed it
        release()
    try:
        yield
    finally:
        os.sched_setscheduler(0, policy, os.sched_param(0))
        with contextlib.suppress(OSError):  # the core was taken away meanwhile
            os.sched_setaffinity(0, cores)
