"""The front door: one ASGI callable that every request passes before a mount answers it.

What is the same for all of them is done here, once: the bounds of the head, the id of the request, trusted proxies, the
time-out of the body, what is held until the answer is taken, the access log, the counts for metrics.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from random import getrandbits
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright import metrics
from cardwright.http import heads
from cardwright.http.arrivals import Arrivals
from cardwright.http.asgi import Reply
from cardwright.http.body import StalledError
from cardwright.http.encoding import unpacked
from cardwright.http.exchange import KEY, Exchange, current_id
from cardwright.http.pieces import EndedError
from cardwright.limits import REQUEST_DRAIN, STARTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cardwright.http.asgi import Application, Message, Receive, Scope, Send
    from cardwright.http.cors import Cors
    from cardwright.http.trusted_proxies import TrustedProxies
    from cardwright.metrics import Surface

_log: Final = logging.getLogger(__name__)
_access_log: Final = logging.getLogger("cardwright.access")
_ID: Final = re.compile(rb"[A-Za-z0-9._:/+=@-]{1,128}")
"""A request's id that is kept: it goes into logs and a header."""
_FEW: Final = STARTS.value
"""Requests that are being answered, up to which each begins as it comes."""
_DIGITS: Final = len(str(REQUEST_DRAIN.value))
"""Of a length that may be too large to wait for."""
_SLASHES: Final = re.compile("/{2,}")
_TEXT: Final = ((b"content-type", b"text/plain; charset=utf-8"),)
_LATE: Final = Reply(408, _TEXT, b"The body did not come in time.\n")
_FAULT: Final = Reply(500, _TEXT, b"A fault of the server; the log has it under X-Request-Id.\n")


class Mount(NamedTuple):
    """An application, and where it answers."""

    name: Surface
    path: str
    """The whole path; with a slash at its end, what the paths begin with."""
    application: Application
    cross_origin: bool = False
    """Whether pages of other origins may ask (`--cors-origin`)."""
    is_at_once: bool = False
    """Whether it answers before all others."""
    instead: Mapping[str, Mount] = MappingProxyType({})
    """Who answers there in its place, by methods."""


class Front:
    """Has every request answered by the mount that has its path, or else by `other`."""

    def __init__(
        self,
        other: Application,
        proxies: TrustedProxies | None = None,
        cors: Cors | None = None,
    ) -> None:
        self.under_way: set[Exchange] = set()
        """The requests that are being answered."""
        self.loop: asyncio.AbstractEventLoop | None = None
        """The one that it runs in, where that is known: to ask for it is a system call for each request."""
        self.answered = 0
        """How many have been, by this process."""
        self._other = Mount("none", "-", other)
        self._proxies = proxies
        self._cors = cors
        self._arrivals = Arrivals()
        self._logs = _access_log.isEnabledFor(logging.INFO)
        self._whole: dict[str, Mount] = {}
        self._beginnings: list[Mount] = []

    def mount(self, *mounts: Mount) -> None:
        """Have these answer from now on."""
        for mount in mounts:
            if mount.path.endswith("/") and mount.path != "/":
                self._beginnings.append(mount)
            else:
                self._whole[mount.path] = mount

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers, refusal = heads.read_head(scope)
        sent = headers.get(b"x-request-id")
        request_id = sent if sent and _ID.fullmatch(sent) else b"%016x" % getrandbits(64)
        current_id.set(request_id)
        exchange = scope[KEY] = Exchange(request_id, headers, scope.get("client"), receive, send, self.loop)
        if self._proxies:
            self._proxies.believe(scope, headers)
        mount = self._mount(scope)
        exchange.route = mount.path
        if self._cors and mount.cross_origin:
            refusal = _of_other_origin(self._cors, scope["method"], exchange, refusal)
        began = time.monotonic()
        self.under_way.add(exchange)
        try:
            if len(self.under_way) > _FEW and not mount.is_at_once:
                await self._arrivals.wait()
            is_usual = b"content-encoding" not in headers and len(headers.get(b"content-length", b"")) < _DIGITS
            read = exchange.receive if is_usual else _receive(scope, headers, exchange.receive)
            await (exchange.reply(*refusal) if refusal else mount.application(scope, read, exchange.send))
        except EndedError:
            pass
        except asyncio.CancelledError:
            if not exchange.is_gone:
                raise
        except Exception as error:  # noqa: BLE001 - a fault of ours: logged whole, answered as one
            await self._fail(mount, exchange, error)
        finally:
            self.under_way.discard(exchange)
            self.answered += 1
            took = time.monotonic() - began
            metrics.REQUEST_SECONDS.observe(took, mount.name, exchange.status)
            if self._logs:
                _write_access(scope["method"], exchange, 1000 * took)
            if exchange.is_open:
                await exchange.close()

    async def _fail(self, mount: Mount, exchange: Exchange, error: Exception) -> None:
        """Answer that the mount has failed; raises its error where an answer has begun.

        The server breaks the connection off then, so that nobody takes the half for the whole.
        """
        if isinstance(error, StalledError) and not exchange.status:
            await exchange.reply(*_LATE)
            return
        _log.error("the %s mount failed", mount.name, exc_info=error)
        if exchange.status:
            raise error
        await exchange.reply(*_FAULT)

    def _mount(self, scope: Scope) -> Mount:
        """Return who answers."""
        mount = self._whole.get(scope["path"]) or self._elsewhere(scope)
        return mount.instead.get(scope["method"], mount) if mount.instead else mount

    def _elsewhere(self, scope: Scope) -> Mount:
        """Return who answers a path that is not known as it is; it loses slashes that stand twice, or at its end."""
        path: str = scope["path"]
        if path == "*":  # the server as a whole (RFC 9110 section 9.3.7)
            path = scope["path"] = "/"
        elif "//" in path or path.endswith("/"):
            path = scope["path"] = _SLASHES.sub("/", path).rstrip("/") or "/"
        for mount in self._beginnings:
            if path.startswith(mount.path) or path == mount.path[:-1]:
                return mount
        return self._whole.get(path, self._other)


def _receive(scope: Scope, headers: dict[bytes, bytes], receive: Receive) -> Receive:
    """Return what receives a body that is packed, or may be large.

    Of a large one the first piece is empty and not waited for: Falcon takes one before it looks at a request, which
    may be refused for what it announces.
    """
    is_large = len(headers.get(b"content-length", b"")) >= _DIGITS
    if b"content-encoding" in headers:
        receive = unpacked(scope, headers, receive)
    if not is_large:
        return receive
    is_first = True

    async def received() -> Message:
        nonlocal is_first
        if is_first:
            is_first = False
            return {"type": "http.request", "body": b"", "more_body": True}
        return await receive()

    return received


def _of_other_origin(cors: Cors, method: str, exchange: Exchange, refusal: Reply | None) -> Reply | None:
    """Have the answer say which origins may read it; return what answers in the place of the mount, if anything."""
    preflight = None if refusal else cors.preflight(method, exchange.headers)
    exchange.add_fields([] if preflight else cors.fields(exchange.headers))
    return refusal or preflight


def _write_access(method: str, exchange: Exchange, took: float) -> None:
    """Log the request: no value of its path, no query, nobody's name. A status of 0 is that of no answer at all."""
    _access_log.info(
        "%s %s %d %.1f ms",
        *(method, exchange.route, exchange.status, took),
        extra={
            "fields": {
                "method": method,
                "route": exchange.route,
                "status": exchange.status,
                "milliseconds": round(took, 1),
            }
        },
    )
