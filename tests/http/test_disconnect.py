"""ASGI's disconnect: an answer in parts ends with its client, and any other is passed on as it is."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from cardwright.http.exchange import exchange_of
from front_door import behind_the_front, scope_of

if TYPE_CHECKING:
    from cardwright.http.asgi import Message, Receive, Scope, Send

PARTS = 50


async def parts(_scope: Scope, receive: Receive, send: Send) -> None:
    """Answer in parts, a turn of the loop between each."""
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for number in range(PARTS):
        await asyncio.sleep(0)
        await send({"type": "http.response.body", "body": b"%d" % number, "more_body": True})
    await send({"type": "http.response.body"})


async def sent(leaves_after: int) -> list[Any]:
    """Return what reaches a client that leaves after so many messages."""
    messages: list[Any] = []
    left = asyncio.Event()
    asked = False

    async def receive() -> Message:
        nonlocal asked
        if asked:
            await left.wait()
            return {"type": "http.disconnect"}
        asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        messages.append(message)
        if len(messages) == leaves_after:
            left.set()

    await behind_the_front(parts)(scope_of(), receive, send)
    return messages


async def test_who_stays_gets_all() -> None:
    assert len(await sent(1_000)) == PARTS + 2


@pytest.mark.parametrize("leaves_after", [1, 2, 10])
async def test_who_leaves_ends_the_answer(leaves_after: int) -> None:
    assert len(await sent(leaves_after)) < leaves_after + 5


@pytest.mark.parametrize(
    ("method", "headers", "is_ended"),
    [
        ("GET", [], True),
        ("DELETE", [], True),
        ("GET", [(b"content-length", b"1")], False),  # its body would be taken away
        ("GET", [(b"transfer-encoding", b"chunked")], False),
    ],
)
async def test_who_leaves_while_he_waits_is_out_of_the_line(
    method: str, headers: list[tuple[bytes, bytes]], *, is_ended: bool
) -> None:
    line, came = asyncio.Event(), asyncio.Event()
    left: list[str] = []

    async def waits(scope: Scope, _receive: Receive, _send: Send) -> None:
        try:
            came.set()
            with exchange_of(scope).ended_when_gone():
                await line.wait()
        finally:
            left.append("before" if not line.is_set() else "after")

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(_message: Message) -> None:
        raise AssertionError("nobody is there")

    answer = asyncio.ensure_future(behind_the_front(waits)(scope_of(method, headers=headers), receive, send))
    await came.wait()
    for _ in range(10):
        await asyncio.sleep(0)
    line.set()
    await answer
    assert left == ["before" if is_ended else "after"]


async def test_a_request_that_is_cancelled_otherwise_is_cancelled() -> None:
    async def waits(scope: Scope, _receive: Receive, _send: Send) -> None:
        with exchange_of(scope).ended_when_gone():
            await asyncio.Event().wait()

    answer = asyncio.ensure_future(behind_the_front(waits)(scope_of(), asyncio.Event().wait, asyncio.sleep))  # type: ignore[arg-type]
    await asyncio.sleep(0)
    answer.cancel()
    with pytest.raises(asyncio.CancelledError):
        await answer
