"""What all workers of a machine remember: the memory itself, and what lists of the SQLite store keep there."""

from __future__ import annotations

import multiprocessing
import os
import signal
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwright.store.shared_memory import SharedMemory
from cardwright.store.sqlite.finding import counts, ordered
from store.shared_memory_contract import SharedMemoryContract, noted

if TYPE_CHECKING:
    from collections.abc import Callable

FORK: Final = multiprocessing.get_context("fork")
_SIZE: Final = 4_000


class TestSharedMemory(SharedMemoryContract):
    pass


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(counts, "_FEW", 0)
    return noted(monkeypatch, (counts, "_many"), (ordered, "_members"), (ordered, "Line"))


def _in_another(run: Callable[[], None]) -> int | None:
    process = FORK.Process(target=run)
    process.start()
    process.join(30)
    return process.exitcode


def test_another_process_finds_what_was_kept_before_and_after_it_began() -> None:
    memory = SharedMemory(_SIZE)
    memory.put("before", b"1")
    assert _in_another(lambda: memory.put("after", memory.get("before") or b"nothing")) == 0
    assert memory.get("after") == b"1"


def test_a_worker_that_is_killed_does_not_hold_it() -> None:
    memory = SharedMemory(_SIZE)
    memory.put("one", b"1")

    def die() -> None:
        with memory._locked():  # noqa: SLF001 - where it is to die
            os.kill(os.getpid(), signal.SIGKILL)

    assert _in_another(die) == -signal.SIGKILL
    assert memory.get("one") == b"1"


def test_a_worker_that_is_killed_while_it_writes_leaves_nothing_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever that is: each write in turn is its last."""
    real = os.pwrite
    for last in range(1, 5):
        memory = SharedMemory(_SIZE)
        memory.put("one", b"1" * 900)
        memory.put("two", b"2" * 900)

        def die(memory: SharedMemory = memory, last: int = last) -> None:
            done = 0

            def write(*args: object) -> int:
                nonlocal done
                done += 1
                written = real(*args)
                if done == last:
                    os.kill(os.getpid(), signal.SIGKILL)
                return written

            monkeypatch.setattr(os, "pwrite", write)
            memory.put("one", b"3" * 900)

        assert _in_another(die) == -signal.SIGKILL
        assert memory.get("one") in {None, b"3" * 900}
        assert memory.get("two") == b"2" * 900
        memory.put("one", b"4" * 900)
        assert memory.get("one") == b"4" * 900


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 1_100)), max_size=60))
def test_it_gives_what_was_kept_last_or_nothing(puts: list[tuple[str, int]]) -> None:
    """The last is always there, unless it is longer than a quarter; others make room, the oldest first."""
    memory = SharedMemory(_SIZE)
    kept: dict[str, bytes] = {}
    for at, (name, length) in enumerate(puts):
        data = bytes([at]) * length
        memory.put(name, data)
        if length <= _SIZE // 4:
            kept[name] = data
            assert memory.get(name) == data
        for known in "abcdefgh":
            assert memory.get(known) in {None, kept.get(known)}


def test_the_oldest_makes_room_and_what_was_kept_since_is_there() -> None:
    """The last of so many octets that they fill half of it, whatever lies at its end."""
    memory = SharedMemory(_SIZE)
    for at in range(100):
        memory.put(str(at), bytes([at]) * 250)
        assert [memory.get(str(recent)) for recent in range(max(0, at - 7), at + 1)] == [
            bytes([recent]) * 250 for recent in range(max(0, at - 7), at + 1)
        ]
    assert memory.get("50") is None


def test_a_full_table_makes_room() -> None:
    memory = SharedMemory(100_000_000)
    for at in range(10_000):
        memory.put(str(at), b"%d" % at)
        assert memory.get(str(at)) == b"%d" % at
    assert memory.get("0") is None


def test_a_disk_without_room_keeps_nothing_and_nobody_notices(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = SharedMemory(_SIZE)

    def full(*_: object) -> int:
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        memory.put("one", b"1")
    assert memory.get("one") is None
