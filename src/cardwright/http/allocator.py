"""How a worker's memory goes back to the system: a large block at once, when it is freed (mallopt(3))."""

from __future__ import annotations

import ctypes
from typing import Final

_MMAP_THRESHOLD: Final = -3  # malloc.h
_LARGE: Final = 512 * 1024


def return_large_blocks() -> None:
    """Have blocks of 512 KiB and more mapped, each by itself; does nothing where the C library is not glibc.

    By itself glibc raises that bound to the largest block that was ever freed. From then on bodies of 10 MiB lie in
    the heap, between small blocks that stay, and what 50 of them took is never given back.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt:
        mallopt(_MMAP_THRESHOLD, _LARGE)
