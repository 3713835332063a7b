"""Large answers leave in pieces, and what a request holds is given back when its answer is taken."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

import pytest

from cardwright import limits
from cardwright.errors import BusyError
from cardwright.fair_semaphore import FairSemaphore
from cardwright.http import large
from cardwright.http.disconnect import EndedError
from cardwright.http.large import LARGE, hold, in_pieces, large_slots

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.http.asgi import Application, Message, Receive, Scope, Send

START: Message = {"type": "http.response.start", "status": 200, "headers": []}


def answering(*bodies: bytes) -> Application:
    async def application(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send(START)
        for at, body in enumerate(bodies, 1):
            await send({"type": "http.response.body", "body": body, "more_body": at < len(bodies)})

    return application


async def _nothing() -> Message:
    raise AssertionError("nobody reads a body")


async def sent_by(application: Application, scope: Scope | None = None) -> list[Message]:
    found: list[Message] = []

    async def send(message: Message) -> None:
        found.append(message)

    await application(scope if scope is not None else {"headers": []}, _nothing, send)
    return found


@pytest.mark.parametrize(
    "bodies", [(b"",), (b"a",), (b"ab" * 40_000, b""), (bytes(65_536),), (bytes(65_537),), (b"xyz" * 1_000_000, b"end")]
)
def test_an_answer_in_pieces_says_the_same(bodies: Sequence[bytes]) -> None:
    start, *pieces = asyncio.run(sent_by(in_pieces(answering(*bodies))))
    assert start == START
    assert b"".join(piece["body"] for piece in pieces) == b"".join(bodies)
    assert [piece["more_body"] for piece in pieces] == [True] * (len(pieces) - 1) + [False]
    assert max(len(piece["body"]) for piece in pieces) <= 65_536


def test_a_slot_is_held_until_the_answer_is_taken() -> None:
    slots = FairSemaphore(1, each=1, seconds=0.01)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        await hold(scope, slots, "account")
        await answering(bytes(200_000))(scope, receive, send)

    async def run() -> None:
        taken: list[Message] = []
        go_on = asyncio.Event()

        async def send(message: Message) -> None:
            taken.append(message)
            await go_on.wait()

        first = asyncio.create_task(in_pieces(application)({"headers": []}, _nothing, send))
        await asyncio.sleep(0)
        with pytest.raises(BusyError):
            await sent_by(in_pieces(application))
        assert len(taken) == 1
        go_on.set()
        await first
        assert len(await sent_by(in_pieces(application))) == 5

    asyncio.run(run())


@pytest.mark.parametrize(("octets", "holds"), [(LARGE, False), (LARGE + 1, True), (None, True)])
def test_what_is_large_or_of_unknown_size_has_a_slot(octets: int | None, *, holds: bool) -> None:
    slots = FairSemaphore(1, each=1, seconds=0)

    async def application(scope: Scope, _receive: Receive, _send: Send) -> None:
        await hold(scope, slots, "account", octets)
        with pytest.raises(BusyError) if holds else contextlib.nullcontext():
            async with slots.taken("other"):
                pass

    asyncio.run(sent_by(in_pieces(application)))


@pytest.mark.parametrize("seconds", [limits.LARGE_ANSWER.value - 1, limits.LARGE_ANSWER.value + 1])
def test_who_takes_his_answer_too_slowly_is_given_up(seconds: int, monkeypatch: pytest.MonkeyPatch) -> None:
    now: Any = iter([0.0, 0.0])
    monkeypatch.setattr(large.time, "monotonic", lambda: next(now, float(seconds)))
    if seconds < limits.LARGE_ANSWER.value:
        asyncio.run(sent_by(in_pieces(answering(bytes(200_000)))))
    else:
        with pytest.raises(EndedError):
            asyncio.run(sent_by(in_pieces(answering(bytes(200_000)))))


KINDS = {
    "bodies": (limits.LARGE_BODIES, limits.LARGE_BODIES_EACH),
    "answers": (limits.LARGE_ANSWERS, limits.LARGE_ANSWERS_EACH),
}


@pytest.mark.parametrize("kind", KINDS)
def test_an_account_has_so_many_slots_and_all_have_so_many(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    total, each = (limit.value for limit in KINDS[kind])
    monkeypatch.setattr(limits, "LARGE_WAIT", limits.LARGE_WAIT._replace(value=0))
    slots: FairSemaphore = getattr(large_slots(), kind)

    async def run() -> None:
        async with contextlib.AsyncExitStack() as held:
            for at in range(total):
                await held.enter_async_context(slots.taken(at // each))
                if at == each - 1:
                    with pytest.raises(BusyError):
                        await held.enter_async_context(slots.taken(0))
            with pytest.raises(BusyError):
                await held.enter_async_context(slots.taken("somebody else"))

    asyncio.run(run())
