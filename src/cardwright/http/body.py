"""Read a request's body from ASGI, bounded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.errors import CardwrightError

if TYPE_CHECKING:
    from cardwright.http.asgi import Message, Receive

DRAIN: Final = 1024 * 1024
"""Octets of a refused body that are still read, so that the client reads the answer and not a broken pipe (CC-33)."""


class BodyTooLargeError(CardwrightError):
    """The body is over its limit; it was read on to a bound."""


class DisconnectedError(CardwrightError):
    """The client went away before its body was complete: there is nobody to answer."""


async def read_body(receive: Receive, limit: int) -> bytes:
    """Return the whole body; raises BodyTooLargeError over `limit` octets, DisconnectedError when it ends early."""
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body") and len(body) <= limit and message["type"] == "http.request":
        return body  # one message: nearly every request
    return await _read_on(receive, message, limit)


async def _read_on(receive: Receive, message: Message, limit: int) -> bytes:
    chunks = []
    size = 0
    while True:
        if message["type"] == "http.disconnect":
            raise DisconnectedError
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size <= limit:
            chunks.append(chunk)
        if size > max(limit, DRAIN) or not message.get("more_body"):
            break
        message = await receive()
    if size > limit:
        raise BodyTooLargeError
    return b"".join(chunks)
