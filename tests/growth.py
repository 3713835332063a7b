"""How the time of a call grows with its input: CPU time against CPU time, whatever else the machine does."""

from __future__ import annotations

import gc
import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

FLOOR = 0.02
"""Seconds of CPU time below which a call is fast enough, however it grows."""
MOST = 12
"""For four times the input: in proportion to it a call takes 4 times as long, in its square 16 times."""


def spent(call: Callable[[T], object], given: T, times: int = 3) -> float:
    """Return the CPU time of a call: the least of some."""
    least = float("inf")
    gc.disable()
    try:
        for _ in range(times):
            begun = time.thread_time()
            call(given)
            least = min(least, time.thread_time() - begun)
    finally:
        gc.enable()
    return least


def assert_linear(call: Callable[[T], object], made: Callable[[int], T], size: int) -> None:
    """Fail if the call takes more than in proportion to its input, of `size` and four times that."""
    large = made(4 * size)
    if spent(call, large, 1) < FLOOR:
        return
    grown, before = spent(call, large), spent(call, made(size))
    assert grown < FLOOR or grown < MOST * before, f"{before:.4f} s, for four times the input {grown:.4f} s"
