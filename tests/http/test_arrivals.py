"""Of thousands of requests that come in the same instant, few begin in each turn of the event loop (limits.STARTS)."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING

from cardwright.http.front import Front, Mount
from cardwright.limits import STARTS

if TYPE_CHECKING:
    from cardwright.http.asgi import Message, Receive, Scope, Send

MOST = STARTS.value
COUNT = 20 * MOST


class Steps:
    """An application that notes in which turn of the event loop each request begins, and answers some turns later."""

    def __init__(self) -> None:
        self.turn = 0
        self.begun: list[tuple[str, int]] = []

    async def count(self) -> None:
        while True:
            self.turn += 1
            await asyncio.sleep(0)

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        self.begun.append((scope["query_string"].decode(), self.turn))
        for _ in range(5):
            await asyncio.sleep(0)
        await send({"type": "http.response.start", "status": 200, "headers": []})


async def never() -> Message:
    return await asyncio.get_running_loop().create_future()


async def sent(_message: Message) -> None: ...


class Crowd:
    """Requests at a front door, and in which turn each of them begins."""

    def __init__(self) -> None:
        self.steps = Steps()
        self.front = Front(self.steps)
        self.front.mount(Mount("service", "/other", self.steps))
        self.front.mount(Mount("service", "/healthz", self.steps, is_at_once=True))
        self.requests: list[asyncio.Task[None]] = []

    def come(self, name: str, path: str = "/other") -> None:
        scope: Scope = {"type": "http", "http_version": "2", "method": "GET", "path": path, "headers": []}
        scope |= {"query_string": name.encode(), "client": ("127.0.0.1", 1)}
        self.requests.append(asyncio.create_task(self.front(scope, never, sent)))

    async def ended(self) -> None:
        counting = asyncio.create_task(self.steps.count())
        async with asyncio.timeout(10):
            await asyncio.gather(*self.requests, return_exceptions=True)
        counting.cancel()

    @property
    def each_turn(self) -> list[int]:
        """How many began in each turn in which any did."""
        return list(Counter(turn for _, turn in self.steps.begun).values())


async def test_few_of_many_begin_in_each_turn_and_all_in_the_order_in_which_they_came() -> None:
    crowd = Crowd()
    for number in range(COUNT):
        crowd.come(str(number))
    await crowd.ended()
    assert [name for name, _ in crowd.steps.begun] == [str(number) for number in range(COUNT)]
    assert max(crowd.each_turn) <= 2 * MOST  # of the first turn, those that came while there were few too
    assert not crowd.front.under_way


async def test_whether_the_process_lives_is_answered_before_those_who_wait() -> None:
    crowd = Crowd()
    for number in range(COUNT):
        crowd.come(str(number))
    crowd.come("alive", "/healthz")
    await crowd.ended()
    assert [name for name, _ in crowd.steps.begun].index("alive") <= 2 * MOST


async def test_as_many_as_the_bound_begin_as_they_come() -> None:
    crowd = Crowd()
    for number in range(MOST):
        crowd.come(str(number))
    await crowd.ended()
    assert crowd.each_turn == [MOST]


async def test_who_goes_away_while_he_waits_takes_nobodys_turn() -> None:
    crowd = Crowd()
    for number in range(COUNT):
        crowd.come(str(number))
    await asyncio.sleep(0)
    gone = crowd.requests[3 * MOST : COUNT - 1]
    for request in gone:
        request.cancel()
    await crowd.ended()
    assert [name for name, _ in crowd.steps.begun] == [*map(str, range(3 * MOST)), str(COUNT - 1)]
    assert not crowd.front.under_way


async def test_afterwards_requests_begin_as_they_come_again() -> None:
    crowd = Crowd()
    for _ in range(2):
        for number in range(COUNT):
            crowd.come(str(number))
        await crowd.ended()
    crowd.steps.begun.clear()
    for number in range(MOST):
        crowd.come(str(number))
    await crowd.ended()
    assert crowd.each_turn == [MOST]
