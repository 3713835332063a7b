"""Large answers leave in pieces, and what a request holds is given back when its answer is taken."""

from __future__ import annotations

import asyncio
import contextlib
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from cardwright import limits
from cardwright.errors import BusyError
from cardwright.fair_semaphore import FairSemaphore
from cardwright.http import exchange, pieces
from cardwright.http.large import LARGE, hold, large_slots
from front_door import answered, behind_the_front, scope_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.http.asgi import Application, Message, Receive, Scope, Send


def answering(*bodies: bytes) -> Application:
    async def application(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for at, body in enumerate(bodies, 1):
            await send({"type": "http.response.body", "body": body, "more_body": at < len(bodies)})

    return application


async def sent_by(application: Application) -> list[Any]:
    return await answered(behind_the_front(application), scope_of(), asyncio.Event().wait)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "bodies", [(b"",), (b"a",), (b"ab" * 40_000, b""), (bytes(65_536),), (bytes(65_537),), (b"xyz" * 1_000_000, b"end")]
)
def test_an_answer_in_pieces_says_the_same(bodies: Sequence[bytes]) -> None:
    start, *pieces = asyncio.run(sent_by(answering(*bodies)))
    assert start["status"] == 200
    assert b"".join(piece["body"] for piece in pieces) == b"".join(bodies)
    assert [piece.get("more_body", False) for piece in pieces] == [True] * (len(pieces) - 1) + [False]
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

        first = asyncio.create_task(behind_the_front(application)(scope_of(), asyncio.Event().wait, send))  # type: ignore[arg-type]
        await asyncio.sleep(0)
        assert (await sent_by(application))[0]["status"] == 500  # BusyError, which a surface has words for
        assert len(taken) == 1
        go_on.set()
        await first
        assert len(await sent_by(application)) == 5

    asyncio.run(run())


@pytest.mark.parametrize(("octets", "holds"), [(LARGE, False), (LARGE + 1, True), (None, True)])
def test_what_is_large_or_of_unknown_size_has_a_slot(octets: int | None, *, holds: bool) -> None:
    slots = FairSemaphore(1, each=1, seconds=0)

    async def application(scope: Scope, _receive: Receive, _send: Send) -> None:
        await hold(scope, slots, "account", octets)
        with pytest.raises(BusyError) if holds else contextlib.nullcontext():
            async with slots.taken("other"):
                pass

    asyncio.run(sent_by(application))


@pytest.mark.parametrize("seconds", [limits.LARGE_ANSWER.value - 1, limits.LARGE_ANSWER.value + 1])
def test_who_takes_his_answer_too_slowly_is_given_up(seconds: int, monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter([1.0])
    monkeypatch.setattr(exchange, "monotonic", lambda: 1.0)
    monkeypatch.setattr(pieces, "time", SimpleNamespace(monotonic=lambda: next(now, float(1 + seconds))))
    taken = asyncio.run(sent_by(answering(bytes(200_000))))[1:]
    assert (taken[-1]["more_body"] is False) == (seconds < limits.LARGE_ANSWER.value)


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
