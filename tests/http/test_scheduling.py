"""A worker's threads are batch work on one core under load, and only then (docs/adr/0010-batch.md)."""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from cardwright.http import scheduling
from cardwright.http.scheduling import APART, AT_ONCE, BUSY, CALM, CROWDED, IN_BATCHES, PATIENCE, Together, adapt
from cardwright.processes import CORES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.skipif(not hasattr(os, "SCHED_BATCH"), reason="the system has no such policy")


several = pytest.mark.skipif(len(CORES) < 2, reason="there is one core")


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Give the tests that follow the interval and the cores of before."""
    before = sys.getswitchinterval()
    yield
    sys.setswitchinterval(before)
    for thread in Path("/proc/self/task").iterdir():
        os.sched_setaffinity(int(thread.name), CORES)


class Load:
    """Requests that come: so many at each look."""

    def __init__(self) -> None:
        self.step = self.come = self.looks = 0

    def __call__(self) -> int:
        self.looks += 1
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
    await true(lambda: {os.sched_getscheduler(thread) for thread in threads} == {policy})


async def true(come: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not come():  # noqa: ASYNC110 - the kernel sets no event
            await asyncio.sleep(0.001)


def cores(*threads: int) -> set[int]:
    """Return on which cores any of the threads may run; 0 is this one."""
    return set().union(*map(os.sched_getaffinity, threads))


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


@several
async def test_every_thread_is_on_one_core_under_load_and_on_all_when_it_is_calm_again(thread: int) -> None:
    load = Load()
    task = asyncio.create_task(adapt(load, 0.001))
    try:
        load.step = 10 * BUSY
        await true(lambda: len(cores(0, thread)) == 1)
        load.step = 0
        await true(lambda: os.sched_getaffinity(0) == os.sched_getaffinity(thread) == CORES)
    finally:
        task.cancel()


class Waits:
    """How long the event loop has waited for its core in all, in place of what the kernel counts."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds = 0.0
        monkeypatch.setattr(scheduling, "_waited", lambda: self.seconds)

    def look(self, together: Together, *parts: float) -> list[int]:
        """Look once a second, of which the loop has waited so much, and return on how many cores it may run then."""
        found = []
        for part in parts:
            self.seconds += part
            together.look(1.0)
            found.append(len(cores(0)))
        return found


@several
def test_threads_part_for_a_while_where_the_event_loop_waits_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    waits, together, everywhere = Waits(monkeypatch), Together(), len(CORES)
    crowded = CROWDED + 0.01
    assert waits.look(together, 0.0, *[CROWDED - 0.01] * 9) == [1] * 10
    assert waits.look(together, *[crowded] * (PATIENCE - 1), 0.0) == [1] * PATIENCE  # a moment is nothing
    assert waits.look(together, *[crowded] * PATIENCE) == [*[1] * (PATIENCE - 1), everywhere]
    assert waits.look(together, *[crowded] * (APART - 1), 0.0) == [*[everywhere] * (APART - 1), 1]


@several
def test_a_thread_that_comes_under_load_is_on_every_core_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    waits, together, end = Waits(monkeypatch), Together(), threading.Event()
    waits.look(together, 0.0)
    late = threading.Thread(target=end.wait)
    late.start()
    try:
        assert late.native_id
        assert len(cores(late.native_id)) == 1
        together.end()
        assert cores(late.native_id) == cores(0) == CORES
    finally:
        end.set()
        late.join()


@several
@pytest.mark.parametrize("counted", [None, "0 0 0\n"], ids=["says nothing", "counts nothing"])
def test_threads_stay_apart_where_the_kernel_does_not_count_the_wait(
    counted: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if counted:
        (tmp_path / "schedstat").write_text(counted)
    monkeypatch.setattr(scheduling, "_SCHEDSTAT", tmp_path / "schedstat")
    together = Together()
    together.look(1.0)
    assert cores(0) == CORES


@several
def test_threads_come_together_whatever_the_process_is_called() -> None:
    name = Path("/proc/thread-self/comm")
    before = name.read_bytes()
    name.write_bytes("сервер".encode()[:-1] + b") 1 (")  # the kernel cuts at an octet
    try:
        Together().look(1.0)
    finally:
        name.write_bytes(before)
    assert len(cores(0)) == 1


@several
def test_threads_whose_cores_were_all_taken_away_use_those_that_the_container_has_now(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    together = Together()
    together.look(1.0)
    monkeypatch.setattr("cardwright.processes.CORES", frozenset({8_191}))
    together.end()
    assert cores(0) == CORES


async def test_threads_are_as_before_in_the_end_though_no_descriptor_was_free_when_the_load_went(
    thread: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    load, missing = Load(), Path("/proc/no/such")
    task = asyncio.create_task(adapt(load, 0.001))
    try:
        load.step = 10 * BUSY
        await until(os.SCHED_BATCH, 0, thread)
        with monkeypatch.context() as full:
            full.setattr(scheduling, "_THREADS", missing)
            full.setattr(scheduling, "_SCHEDSTAT", missing)
            looks = load.looks
            await true(lambda: load.looks > looks + 2)
            load.step = 0
            looks = load.looks
            await true(lambda: load.looks > looks + 2)
            assert os.sched_getscheduler(0) == os.SCHED_BATCH
        await until(os.SCHED_OTHER, 0, thread)
        assert cores(0, thread) == CORES
    finally:
        task.cancel()


@several
def test_a_thread_that_comes_while_the_others_are_changed_is_changed_as_they_are(
    thread: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, late = Path(str(threading.get_native_id())), Path(str(thread))
    lists = iter([[first], [first, late], [first, late]])
    monkeypatch.setattr(scheduling, "_THREADS", SimpleNamespace(iterdir=lambda: next(lists)))
    Together().look(1.0)
    assert len(cores(0, thread)) == 1


def forbidden(*_: object) -> None:
    raise PermissionError


@pytest.mark.parametrize(
    ("name", "instead"),
    [("os.sched_setscheduler", forbidden), ("cardwright.http.scheduling.POLICY", getattr(os, "SCHED_IDLE", None))],
    ids=["the sandbox forbids it", "who started the server chose a policy"],
)
async def test_nothing_changes_where_the_policy_is_not_ours_to_change(
    name: str, instead: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(name, instead)
    load = Load()
    load.step = 10 * BUSY
    async with asyncio.timeout(10):
        await adapt(load, 0.001)
    assert sys.getswitchinterval() == pytest.approx(AT_ONCE)
    assert cores(0) == CORES


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
