"""Large bodies and answers: what holds much memory has a slot, and an answer leaves as fast as it is taken."""

from __future__ import annotations

import asyncio
import contextlib
import time
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright import limits
from cardwright.fair_semaphore import FairSemaphore
from cardwright.http.disconnect import EndedError, ended_when_gone
from cardwright.http.in_flight import in_flight

if TYPE_CHECKING:
    from collections.abc import Hashable

    from cardwright.http.asgi import Application, Message, Receive, Scope, Send

LARGE: Final = limits.LARGE.value
"""Octets of a body or an answer beyond which it has a slot."""
PIECE: Final = 64 * 1024
"""Octets of a part of an answer that is sent as it is."""
_HELD: Final = "cardwright.held"
_ROOM: Final = "others need the room"


class LargeSlots(NamedTuple):
    """The slots of a worker for what is large, which its accounts share."""

    bodies: FairSemaphore
    answers: FairSemaphore


def large_slots() -> LargeSlots:
    """Return slots as the table of limits has them."""
    seconds = limits.LARGE_WAIT.value
    return LargeSlots(
        FairSemaphore(limits.LARGE_BODIES.value, each=limits.LARGE_BODIES_EACH.value, seconds=seconds),
        FairSemaphore(limits.LARGE_ANSWERS.value, each=limits.LARGE_ANSWERS_EACH.value, seconds=seconds),
    )


def in_pieces(application: Application) -> Application:
    """Return the application; what it holds is given back when its answer is taken, and only then.

    A server takes an answer of one piece as a whole, and keeps it for a client that does not read. Of one in pieces it
    takes the next when the last has gone. Who has a slot has so long to take his answer: `LARGE_ANSWER`.
    """

    async def passed(scope: Scope, receive: Receive, send: Send) -> None:
        async with contextlib.AsyncExitStack() as held:
            scope[_HELD] = held
            await application(scope, receive, _in_pieces(send))

    return passed


async def hold(scope: Scope, slots: FairSemaphore, account: Hashable, octets: int | None = None) -> None:
    """Take a slot, which the request holds until it is over, unless `octets` is known and small; raises BusyError."""
    if octets is None or octets > LARGE:
        with ended_when_gone(scope):
            await held_by(scope).enter_async_context(slots.taken(account))


def held_by(scope: Scope) -> contextlib.AsyncExitStack:
    """Return what a request holds until it is over."""
    held = scope[_HELD]
    assert isinstance(held, contextlib.AsyncExitStack)  # noqa: S101 - tells the type checker
    return held


def _in_pieces(send: Send) -> Send:
    begun = time.monotonic()

    async def send_in_pieces(message: Message) -> None:
        await sent_in_pieces(message, send, begun)

    return send_in_pieces


async def sent_in_pieces(message: Message, send: Send, begun: float | None = None) -> None:
    """Send a part of an answer, in pieces where it is large; `begun` is when the answer was, now if that is not said.

    Raises EndedError when it is not taken in time, or when others need the room of what is not taken for too long.
    """
    body = message.get("body", b"")
    if len(body) <= PIECE:
        await send(message)
        return
    end = (time.monotonic() if begun is None else begun) + limits.LARGE_ANSWER.value
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - tells the type checker
    try:
        for at in range(0, len(body), PIECE):
            if time.monotonic() > end:
                raise EndedError
            in_flight.add(task, 0 if at else len(body), partial(task.cancel, _ROOM))
            more = message.get("more_body", False) or at + PIECE < len(body)
            await send({**message, "body": body[at : at + PIECE], "more_body": more})
    except asyncio.CancelledError as cancelled:
        if cancelled.args != (_ROOM,):
            raise
        raise EndedError from None
    finally:
        in_flight.release(task)
