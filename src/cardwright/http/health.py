"""Whether the process answers, and whether its store does."""

from __future__ import annotations

import logging
import math
import time
from typing import TYPE_CHECKING, Final

import falcon

from cardwright.errors import CardwrightError
from cardwright.limits import READY_LOOK

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from falcon.asgi import Request, Response

_log: Final = logging.getLogger(__name__)


class Health:
    """`/healthz`: 200 as long as the process answers."""

    async def on_get(self, _request: Request, response: Response) -> None:
        """Answer."""
        response.media = {"status": "ok"}

    on_head = on_get


class Ready:
    """`/readyz`: 200 while the store can be read and written, else 503; open to everybody, so it says nothing else.

    `ready` raises while the store does not answer. It is asked once a second at most, whoever asks here how often.
    """

    def __init__(self, ready: Callable[[], Awaitable[None]], clock: Callable[[], float] = time.monotonic) -> None:
        self._ready = ready
        self._clock = clock
        self._asked = -math.inf
        self._is_ready = False

    async def on_get(self, _request: Request, response: Response) -> None:
        """Answer what is known."""
        if await self.look():
            response.media = {"status": "ready"}
        else:
            response.status = falcon.HTTP_503
            response.media = {"status": "not ready"}

    on_head = on_get

    async def look(self) -> bool:
        """Return whether the store can be read and written, as of at most a second ago."""
        now = self._clock()
        if now - self._asked >= READY_LOOK.value:
            self._asked = now
            self._is_ready = await self._ask()
        return self._is_ready

    async def _ask(self) -> bool:
        try:
            await self._ready()
        except CardwrightError:
            return False
        except Exception:  # noqa: BLE001 - whatever it is, the store is not ready
            _log.exception("the store cannot be asked whether it is ready")
            return False
        return True
