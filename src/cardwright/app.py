"""The composition root: settings in, one ASGI application out. The only module that knows every part."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import falcon.asgi

from cardwright.book.keyring import Keyring
from cardwright.errors import CardwrightError, Fault, InvalidError, Rule
from cardwright.http.health import Health, Ready
from cardwright.http.rate import RateLimit
from cardwright.store import open_store
from cardwright.surfaces.createcontact.routes import PATH as CREATECONTACT
from cardwright.surfaces.createcontact.routes import CreateContact

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cardwright.http.asgi import Application, Receive, Scope, Send
    from cardwright.settings import Settings


def build(settings: Settings) -> Application:
    """Return the ASGI application of the server.

    Its parts are opened at lifespan startup, in the process that serves: neither SQLite nor threads survive a fork.
    Raises InvalidError for a setting that is not right.
    """
    return Server(settings, RateLimit(settings.rate_limit) if settings.rate_limit else None)


class Server:
    """Every surface under one roof: a bare application by its path, everything else through Falcon."""

    def __init__(self, settings: Settings, rate: RateLimit | None) -> None:
        self._settings = settings
        self._rate = rate
        self._bare: dict[str, Application] = {}
        self._falcon = falcon.asgi.App()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or live through the lifespan of the process (ASGI lifespan 2.0)."""
        if scope["type"] == "http":
            await self._bare.get(scope["path"], self._falcon)(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        async with contextlib.AsyncExitStack() as open_parts:
            try:
                await open_parts.enter_async_context(self._open())
            except CardwrightError as error:
                await send({"type": "lifespan.startup.failed", "message": str(error)})
                return
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})

    @contextlib.asynccontextmanager
    async def _open(self) -> AsyncIterator[None]:
        """Open the parts and route to them until the block ends."""
        store = open_store(self._settings.data)
        keyring = Keyring(store.credentials)
        watching = asyncio.create_task(keyring.watch())
        strict = self._settings.names == "strict"
        self._bare[CREATECONTACT] = CreateContact(keyring, NoPhotos(), strict_names=strict, rate=self._rate)
        self._falcon.add_route("/healthz", Health())
        self._falcon.add_route("/readyz", Ready(store.ready))
        try:
            yield
        finally:
            watching.cancel()
            store.close()


class NoPhotos:
    """Photos while none can be fetched."""

    async def standard(self, url: str) -> bytes:
        """Refuse."""
        raise InvalidError([Fault("", Rule.PHOTO_UNREACHABLE, f"The photo cannot be fetched: {len(url)}")])

    async def shrink(self, jpeg: bytes, limit: int) -> bytes | None:
        """Refuse."""
        del jpeg, limit
        return None
