"""Large bodies and answers: what holds much memory has a slot, and an answer leaves as fast as it is taken."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright import limits
from cardwright.fair_semaphore import FairSemaphore
from cardwright.http.disconnect import EndedError, ended_when_gone

if TYPE_CHECKING:
    from collections.abc import Hashable

    from cardwright.http.asgi import Application, Message, Receive, Scope, Send

LARGE: Final = limits.LARGE.value
"""Octets of a body or an answer beyond which it has a slot."""
_PIECE: Final = 64 * 1024
_HELD: Final = "cardwright.held"


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
        body = message.get("body", b"")
        if len(body) <= _PIECE:
            await send(message)
            return
        whole, more = memoryview(body), message.get("more_body", False)
        for at in range(0, len(body), _PIECE):
            if time.monotonic() - begun > limits.LARGE_ANSWER.value:
                raise EndedError
            piece = bytes(whole[at : at + _PIECE])
            await send({**message, "body": piece, "more_body": more or at + _PIECE < len(body)})

    return send_in_pieces
