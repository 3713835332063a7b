"""The composition root: settings in, one ASGI application out. The only module that knows every part."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import ipaddress
import logging
import os
import signal
import threading
import time
from typing import TYPE_CHECKING, Final

import falcon.asgi

from cardwright import limits
from cardwright.book.contacts import Contacts
from cardwright.book.images import image_of
from cardwright.book.keyring import Keyring
from cardwright.contact.model import Photo
from cardwright.errors import CardwrightError, Fault, InvalidError, Rule
from cardwright.fair_semaphore import FairSemaphore
from cardwright.fetch import Fetcher, PhotoCache
from cardwright.http import heads
from cardwright.http.allocator import return_large_blocks, return_small_blocks
from cardwright.http.body_timeout import bounded, end_stalls
from cardwright.http.disconnect import until_gone
from cardwright.http.health import Health, Ready, Root
from cardwright.http.large import in_pieces, large_slots
from cardwright.http.openapi import PATH as OPENAPI
from cardwright.http.openapi import OpenApi
from cardwright.http.rate import RateLimit
from cardwright.http.scheduling import adapt
from cardwright.photo.kinds import DOCUMENTED, Kind
from cardwright.photo.workers import Workers
from cardwright.store import open_store
from cardwright.surfaces.createcontact import openapi as createcontact
from cardwright.surfaces.createcontact.routes import PATH as CREATECONTACT
from cardwright.surfaces.createcontact.routes import CreateContact
from cardwright.surfaces.partner import openapi as partner
from cardwright.surfaces.partner.creates import UsualCreates
from cardwright.surfaces.partner.gate import Gate
from cardwright.surfaces.partner.routes import PREFIX as PARTNER
from cardwright.surfaces.partner.routes import application as partner_contacts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Sequence

    from cardwright.book.images import Image
    from cardwright.book.ports import Store
    from cardwright.fetch.addresses import Network
    from cardwright.http.asgi import Application, Receive, Scope, Send
    from cardwright.settings import Settings


_log: Final = logging.getLogger(__name__)

_ALL: Final = tuple(Kind)

GARBAGE: Final = 10_000
"""Objects between two collections of garbage: a request makes some sixty and leaves no cycle behind."""


def build(settings: Settings) -> Server:
    """Return the ASGI application of the server.

    Its parts are opened at lifespan startup, in the process that serves: neither SQLite nor threads survive a fork.
    Raises InvalidError for a setting that is not right.
    """
    _check_number("port", settings.port, limits.PORT.value)
    _check_number("workers", settings.workers, limits.WORKERS.value)
    rate = RateLimit(settings.rate_limit) if settings.rate_limit else None
    networks = " ".join(settings.fetch_allow).replace(",", " ").split()
    return Server(settings, [_network(cidr) for cidr in networks], rate)


def _check_number(name: str, value: int, most: int) -> None:
    if not 1 <= value <= most:
        raise InvalidError([Fault(name, Rule.FORM, f"{value} is not between 1 and {most}")])


def _network(cidr: str) -> Network:
    try:
        return ipaddress.ip_network(cidr)
    except ValueError as error:
        raise InvalidError([Fault("fetch-allow", Rule.FORM, str(error))]) from None


class Server:
    """Every surface under one roof: a bare application by its path, everything else through Falcon."""

    def __init__(self, settings: Settings, allow: Sequence[Network], rate: RateLimit | None) -> None:
        self._settings = settings
        self._allow = allow
        self._rate = rate
        self._bare: dict[str, Application] = {}
        self._falcon = falcon.asgi.App()
        self._other: Application = bounded(self._falcon)
        self._partner = self._other
        self._requests = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or live through the lifespan of the process (ASGI lifespan 2.0)."""
        await self.answer(scope, receive, send)

    def answer(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Return what does so: an application too, for servers that take one which is no coroutine function.

        Whatever a request awaits goes through each coroutine on its way: one more costs a fortieth of createcontact.
        """
        if scope["type"] == "http":
            self._requests += 1
            if not heads.fitted(scope):
                return heads.refuse(scope, receive, send)
            path = scope["path"]
            others = self._partner if path.startswith(PARTNER) else self._other
            return self._bare.get(path, others)(scope, receive, send)
        return self._live(scope, receive, send)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":  # a WebSocket, from a server that offers them: nobody is there
            return
        await receive()
        return_large_blocks()
        async with contextlib.AsyncExitStack() as open_parts:
            try:
                store = await open_parts.enter_async_context(open_store(self._settings.data))
                await open_parts.enter_async_context(self._open(store))
            except CardwrightError as error:
                await send({"type": "lifespan.startup.failed", "message": str(error)})
                return
            except Exception:  # noqa: BLE001 - whatever it is, a server that half started must not serve
                _log.exception("the start failed")
                await send({"type": "lifespan.startup.failed", "message": "the start failed"})
                return
            gc.collect()
            gc.freeze()  # what is here now stays: no collection need look at it again
            gc.set_threshold(GARBAGE)
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})

    @contextlib.asynccontextmanager
    async def _open(self, store: Store) -> AsyncIterator[None]:
        """Open the other parts and route to them until the block ends."""
        keyring = Keyring(store.credentials)
        background = keyring.watch(), adapt(lambda: self._requests), end_stalls(), return_small_blocks()
        watching = [asyncio.create_task(it) for it in background]
        for task in watching:
            task.add_done_callback(_end_worker)
        fetcher = Fetcher(allow=self._allow, enabled=not self._settings.no_fetch)
        workers = Workers()
        slots = photo_slots()
        photos = Photos(fetcher, workers, slots)
        strict = self._settings.names == "strict"
        self._bare[CREATECONTACT] = CreateContact(keyring, photos, strict_names=strict, rate=self._rate)
        contacts = Contacts(store.contacts, ContactImages(fetcher, workers, slots))
        gate = Gate(keyring, large_slots(), self._rate)
        partner_app = in_pieces(partner_contacts(contacts, store.partners, store.accounts, gate))
        # Where requests are counted, all of them go through Falcon: its gate counts.
        usual = partner_app if self._rate else UsualCreates(partner_app, contacts, keyring)
        self._partner = until_gone(bounded(usual))
        self._falcon.add_route(OPENAPI, OpenApi((createcontact.DESCRIBED, partner.DESCRIBED)))
        self._falcon.add_route("/", Root())
        self._falcon.add_route("/healthz", Health())
        self._falcon.add_route("/readyz", Ready(store.ready))
        try:
            yield
        finally:
            for task in watching:
                task.cancel()
            await photos.aclose()
            workers.close()
            await fetcher.aclose()


def photo_slots() -> FairSemaphore:
    """Return the slots of photos that are fetched: one set for both surfaces, as they share memory and accounts."""
    return FairSemaphore(limits.FETCHES.value, each=limits.FETCHES_EACH.value, seconds=limits.FETCH_WAIT.value)


def _end_worker(task: asyncio.Task[None]) -> None:
    """End the process because a task died that the server cannot be without: a new one takes its place.

    It has some time to finish its requests.
    """
    if task.cancelled() or not (error := task.exception()):
        return
    _log.critical("a background task died, and so the worker ends", exc_info=error)
    threading.Thread(target=_exit_late, daemon=True).start()
    os.kill(os.getpid(), signal.SIGTERM)


def _exit_late() -> None:
    time.sleep(limits.GRACE.value)
    os._exit(1)


class Photos:
    """Photos by address for createcontact: fetched, rendered, and kept for as long as their servers allow."""

    def __init__(self, fetcher: Fetcher, workers: Workers, slots: FairSemaphore) -> None:
        self._workers = workers
        self._cache = PhotoCache(fetcher, self._render, slots)

    async def standard(self, account: str, url: str) -> Photo:
        """Return the photo at `url` as CC-27 has it; raises InvalidError, or BusyError."""
        return await self._cache.get(url, account)

    async def shrink(self, account: str, jpeg: bytes, limit: int) -> bytes | None:
        """Return `jpeg` in at most `limit` octets, or None when that cannot be done; raises BusyError."""
        return await self._workers.shrink(jpeg, limit, account)

    async def aclose(self) -> None:
        """Give up what is under way."""
        await self._cache.aclose()

    async def _render(self, image: bytes, account: str) -> Photo:
        return Photo("image/jpeg", await self._workers.render(image, formats=DOCUMENTED, account=account))


class ContactImages:
    """The images of partner contacts: fetched or sent along, accepted, and rendered for the card (PC-25).

    Who is fetched has one of `slots`, from the fetch to the end of the rendering: it may weigh 10 MiB.
    """

    def __init__(self, fetcher: Fetcher, workers: Workers, slots: FairSemaphore) -> None:
        self._fetcher = fetcher
        self._workers = workers
        self._slots = slots

    async def fetch(self, account: str, url: str) -> Image:
        """Download the image at `url` and accept it; raises InvalidError, or BusyError."""
        async with self._slots.taken(account):
            return await self.accept(account, (await self._fetcher.fetch(url, account=account)).data)

    async def accept(self, account: str, data: bytes) -> Image:
        """Accept an image that was sent along; raises InvalidError, or BusyError."""
        accepted = await self._workers.accept(data, _ALL, account)
        small = await self._workers.render(accepted.data, formats=_ALL, account=account)
        return await image_of(accepted.media_type, accepted.data, small)
