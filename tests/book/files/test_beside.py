"""Large cards are read in another thread, and those that have a slot one after the other (limits.LARGE)."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from cardwright import limits
from cardwright.book.files.exports import LARGE, beside

HERE = threading.get_ident


class Work:
    """Work that notes where it is done, and how much of it at once."""

    def __init__(self) -> None:
        self.threads: set[int] = set()
        self.now = self.most = 0

    def __call__(self) -> int:
        self.threads.add(HERE())
        self.now += 1
        self.most = max(self.most, self.now)
        time.sleep(0.02)
        self.now -= 1
        return self.most


@pytest.mark.parametrize(
    ("octets", "is_here", "is_alone"),
    [
        (LARGE, True, True),
        (LARGE + 1, False, False),
        (limits.LARGE.value, False, False),
        (limits.LARGE.value + 1, False, True),
    ],
)
async def test_both_sides_of_the_sizes(octets: int, is_here: bool, is_alone: bool) -> None:  # noqa: FBT001 - a table
    """Four cards of 14 MiB that are read at once hold 300 MiB."""
    work = Work()
    told = await asyncio.gather(*[beside(octets, work) for _ in range(4)])
    assert len(told) == 4
    assert (work.threads == {HERE()}) == is_here
    if is_alone:
        assert work.most == 1


async def test_what_fails_makes_room_for_the_next() -> None:
    def fail() -> None:
        raise ZeroDivisionError

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            await beside(limits.LARGE.value + 1, fail)
