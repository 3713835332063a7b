"""`/metrics`: what the server counts of itself, for Prometheus, to loopback and to the networks that are allowed.

Nobody is answered through a proxy that is not trusted: who asks there cannot be told from the proxy itself.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
from typing import TYPE_CHECKING, Final

import falcon

from cardwright.http.exchange import exchange_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from falcon.asgi import Request, Response

    from cardwright.http.health import Ready
    from cardwright.http.trusted_proxies import Network

PATH: Final = "/metrics"
_LOCAL: Final = re.compile(rb"(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?", re.IGNORECASE)
"""What a client on the same machine calls it. A web page that has its own name lead to 127.0.0.1 sends that name."""
_BY_PROXIES: Final = (b"forwarded", b"via", b"x-real-ip")
"""Fields that proxies add, besides `X-Forwarded-…`."""


class Metrics:
    """The resource; `ready` knows whether the store is up."""

    def __init__(self, ready: Ready, allow: Sequence[Network]) -> None:
        self._ready = ready
        self._allow = allow

    async def on_get(self, request: Request, response: Response) -> None:
        """Answer in the form that Accept asks for: Prometheus's text format, or OpenMetrics."""
        if not self._may_see(request):
            raise falcon.HTTPForbidden(
                description="Metrics are for loopback and the networks of --metrics-allow, not through a proxy."
            )
        is_up = await self._ready.look()
        accept = request.get_header("Accept", default="")
        response.data, response.content_type = await asyncio.to_thread(_written, accept, is_up)

    on_head = on_get

    def _may_see(self, request: Request) -> bool:
        exchange, client = exchange_of(request.scope), request.scope["client"]
        address = ipaddress.ip_address(client[0])
        is_allowed = any(address in network for network in self._allow)
        if client != exchange.peer:  # a trusted proxy has said who asks
            return is_allowed or address.is_loopback
        if request.scope["http_version"] == "1.0" or any(map(_is_by_a_proxy, exchange.headers)):
            return False
        return is_allowed or (address.is_loopback and _LOCAL.fullmatch(exchange.headers[b"host"]) is not None)


def _is_by_a_proxy(field: bytes) -> bool:
    return field.startswith(b"x-forwarded-") or field in _BY_PROXIES


def _written(accept: str, is_up: bool) -> tuple[bytes, str]:  # noqa: FBT001 - passed on to a thread
    from cardwright.http.exposition import write

    return write(accept, store_is_up=is_up)
