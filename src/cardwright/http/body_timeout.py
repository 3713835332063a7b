"""Bounds on the wait for a body: who sends nothing more, or never ends, is answered and the connection closed.

No request pays for it: whoever waits for a body is found among the tasks of the event loop, a few times a minute.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from cardwright import limits
from cardwright.http.body import Incoming, StalledError, read_body, stall, stalled

if TYPE_CHECKING:
    from cardwright.http.asgi import Application, Message, Receive

PERIOD: Final = limits.BODY_PAUSE.value
"""Seconds between two looks; who waits for the same message at both is given up, after 15 to 30 s without an octet."""
LOOKS: Final = limits.BODY_WAIT.value // PERIOD
"""Looks at which one request may wait for its body: ten minutes, in which 12 MiB come at 20 KiB/s."""
CLOSE: Final = ("connection", "close")
"""What an answer says where the rest of the body would stand in the way of the next request."""


async def end_stalls(period: float = PERIOD, looks: int = LOOKS) -> None:
    """Cancel the tasks that wait for a body in vain, or wait still at the last of `looks`; until cancelled."""
    before: dict[asyncio.Task[Any], tuple[object, int]] = {}
    while True:
        await asyncio.sleep(period)
        now: dict[asyncio.Task[Any], tuple[object, int]] = {}
        for task in asyncio.all_tasks():
            if message := _awaited(task.get_coro()):
                last, looked = before.get(task, (None, 0))
                now[task] = message, looked + 1
                if message is last or looked + 1 == looks:
                    stall(task)
        before = now


def _awaited(coroutine: object) -> object:
    """Return what a coroutine that reads a body waits for, itself or down the chain of those it awaits; or None."""
    while coroutine:
        awaited = getattr(coroutine, "cr_await", None)
        if getattr(coroutine, "cr_code", None) in _READERS:
            return awaited
        coroutine = awaited
    return None


class _Bounded:
    """Receives for who is no reader of ours. It does not raise at once: Falcon takes the first message by itself."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._incoming: Incoming | None = None

    async def __call__(self) -> Message:
        incoming = self._incoming
        if incoming:
            if incoming.is_over:
                raise StalledError
            incoming.is_awaited = True
        try:
            message = await self._receive()
        except asyncio.CancelledError as cancelled:
            if not stalled(cancelled):
                raise
            self._incoming = incoming or Incoming()
            self._incoming.is_over = True
            return {"type": "http.request", "body": b"", "more_body": True}
        if message.get("more_body"):
            incoming = self._incoming = incoming or Incoming()
            incoming.is_awaited = False
            incoming.add(len(message["body"]))
        elif incoming:
            incoming.release()
        return message


_READERS: Final = (read_body.__code__, _Bounded.__call__.__code__)


def bounded(application: Application) -> Application:
    """Return the application, for which reading a body that does not come in time ends in StalledError."""
    return lambda scope, receive, send: application(scope, _Bounded(receive), send)
