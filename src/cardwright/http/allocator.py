"""How a worker's memory goes back to the system: a large block at once, small ones a few times a minute."""

from __future__ import annotations

import asyncio
import ctypes
import os
from pathlib import Path
from typing import Final

_MMAP_THRESHOLD: Final = -3  # malloc.h
_LARGE: Final = 512 * 1024
_PERIOD: Final = 5.0
_GROWN: Final = 16 * 1024 * 1024
"""Octets by which the memory has grown when it is worth a look at what of it is free."""
_STATM: Final = Path("/proc/self/statm")
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")


def return_large_blocks() -> None:
    """Have blocks of 512 KiB and more mapped, each by itself; does nothing where the C library is not glibc.

    By itself glibc raises that bound to the largest block that was ever freed. From then on bodies of 10 MiB lie in
    the heap, between small blocks that stay, and what 50 of them took is never given back.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt:
        mallopt(_MMAP_THRESHOLD, _LARGE)


async def return_small_blocks(period: float = _PERIOD) -> None:
    """Give back what is free between the blocks in use, when the memory has grown, until cancelled (malloc_trim(3)).

    By itself glibc gives back what lies at the end of a heap alone. Returns at once where the C library is another.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if not (trim and _STATM.exists()):
        return
    least = _resident()
    while True:
        await asyncio.sleep(period)
        if _resident() > least + _GROWN:
            await asyncio.to_thread(trim, 0)
            least = _resident()
        least = min(least, _resident())


def _resident() -> int:
    return int(_STATM.read_text().split()[1]) * _PAGE
