"""`/.well-known/carddav` leads to the root of CardDAV, whoever asks, by whatever method (RFC 6764 section 5, DV-1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.http.exchange import exchange_of
from cardwright.limits import REQUEST_DRAIN
from cardwright.surfaces.dav.places import Root, href

if TYPE_CHECKING:
    from cardwright.http.asgi import Receive, Scope, Send

WELL_KNOWN: Final = "/.well-known/carddav"


async def lead_to_root(scope: Scope, _receive: Receive, _send: Send) -> None:
    """Answer with 301."""
    exchange = exchange_of(scope)
    await exchange.drain(REQUEST_DRAIN.value)
    location = href(Root(), scope.get("root_path", ""))
    await exchange.reply(301, ((b"location", location.encode()), (b"cache-control", b"max-age=86400")), b"")
