"""The least an ASGI server can do: an empty answer to anything. The ceiling of the stack."""

from __future__ import annotations

from typing import Any

_START = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]}
_BODY = {"type": "http.response.body", "body": b""}


async def app(_scope: dict[str, Any], _receive: object, send: Any) -> None:  # noqa: ANN401  ASGI's callable
    """Answer 200 with nothing."""
    await send(_START)
    await send(_BODY)
