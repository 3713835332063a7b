"""Start a process beside a worker, for photos and files, which is scheduled as any other is."""

from __future__ import annotations

import contextlib
import os
import subprocess
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CORES: Final[frozenset[int]] = frozenset(os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else ())
"""The cores that this process might use when it began; none where the system does not say."""


def start(command: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:  # noqa: ANN401 - those of Popen
    """Return a new process, as `subprocess.Popen` does and with its options; raises OSError.

    A process begins with the policy and the cores of the thread that starts it (sched(7)), and under load that thread
    runs as batch work on one core. This one may use every core of the server. To start it takes 2 ms, which the event
    loop may wait: asyncio's own would need a child watcher.
    """
    with _as_any_other():
        return subprocess.Popen(command, **options)  # noqa: S603 - the callers' commands are ours


@contextlib.contextmanager
def _as_any_other() -> Iterator[None]:
    """Schedule this thread as the server began, until the block ends."""
    if not CORES:
        yield
        return
    policy, cores = os.sched_getscheduler(0), os.sched_getaffinity(0)
    _schedule(os.SCHED_OTHER, CORES)
    try:
        yield
    finally:
        _schedule(policy, cores)


def _schedule(policy: int, cores: frozenset[int] | set[int]) -> None:
    with contextlib.suppress(OSError):  # a sandbox may forbid either: then the worker has not changed it
        os.sched_setscheduler(0, policy, os.sched_param(0))
        os.sched_setaffinity(0, cores)
