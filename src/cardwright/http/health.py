"""Whether the process answers, and whether its store does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import falcon

from cardwright.errors import CardwrightError

if TYPE_CHECKING:
    from collections.abc import Callable

    from falcon.asgi import Request, Response


class Health:
    """`/healthz`: 200 as long as the process answers."""

    async def on_get(self, _request: Request, response: Response) -> None:
        """Answer."""
        response.media = {"status": "ok"}

    on_head = on_get


class Ready:
    """`/readyz`: 200 while the store answers, else 503."""

    def __init__(self, ready: Callable[[], None]) -> None:
        self._ready = ready

    async def on_get(self, _request: Request, response: Response) -> None:
        """Ask the store and answer."""
        try:
            self._ready()
        except CardwrightError:
            response.status = falcon.HTTP_503
            response.media = {"status": "the store does not answer"}
        else:
            response.media = {"status": "ready"}

    on_head = on_get
