"""An application that is made when it is first asked: until then it costs a start no time, and a worker no memory."""

from __future__ import annotations

import asyncio
import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from cardwright.http.asgi import Application, Receive, Scope, Send


class Later:
    """Answers by the application that `make` returns: what is imported for it, `make` imports.

    It is called in a thread when the first request comes, so that others are answered meanwhile. Where it fails, those
    who waited are told of a fault of the server, and the next request tries again.
    """

    def __init__(self, make: Callable[[], Application]) -> None:
        self._make = make
        self._answer: Application = self._answer_first
        self._making: asyncio.Task[Application] | None = None

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Answer one request."""
        return self._answer(scope, receive, send)

    async def _answer_first(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._making = self._making or asyncio.create_task(self._made())
        application = await asyncio.shield(self._making)  # a client who leaves ends it for nobody else
        await application(scope, receive, send)

    async def _made(self) -> Application:
        try:
            self._answer = made = await asyncio.to_thread(self._make)
        finally:
            self._making = None
        gc.freeze()  # what it has loaded stays, as what was there at the start (`lifespan.py`)
        return made
