"""Slots: never more than there are, never more than an account may have, and a turn for everyone who waits."""

from __future__ import annotations

import asyncio
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwright.errors import AccountBusyError, BusyError
from cardwright.fair_semaphore import FairSemaphore

if TYPE_CHECKING:
    from collections.abc import Sequence

LONG = 3600.0


class Crowd:
    """Requests that take a slot and keep it until they are told to go."""

    def __init__(self, slots: FairSemaphore) -> None:
        self._slots = slots
        self._tasks: dict[asyncio.Task[None], str] = {}
        self._leave: dict[asyncio.Task[None], asyncio.Event] = {}
        self.inside: list[asyncio.Task[None]] = []
        self.came: list[str] = []

    async def come(self, account: str) -> asyncio.Task[None]:
        task = asyncio.create_task(self._request(account))
        self._tasks[task], self._leave[task] = account, asyncio.Event()
        await settled()
        return task

    async def _request(self, account: str) -> None:
        task = asyncio.current_task()
        assert task
        async with self._slots.taken(account):
            self.inside.append(task)
            self.came.append(account)
            try:
                await self._leave[task].wait()
            finally:
                self.inside.remove(task)

    async def go(self, task: asyncio.Task[None]) -> None:
        self._leave[task].set()
        await settled()

    async def give_up(self, task: asyncio.Task[None]) -> None:
        task.cancel()
        await settled()

    def waiting(self) -> list[asyncio.Task[None]]:
        return [task for task in self._tasks if not task.done() and task not in self.inside]

    def of(self, tasks: Sequence[asyncio.Task[None]]) -> Counter[str]:
        return Counter(self._tasks[task] for task in tasks)

    async def empty(self) -> None:
        while self.inside:
            await self.go(self.inside[0])
        assert not self.waiting()


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("come"), st.sampled_from("abcd")),
        st.tuples(st.sampled_from(["go", "give up", "give up waiting"]), st.integers(0, 20)),
    ),
    max_size=60,
)


@given(total=st.integers(1, 5), each=st.integers(1, 4), steps=STEPS)
def test_a_place_is_free_only_when_nobody_waits_who_may_have_it(
    total: int, each: int, steps: list[tuple[str, str | int]]
) -> None:
    async def played() -> None:
        crowd = Crowd(FairSemaphore(total, each=each, seconds=LONG))
        for step, which in steps:
            if isinstance(which, str):
                await crowd.come(which)
            elif tasks := crowd.waiting() if step == "give up waiting" else crowd.inside:
                await (crowd.go if step == "go" else crowd.give_up)(tasks[which % len(tasks)])
            held = crowd.of(crowd.inside)
            assert held.total() <= total
            assert all(count <= each for count in held.values())
            if held.total() < total:
                assert all(held[account] >= each for account in crowd.of(crowd.waiting()))
        await crowd.empty()
        for account in range(total):  # every slot is there again
            await crowd.come(str(account))
        assert len(crowd.inside) == total
        await crowd.empty()

    asyncio.run(played())


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=30), st.integers(1, 3))
def test_an_account_waits_for_one_place_of_each_other_account(waiting: list[str], each: int) -> None:
    async def played() -> None:
        crowd = Crowd(FairSemaphore(1, each=each, seconds=LONG))
        await crowd.come("first")
        for account in waiting:
            await crowd.come(account)
        before = len(crowd.came)
        await crowd.come("late")
        await crowd.empty()
        assert crowd.came.index("late") - before <= len(set(waiting))
        served = crowd.came[before:]
        for account in set(waiting):  # between two turns of one account every other that waits has its own
            turns = [place for place, it in enumerate(served) if it == account]
            for one, next_one in pairwise(turns):
                between = Counter(served[one + 1 : next_one])
                assert all(count == 1 for count in between.values())

    asyncio.run(played())


async def test_within_an_account_the_oldest_request_comes_first() -> None:
    crowd = Crowd(FairSemaphore(1, each=1, seconds=LONG))
    tasks = [await crowd.come("a") for _ in range(5)]
    for task in tasks:
        assert crowd.inside == [task]
        await crowd.go(task)


@pytest.mark.parametrize(("total", "each", "own"), [(1, 1, True), (4, 2, True), (2, 4, False)])
async def test_who_waits_too_long_is_told_whose_requests_are_in_the_way(total: int, each: int, own: bool) -> None:  # noqa: FBT001 - a parameter of the table
    crowd = Crowd(FairSemaphore(total, each=each, seconds=0.01))
    for _ in range(min(total, each)):
        await crowd.come("a" if own else "b")
    with pytest.raises(BusyError) as caught:
        async with crowd._slots.taken("a"):  # noqa: SLF001 - the test's own
            pass
    assert isinstance(caught.value, AccountBusyError) is own
    await crowd.empty()
    await crowd.come("a")
    assert crowd.of(crowd.inside) == {"a": 1}


async def test_who_waits_is_not_heard_beyond_a_number_and_others_are() -> None:
    crowd = Crowd(FairSemaphore(1, each=1, seconds=LONG, waiting=2))
    for _ in range(3):
        await crowd.come("a")
    with pytest.raises(BusyError):
        await (await crowd.come("a"))
    await crowd.come("b")
    await crowd.empty()
    assert crowd.came == ["a", "b", "a", "a"]


async def test_a_place_that_comes_as_the_wait_ends_is_not_lost() -> None:
    slots = FairSemaphore(1, each=1, seconds=LONG)
    crowd = Crowd(slots)
    first = await crowd.come("a")
    second = await crowd.come("a")
    crowd._leave[first].set()  # noqa: SLF001 - the test's own
    await asyncio.sleep(0)  # the slot is handed over, and its new holder has not run yet
    second.cancel()
    await settled()
    assert second.cancelled()
    await crowd.come("b")
    assert crowd.came[-1] == "b"
    await crowd.empty()


async def test_nothing_is_kept_of_accounts_that_have_left() -> None:
    slots = FairSemaphore(1, each=1, seconds=LONG)
    crowd = Crowd(slots)
    for account in "abcabc":
        await crowd.come(account)
    await crowd.give_up(crowd.waiting()[0])
    await crowd.empty()
    assert (slots._held, slots._lines, dict(slots._turns)) == ({}, {}, {})  # noqa: SLF001 - memory has no other door
