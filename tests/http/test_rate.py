"""PC-62: the limit of an account, counted by all workers together."""

from __future__ import annotations

import multiprocessing
import resource
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwright.errors import InvalidError
from cardwright.http.rate import RateLimit
from cardwright.http.shared_counters import SharedCounters

SLOTS = 1_024
FORK = multiprocessing.get_context("fork")


def test_pc_62_what_is_left_goes_down_to_nothing_and_each_account_has_its_own() -> None:
    rate = RateLimit("2/hour")
    assert [(it.allowed, it.limit, it.remaining) for it in (rate.hit("A") for _ in range(3))] == [
        (True, 2, 1),
        (True, 2, 0),
        (False, 2, 0),
    ]
    assert rate.hit("B").allowed
    assert 3590 <= rate.hit("A").reset <= 3600


@pytest.mark.parametrize(
    "spec", ["many", "10", "10/fortnight", "-1/hour", "0/hour", "5/hour; 6/minute", "5/0 hours", "", "1" * 13 + "/hour"]
)
def test_what_is_no_rate_is_named(spec: str) -> None:
    with pytest.raises(InvalidError, match="rate-limit"):
        RateLimit(spec)


@pytest.mark.parametrize("jump", [-86_400, -1, 86_400])
def test_who_sets_the_clock_moves_no_window(monkeypatch: pytest.MonkeyPatch, jump: int) -> None:
    """A clock that was set back by a day shut an account out for a day."""
    rate = RateLimit("1/hour")
    assert rate.hit("A").allowed
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + jump)
    quota = rate.hit("A")
    assert not quota.allowed
    assert 3590 <= quota.reset <= 3600


@pytest.mark.parametrize("spec", ["2/hour", "2 per hour", "2/1 Hour", "2/60 minutes", "2/3600seconds", " 02 / hours "])
def test_a_rate_is_written_in_many_ways(spec: str) -> None:
    rate = RateLimit(spec)
    quota = rate.hit("A")
    assert (quota.limit, 3590 <= quota.reset <= 3600) == (2, True)


def _count(counters: SharedCounters, name: str, times: int) -> None:
    for _ in range(times):
        counters.add(name)


def test_workers_count_together() -> None:
    counters = SharedCounters(SLOTS)
    workers = [FORK.Process(target=_count, args=(counters, "A", 500)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert counters.count("A") == 1500


def _count_without_a_disk() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    _count(SharedCounters(SLOTS), "A", 1)


def test_counters_need_no_room_on_a_disk() -> None:
    """A table in a file ended the worker (SIGBUS) that touched a page of it for which a full disk had no room."""
    worker = FORK.Process(target=_count_without_a_disk)
    worker.start()
    worker.join()
    assert worker.exitcode == 0


def test_a_worker_that_is_killed_keeps_no_lock() -> None:
    counters = SharedCounters(SLOTS)
    for _ in range(5):
        worker = FORK.Process(target=_count, args=(counters, "A", 10**9))
        worker.start()
        before = counters.count("A")
        while counters.count("A") == before:
            pass
        worker.kill()
        worker.join()
        assert counters.add("B").counted


def test_a_window_that_has_ended_starts_anew() -> None:
    counters = SharedCounters(SLOTS)
    ended = [counters.add("A", seconds=0).counted for _ in range(2)]
    assert (ended, counters.count("A")) == ([1, 1], 0)


@given(st.lists(st.text(max_size=5), max_size=50))
def test_every_name_is_counted_for_itself(names: list[str]) -> None:
    counters = SharedCounters(SLOTS)
    for name in names:
        counters.add(name)
    assert all(counters.count(name) == names.count(name) for name in names)


def test_a_full_table_makes_room() -> None:
    counters = SharedCounters(SLOTS)
    for number in range(SLOTS + 100):
        assert counters.add(str(number), seconds=3600).counted == 1
