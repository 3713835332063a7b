"""An answer that is sent in parts ends when its client has gone (ASGI: HTTP disconnect, told to who receives alone)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from cardwright.http.asgi import Application, Message, Receive, Scope, Send


class EndedError(Exception):
    """An answer ends in the middle, and its client sees that: what it says of its end never comes."""


def until_gone(application: Application) -> Application:
    """Return the application, whose answers to GET are given up in the middle once nobody is there to take them."""

    def passed(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] == "http" and scope["method"] == "GET":
            return _watched(application, scope, receive, send)
        return application(scope, receive, send)

    return passed


async def _watched(application: Application, scope: Scope, receive: Receive, send: Send) -> None:
    watch: asyncio.Task[None] | None = None

    async def pass_on(message: Message) -> None:
        nonlocal watch
        if watch and watch.done():
            raise EndedError
        await send(message)
        if message.get("more_body") and not watch:
            watch = asyncio.create_task(_gone(receive))

    try:
        await application(scope, receive, pass_on)
    except EndedError:
        pass
    finally:
        if watch:
            watch.cancel()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
