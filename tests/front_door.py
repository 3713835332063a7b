"""An application behind the front door, without a server: for tests of what one request does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cardwright.http.front import Front

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cardwright.http.asgi import Application, Message, Receive, Scope

NO_BODY: Message = {"type": "http.request", "body": b"", "more_body": False}


def behind_the_front(application: Application) -> Front:
    return Front(application)


def scope_of(method: str = "GET", path: str = "/", headers: Iterable[tuple[bytes, bytes]] = (), **more: Any) -> Scope:  # noqa: ANN401 - whatever a scope has
    return {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": [(b"host", b"example.com"), *headers],
        "client": ("192.0.2.1", 4711),
        **more,
    }


def receiving(*messages: Message) -> Receive:
    """Return what receives these, and then that the client has gone."""
    left = list(messages)

    async def receive() -> Message:
        return left.pop(0) if left else {"type": "http.disconnect"}

    return receive


async def answered(application: Application, scope: Scope, receive: Receive | None = None) -> list[Any]:
    """Return the messages of the answer."""
    found: list[Any] = []

    async def send(message: Message) -> None:
        found.append(message)

    await application(scope, receive or receiving(NO_BODY), send)
    return found
