"""The composition root: settings in, one ASGI application out. With `mounts/` the only place that knows every part."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import os
import sys
from functools import partial
from typing import TYPE_CHECKING, Final

import falcon.asgi

from cardwright import limits, metrics
from cardwright.book.contacts import Contacts
from cardwright.book.duplicates import Duplicates
from cardwright.book.import_runner import ImportRunner
from cardwright.book.keyring import Keyring
from cardwright.errors import Fault, InvalidError, Rule
from cardwright.fetch import Fetcher
from cardwright.http.allocator import return_small_blocks
from cardwright.http.body_timeout import end_stalled_bodies
from cardwright.http.cors import Cors
from cardwright.http.exchange import exchange_of
from cardwright.http.front import Front, Mount
from cardwright.http.health import Health, Ready
from cardwright.http.large import large_slots
from cardwright.http.later import Later
from cardwright.http.lifespan import background, live
from cardwright.http.metrics import PATH as METRICS
from cardwright.http.metrics import Metrics
from cardwright.http.negotiation import chosen
from cardwright.http.openapi import PATH as OPENAPI
from cardwright.http.rate import RateLimit
from cardwright.http.resources import EveryResource
from cardwright.http.scheduling import adapt
from cardwright.http.shared_counters import SharedCounters
from cardwright.http.tracing import traced
from cardwright.http.trusted_proxies import TrustedProxies
from cardwright.images import ContactImages, Photos, photo_slots
from cardwright.mounts import Parts
from cardwright.photo.workers import Workers
from cardwright.store import open_store
from cardwright.store.shared_memory import SharedMemory
from cardwright.surfaces.console.paths import PATHS as CONSOLE
from cardwright.surfaces.createcontact.routes import PATH as CREATECONTACT
from cardwright.surfaces.createcontact.routes import CreateContact
from cardwright.surfaces.dav.options import AT_ROOT, at_root
from cardwright.surfaces.dav.places import ROOT as DAV
from cardwright.surfaces.dav.well_known import ABOVE, WELL_KNOWN, lead_to_root, list_them

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from cardwright.book.ports import Store
    from cardwright.fetch.addresses import Network
    from cardwright.http.asgi import Application, Receive, Scope, Send
    from cardwright.settings import Settings

_PARTNER: Final = "/Advertisers/"
_IMPORT: Final = (sys.executable, "-P", "-m", "cardwright.import_process")  # -P: modules of the installation alone


def build(settings: Settings) -> Server:
    """Return the ASGI application of the server.

    Its parts are opened at lifespan startup, in the process that serves: neither SQLite nor threads survive a fork.
    Raises InvalidError for a setting that is not right.
    """
    _check_number("port", settings.port, limits.PORT.value)
    _check_number("workers", settings.workers, limits.WORKERS.value)
    _check_number("idle-timeout", settings.idle_timeout, limits.IDLE.value)
    logging.getLogger("cardwright.access").setLevel(logging.INFO if settings.access_log else logging.WARNING)
    metrics.share(settings.workers)
    return Server(settings)


def _check_number(name: str, value: int, most: int) -> None:
    if not 1 <= value <= most:
        raise InvalidError([Fault(name, Rule.FORM, f"{value} is not between 1 and {most}")])


def _networks(name: str, given: Iterable[str]) -> list[Network]:
    """Return the networks of a setting, which may be given again, and names several between commas or spaces."""
    try:
        return [ipaddress.ip_network(cidr) for cidr in " ".join(given).replace(",", " ").split()]
    except ValueError as error:
        raise InvalidError([Fault(name, Rule.FORM, str(error))]) from None


class Server:
    """The application: every request to the front door, and the parts behind it for as long as the process lives."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._allow = _networks("fetch-allow", settings.fetch_allow)
        self._metrics_allow = _networks("metrics-allow", settings.metrics_allow)
        self._rate = RateLimit(settings.rate_limit) if settings.rate_limit else None
        self._sign_in_failures = SharedCounters(limits.SIGN_IN_COUNTED.value)
        self._maker_uses = SharedCounters(limits.SIGN_IN_COUNTED.value) if settings.public_maker else None
        self._shared = SharedMemory()
        self._service = falcon.asgi.App(middleware=[EveryResource()])
        proxies = _networks("trust-proxy", settings.trust_proxy)
        self._console: Application = self._service
        self.front = Front(
            self._elsewhere,
            TrustedProxies(proxies) if proxies else None,
            Cors(settings.cors_origin) if settings.cors_origin else None,
        )
        self.answers: Application = self.front
        """What has each request answered: the front door, in a worker that makes spans through what makes those."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or live through the lifespan of the process (ASGI lifespan 2.0)."""
        if scope["type"] == "http":
            await self.answers(scope, receive, send)
        elif scope["type"] == "lifespan":
            await live(self._open, receive, send)
        # else a WebSocket, from a server that offers them: nobody is there

    async def _elsewhere(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer at a path where nothing is: with a page to whom that is to be shown (CW-80), else in JSON."""
        accept = exchange_of(scope).headers.get(b"accept", b"").decode("latin-1")
        shows = scope["method"] == "GET" and chosen(accept, ("application/json", "text/html")) == "text/html"
        await (self._console if shows else self._service)(scope, receive, send)

    @contextlib.asynccontextmanager
    async def _open(self) -> AsyncIterator[None]:
        """Open the parts and mount the surfaces until the block ends."""
        settings = self._settings
        async with contextlib.AsyncExitStack() as stack:
            self.answers = await stack.enter_async_context(traced(self.front, os.environ))
            store = await stack.enter_async_context(open_store(settings.data, shared=self._shared))
            fetcher = Fetcher(allow=self._allow, enabled=not settings.no_fetch)
            stack.push_async_callback(fetcher.aclose)
            workers = Workers()
            stack.callback(workers.close)
            slots = photo_slots()
            photos = Photos(fetcher, workers, slots)
            stack.push_async_callback(photos.aclose)
            keyring = Keyring(store.credentials)
            watches = [keyring.watch(), keyring.keep_days(), end_stalled_bodies(self.front.under_way)]
            watches.append(return_small_blocks())
            if not settings.no_batch_scheduling:
                watches.append(adapt(lambda: self.front.answered))
            await stack.enter_async_context(background(*watches))
            runner = ImportRunner(store.jobs, _IMPORT, settings.data)
            runner.start()
            stack.push_async_callback(runner.aclose)
            self.front.loop = asyncio.get_running_loop()
            images = ContactImages(fetcher, workers, slots)
            strict = settings.names == "strict"
            self._mount(
                Parts(
                    *(settings, store, keyring),
                    contacts=Contacts(store.contacts, images),
                    duplicates=await stack.enter_async_context(Duplicates(store)),
                    images=images,
                    photos=photos,
                    large=large_slots(),
                    createcontact=CreateContact(keyring, photos, strict_names=strict, rate=self._rate),
                    wake_imports=runner.wake,
                    rate=self._rate,
                    sign_in_failures=self._sign_in_failures,
                    maker_uses=self._maker_uses,
                )
            )
            yield

    def _mount(self, parts: Parts) -> None:
        self.front.mount(
            Mount("createcontact", CREATECONTACT, parts.createcontact, cross_origin=True),
            Mount("partner", _PARTNER, Later(partial(_partner, parts)), cross_origin=True),
            *self._dav_and_console(parts),
            Mount("service", OPENAPI, Later(_openapi), cross_origin=True),
            *self._service_mounts(parts.store),
        )

    def _dav_and_console(self, parts: Parts) -> Iterable[Mount]:
        """Return CardDAV and the console; at `/` the method says which of the two is meant."""
        self._console = console = Later(partial(_console, parts))
        dav = Mount("dav", DAV, Later(partial(_dav, parts)))
        yield dav
        yield Mount("dav", WELL_KNOWN, lead_to_root)
        yield Mount("dav", ABOVE, list_them)
        options = Mount("dav", DAV, at_root(dav.application, console))
        for path in CONSOLE:
            instead = {**dict.fromkeys(AT_ROOT, dav), "OPTIONS": options} if path == "/" else {}
            yield Mount("console", path, console, instead=instead)

    def _service_mounts(self, store: Store) -> Iterable[Mount]:
        """Return what takes no credentials."""
        ready = Ready(store.ready)
        resources = {"/healthz": Health(), "/readyz": ready, METRICS: Metrics(ready, self._metrics_allow)}
        for path, resource in resources.items():
            self._service.add_route(path, resource)
            yield Mount("service", path, self._service, is_at_once=path != METRICS)


def _partner(parts: Parts) -> Application:
    from cardwright.mounts import partner

    return partner.made(parts)


def _dav(parts: Parts) -> Application:
    from cardwright.mounts import dav

    return dav.made(parts)


def _console(parts: Parts) -> Application:
    from cardwright.mounts import console

    return console.made(parts)


def _openapi() -> Application:
    from cardwright.mounts import openapi

    return openapi.made()
