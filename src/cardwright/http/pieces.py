"""Send a large answer as fast as it is taken: a server that gets it whole keeps it for a client that reads nothing."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import TYPE_CHECKING, Final

from cardwright import limits
from cardwright.http.in_flight import in_flight

if TYPE_CHECKING:
    from cardwright.http.asgi import Message, Send

PIECE: Final = 64 * 1024
"""Octets of a part of an answer that is sent as it is."""
_ROOM: Final = "others need the room"


class EndedError(Exception):
    """An answer ends in the middle, and its client sees that: what it says of its end never comes."""


async def sent_in_pieces(message: Message, send: Send, begun: float | None = None, *, counts: bool = True) -> None:
    """Send a part of an answer, in pieces where it is large; `begun` is when the answer was, now if that is not said.

    Raises EndedError when it is not taken in time, or, where it `counts`, when others need the room of what is not
    taken for too long.
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
            if counts:
                in_flight.add(task, 0 if at else len(body), partial(task.cancel, _ROOM))
            more = message.get("more_body", False) or at + PIECE < len(body)
            await send({**message, "body": body[at : at + PIECE], "more_body": more})
    except asyncio.CancelledError as cancelled:
        if cancelled.args != (_ROOM,):
            raise
        raise EndedError from None
    finally:
        in_flight.release(task)
