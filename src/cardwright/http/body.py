"""Read a request's body from ASGI, bounded."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from cardwright.errors import CardwrightError
from cardwright.http.in_flight import in_flight
from cardwright.limits import REQUEST_DRAIN

if TYPE_CHECKING:
    from falcon.asgi import BoundedStream

    from cardwright.http.asgi import Receive

DRAIN: Final = REQUEST_DRAIN.value
"""Octets of a refused body that are still read, so that the client reads the answer and not a broken pipe (CC-33)."""
_CHUNK: Final = 256 * 1024
_DIGITS: Final = 19
"""Of a length that is counted with: of one that is longer the first say that it is too large for everything."""


class BodyTooLargeError(CardwrightError):
    """The body is over its limit; it was read on to a bound."""


class DisconnectedError(CardwrightError):
    """The body ended before it was complete: cut short, badly framed, or its client is gone."""

    def __init__(self, message: str = "the body is cut short") -> None:
        super().__init__(message)


class PiecesError(DisconnectedError):
    """The body came in too many small pieces: each costs as much as a small request."""

    def __init__(self) -> None:
        super().__init__("the body comes in too many small pieces")


class StalledError(CardwrightError):
    """The body did not come in time: `http/body_timeout.py` gave it up (RFC 9110 section 15.5.9)."""


def announced(length: bytes | None) -> int:
    """Return the octets that a Content-Length field announces; -1 where there is none, or no number in it.

    Behind thousands of zeros a number is one still, and Python refuses to read it.
    """
    return int(length.lstrip(b"0")[:_DIGITS] or b"0") if length and length.isdigit() else -1


def check_length(length: int | None, limit: int) -> None:
    """Raise BodyTooLargeError where a body announces so much that it is not read to its end: it is told at once."""
    if length is not None and length > max(limit, DRAIN):
        raise BodyTooLargeError(f"the body is over {limit} octets")


async def read_body(receive: Receive, length: bytes | None, limit: int) -> bytes:
    """Return the whole body; raises BodyTooLargeError over `limit` octets, DisconnectedError when it ends early.

    Raises before it reads anything as `check_length` does. `length` is the Content-Length header. What it announces is
    complete when it is there: a server may send an empty last message all the same, and to wait for that costs a fifth
    of a small request.
    """
    expected = announced(length)
    check_length(expected, limit)
    message = await receive()
    chunk: bytes = message.get("body", b"")
    if len(chunk) == expected <= limit:  # nearly always: it came with its head
        return chunk
    chunks: list[bytes] = []
    size, task = 0, asyncio.current_task()
    while message["type"] != "http.disconnect":
        size += len(chunk)
        if size <= limit:
            chunks.append(chunk)
        if size > limit or size == expected:
            in_flight.release(task)
            chunks = chunks if size <= limit else []
        if size == expected or size > max(limit, DRAIN) or not message.get("more_body"):
            if size > limit:
                raise BodyTooLargeError
            return b"".join(chunks)
        message = await receive()
        chunk = message.get("body", b"")
    raise DisconnectedError


async def read_stream(stream: BoundedStream, length: int | None, limit: int) -> bytes | bytearray:
    """Return the whole body behind a framework's request; raises as `read_body` does. `length` is what is announced."""
    check_length(length, limit)
    body: bytes | bytearray = await stream.read(min(limit + 1, _CHUNK))
    if len(body) == _CHUNK:
        body = await _rest(stream, bytes(body), limit)
    if len(body) > limit:
        raise BodyTooLargeError(f"the body is over {limit} octets")
    if length is not None and len(body) < length:
        raise DisconnectedError
    return body


async def _rest(stream: BoundedStream, body: bytes, limit: int) -> bytearray:
    """Return the body that begins so, or its first octets beyond the limit; others have turns in between.

    It grows piece by piece: to put 10 MiB together at once would hold the event loop.
    """
    whole = bytearray(body)
    while len(whole) <= limit and (piece := await stream.read(min(limit + 1 - len(whole), _CHUNK))):
        whole += piece
        await asyncio.sleep(0)  # what has come already is read without a wait
    return whole
