"""A worker's threads are batch work under load, and only then (docs/adr/0010-batch.md)."""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from cardwright.http import scheduling
from cardwright.http.scheduling import AT_ONCE, BUSY, CALM, IN_BATCHES, adapt

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(not hasattr(os, "SCHED_BATCH"), reason="the system has no such policy")


@pytest.fixture(autouse=True)
def _interval() -> Iterator[None]:
    """Give the tests that follow the interval of before."""
    before = sys.getswitchinterval()
    yield
    sys.setswitchinterval(before)


class Load:
    """Requests that come: so many at each look."""

    def __init__(self) -> None:
        self.step = self.come = 0

    def __call__(self) -> int:
        self.come += self.step
        return self.come


@pytest.fixture
def thread() -> Iterator[int]:
    """Another thread of the process, by the number that the kernel gives it."""
    end = threading.Event()
    thread = threading.Thread(target=end.wait)
    thread.start()
    assert thread.native_id
    yield thread.native_id
    end.set()
    thread.join()


async def until(policy: int, *threads: int) -> None:
    async with asyncio.timeout(10):
        while {os.sched_getscheduler(thread) for thread in threads} != {policy}:  # noqa: ASYNC110 - the kernel sets no event
            await asyncio.sleep(0.001)


async def test_every_thread_is_batch_work_under_load_and_as_any_other_when_it_is_calm_again(thread: int) -> None:
    load = Load()
    task = asyncio.create_task(adapt(load, 0.001))
    try:
        load.step = 10 * BUSY
        await until(os.SCHED_BATCH, 0, thread)
        assert sys.getswitchinterval() == pytest.approx(IN_BATCHES)
        load.step = 0
        await until(os.SCHED_OTHER, 0, thread)
        assert sys.getswitchinterval() == pytest.approx(AT_ONCE)
    finally:
        task.cancel()


async def test_the_first_switch_is_logged(thread: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    load = Load()
    task = asyncio.create_task(adapt(load, 0.001))
    try:
        for _ in range(2):
            load.step = 10 * BUSY
            await until(os.SCHED_BATCH, 0, thread)
            load.step = 0
            await until(os.SCHED_OTHER, 0, thread)
    finally:
        task.cancel()
    assert [record.getMessage() for record in caplog.records] == [
        "over 2000 requests a second: the threads of this worker run as batch work"
    ]


async def test_a_calm_worker_keeps_the_policy_that_it_has() -> None:
    task = asyncio.create_task(adapt(Load(), 0.001))
    await asyncio.sleep(0.05)
    assert os.sched_getscheduler(0) == os.SCHED_OTHER
    assert sys.getswitchinterval() == pytest.approx(AT_ONCE)
    task.cancel()


@pytest.mark.parametrize(
    ("rates", "policy"),
    [
        ([BUSY], "SCHED_OTHER"),
        ([BUSY + 1], "SCHED_BATCH"),
        ([BUSY + 1, CALM], "SCHED_BATCH"),
        ([BUSY + 1, CALM - 1], "SCHED_OTHER"),
        ([BUSY + 1, CALM - 1, BUSY], "SCHED_OTHER"),
    ],
)
async def test_between_calm_and_busy_the_policy_stays(
    rates: list[int], policy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds, come = itertools.count(), itertools.accumulate([0, *rates, *[rates[-1]] * 20])
    looked = asyncio.Event()

    def requests() -> int:
        try:
            return next(come)
        except StopIteration:
            looked.set()
            return 10**9

    monkeypatch.setattr(scheduling, "time", SimpleNamespace(monotonic=lambda: next(seconds)))
    found: list[int] = [os.SCHED_OTHER]
    monkeypatch.setattr(scheduling, "_schedule", lambda it: found.append(it) if not looked.is_set() else None)
    task = asyncio.create_task(adapt(requests, 0.001))
    async with asyncio.timeout(10):
        await looked.wait()
    task.cancel()
    assert found[-1] == getattr(os, policy)
