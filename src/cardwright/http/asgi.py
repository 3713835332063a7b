"""The names of ASGI's parts, and an answer in one piece (ASGI 3.0, HTTP)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, Final, NamedTuple, TypeAlias

Scope: TypeAlias = dict[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Headers: TypeAlias = Mapping[bytes, bytes]
Fields: TypeAlias = tuple[tuple[bytes, bytes], ...]
"""Lower-case names and values of an answer."""
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Application: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

RETRY: Final = (b"retry-after", b"5")
"""Says in seconds when to come again, with every 429 and 503 that knows no better (RFC 9110 section 10.2.3)."""


class Reply(NamedTuple):
    """A whole answer; `headers` are without content-length."""

    status: int
    headers: Fields
    body: bytes


def headers_of(scope: Scope) -> dict[bytes, bytes]:
    """Return the headers by lower-case name, those of one name joined by commas (RFC 9110 section 5.3)."""
    pairs = scope["headers"]
    by_name: dict[bytes, bytes] = dict(pairs)
    if len(by_name) == len(pairs):  # nearly always: no name stands twice
        return by_name
    values: dict[bytes, list[bytes]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return {name: b", ".join(it) for name, it in values.items()}
