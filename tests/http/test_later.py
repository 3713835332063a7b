"""An application that is made when it is first asked: once, beside other requests, and again where that has failed."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

import pytest

from cardwright.http.later import Later
from front_door import answered, behind_the_front, scope_of

if TYPE_CHECKING:
    from cardwright.http.asgi import Application, Receive, Scope, Send

SECONDS = 30


async def hello(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"hello"})


class Maker:
    """Makes `hello` as soon as it may."""

    def __init__(self) -> None:
        self.times = 0
        self._has_begun, self.may_end = threading.Event(), threading.Event()

    def __call__(self) -> Application:
        self.times += 1
        self._has_begun.set()
        assert self.may_end.wait(SECONDS)
        return hello

    async def begun(self) -> None:
        assert await asyncio.to_thread(self._has_begun.wait, SECONDS)


async def test_it_is_made_once_for_all_who_ask_at_first_and_in_a_thread() -> None:
    make = Maker()
    later = Later(make)
    asked = [asyncio.create_task(answered(later, scope_of())) for _ in range(3)]
    await make.begun()  # in the loop of the test, which whoever made it there would hold
    make.may_end.set()
    assert [it[1]["body"] for it in await asyncio.gather(*asked)] == [b"hello"] * 3
    assert (await answered(later, scope_of()))[0]["status"] == 200
    assert make.times == 1


async def test_who_leaves_meanwhile_ends_it_for_nobody_else() -> None:
    make = Maker()
    later = Later(make)
    leaves, stays = (asyncio.create_task(answered(later, scope_of())) for _ in range(2))
    await make.begun()
    leaves.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaves
    make.may_end.set()
    assert (await stays)[1]["body"] == b"hello"
    assert make.times == 1


async def test_where_it_fails_the_next_request_tries_again() -> None:
    tries: list[int] = []

    def make() -> Application:
        tries.append(len(tries))
        if len(tries) == 1:
            raise OSError("Too many open files")
        return hello

    front = behind_the_front(Later(make))
    assert [(await answered(front, scope_of()))[0]["status"] for _ in range(3)] == [500, 200, 200]
    assert tries == [0, 1]
