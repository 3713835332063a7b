"""`/.well-known/carddav` leads to the root of CardDAV, whoever asks, by whatever method (RFC 6764 section 5, DV-1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.http.exchange import exchange_of
from cardwright.limits import REQUEST_DRAIN
from cardwright.surfaces.dav.multistatus import FIELDS, Propstat, response, whole
from cardwright.surfaces.dav.names import D
from cardwright.surfaces.dav.places import Root, href
from cardwright.surfaces.dav.xml_writing import element

if TYPE_CHECKING:
    from cardwright.http.asgi import Receive, Scope, Send

ABOVE: Final = "/.well-known"
WELL_KNOWN: Final = f"{ABOVE}/carddav"
_ALLOWED: Final = (b"allow", b"GET, HEAD, OPTIONS, PROPFIND")
_PLAIN: Final = (b"content-type", b"text/plain; charset=utf-8")
_COLLECTION: Final = Propstat(200, element(f"{D}resourcetype", element(f"{D}collection")))


async def lead_to_root(scope: Scope, _receive: Receive, _send: Send) -> None:
    """Answer with 301."""
    exchange = exchange_of(scope)
    await exchange.drain(REQUEST_DRAIN.value)
    location = href(Root(), scope.get("root_path", ""))
    await exchange.reply(301, ((b"location", location.encode()), (b"cache-control", b"max-age=86400")), b"")


async def list_them(scope: Scope, _receive: Receive, _send: Send) -> None:
    """Answer for `/.well-known/`: a collection that holds `carddav`. PROPFIND hears that, whatever it asks for."""
    exchange = exchange_of(scope)
    await exchange.drain(REQUEST_DRAIN.value)
    method, prefix = scope["method"], scope.get("root_path", "")
    if method in {"GET", "HEAD"}:
        await exchange.reply(200, (_PLAIN,), b"" if method == "HEAD" else f"{prefix}{WELL_KNOWN}\n".encode())
    elif method == "PROPFIND":
        await exchange.reply(207, FIELDS, whole(response(f"{prefix}{ABOVE}/", _COLLECTION)))
    elif method == "OPTIONS":
        await exchange.reply(200, (_ALLOWED,), b"")
    else:
        await exchange.reply(405, (_ALLOWED, _PLAIN), b"There is no such method here.\n")
