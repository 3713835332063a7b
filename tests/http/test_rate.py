"""PC-62: the limit of an account, counted by all workers together."""

from __future__ import annotations

import multiprocessing
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwright.errors import InvalidError
from cardwright.http.rate import RateLimit
from cardwright.http.shared_counters import SLOTS, SharedWindows

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


@pytest.mark.parametrize("spec", ["many", "10", "10/fortnight", "-1/hour", "0/hour", "5/hour; 6/minute", ""])
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


def _count(windows: SharedWindows, key: str, times: int) -> None:
    for _ in range(times):
        windows.incr(key, 3600)


def test_workers_count_together() -> None:
    windows = SharedWindows()
    workers = [FORK.Process(target=_count, args=(windows, "A", 500)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert windows.get("A") == 1500


def test_a_worker_that_is_killed_keeps_no_lock() -> None:
    windows = SharedWindows()
    for _ in range(5):
        worker = FORK.Process(target=_count, args=(windows, "A", 10**9))
        worker.start()
        before = windows.get("A")
        while windows.get("A") == before:
            pass
        worker.kill()
        worker.join()
        assert windows.incr("B", 3600)


def test_a_window_that_has_ended_starts_anew() -> None:
    windows = SharedWindows()
    assert [windows.incr("A", 0), windows.incr("A", 0), windows.get("A")] == [1, 1, 0]


@given(st.lists(st.text(max_size=5), max_size=50))
def test_every_account_is_counted_for_itself(keys: list[str]) -> None:
    windows = SharedWindows()
    for key in keys:
        windows.incr(key, 3600)
    assert all(windows.get(key) == keys.count(key) for key in keys)
    if keys:
        windows.clear(keys[0])
        assert windows.get(keys[0]) == 0
    windows.reset()
    assert not any(windows.get(key) for key in keys)


def test_a_full_table_makes_room() -> None:
    windows = SharedWindows()
    for number in range(SLOTS + 100):
        assert windows.incr(str(number), 3600) == 1
