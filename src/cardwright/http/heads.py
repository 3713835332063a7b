"""The head of a request, before any parser sees it: bounded, and in the form that ASGI has for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.http.asgi import Reply, messages
from cardwright.limits import ACCEPT, HEAD

if TYPE_CHECKING:
    from cardwright.http.asgi import Receive, Scope, Send

_TOO_LARGE: Final = messages(
    Reply(
        431,
        ((b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")),
        b"The head of the request is over %d octets.\n" % HEAD.value,
    )
)


def fitted(scope: Scope) -> bool:
    """Return whether the head of a request is within its limit, and fit it to what every parser can take.

    An Accept field over its limit goes, all of its lines: who sends none gets the usual form (RFC 9110 section
    12.5.1). Granian says "1" where ASGI says "1.0".
    """
    if scope["http_version"] == "1":
        scope["http_version"] = "1.0"
    size = len(scope["path"]) + len(scope["query_string"])
    for name, value in scope["headers"]:
        size += len(name) + len(value)
    if size > ACCEPT.value:  # otherwise no field in it is long
        scope["headers"] = _without_long_accept(scope["headers"])
    return size <= HEAD.value


async def refuse(_scope: Scope, _receive: Receive, send: Send) -> None:
    """Answer that the head is too large, as an application (RFC 6585 section 5)."""
    for message in _TOO_LARGE:
        await send(message)


def _without_long_accept(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    if sum(len(value) for name, value in headers if name == b"accept") <= ACCEPT.value:
        return headers
    return [(name, value) for name, value in headers if name != b"accept"]
