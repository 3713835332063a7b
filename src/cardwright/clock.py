"""A monotonic clock: the seconds since boot, which setting the time of day does not move."""

from __future__ import annotations

import contextlib
import functools
import time
from pathlib import Path
from typing import Final

_CLOCK: Final = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)  # macOS has the second alone, and means the first
_BOOT: Final = Path("/proc/sys/kernel/random/boot_id")


def since_boot() -> float:
    """Return the seconds since the machine started, those in which it slept too.

    What must last for a time is measured by it. The clock of the day jumps: a wrong one is set right.
    """
    return time.clock_gettime(_CLOCK)


@functools.cache
def boot() -> str:
    """Return what tells this start of the machine from every other; `""` where the system does not say."""
    with contextlib.suppress(OSError):
        return _BOOT.read_text().strip()
    return ""
