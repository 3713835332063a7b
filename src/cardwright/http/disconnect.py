"""An answer that is sent in parts ends when its client has gone (ASGI: HTTP disconnect, told to who receives alone)."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterator

    from cardwright.http.asgi import Application, Message, Receive, Scope, Send


_WATCH: Final = "cardwright.watch"
_GONE: Final = "the client has gone"
_BODY: Final = frozenset({b"content-length", b"transfer-encoding"})


class EndedError(Exception):
    """An answer ends in the middle, and its client sees that: what it says of its end never comes."""


def until_gone(application: Application) -> Application:
    """Return the application, whose answers to GET are given up in the middle once nobody is there to take them."""

    def passed(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] == "http" and scope["method"] == "GET":
            return _watched(application, scope, receive, send)
        return application(scope, receive, send)

    return passed


@contextlib.contextmanager
def ended_when_gone(scope: Scope) -> Iterator[None]:
    """End the request while the block waits, as soon as nobody is there to take its answer.

    For a GET that `until_gone` passed on, and that has no body: to hear of the end takes the first message.
    """
    watch, task = _watch(scope), asyncio.current_task()
    if watch is None or task is None:
        yield
        return

    def end(_watch: object) -> None:
        task.cancel(_GONE)

    watch.add_done_callback(end)
    try:
        yield
    finally:
        watch.remove_done_callback(end)


def _watch(scope: Scope) -> asyncio.Task[None] | None:
    announced = {name for name, _ in scope["headers"]}
    return None if _WATCH not in scope or announced & _BODY else scope[_WATCH]()


async def _watched(application: Application, scope: Scope, receive: Receive, send: Send) -> None:
    watch: asyncio.Task[None] | None = None

    def begin() -> asyncio.Task[None]:
        nonlocal watch
        watch = watch or asyncio.create_task(_gone(receive))
        return watch

    async def pass_on(message: Message) -> None:
        if watch and watch.done():
            raise EndedError
        await send(message)
        if message.get("more_body"):
            begin()

    scope[_WATCH] = begin
    try:
        await application(scope, receive, pass_on)
    except EndedError:
        pass
    except asyncio.CancelledError as cancelled:
        if cancelled.args != (_GONE,):
            raise
    finally:
        if watch:
            watch.cancel()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
