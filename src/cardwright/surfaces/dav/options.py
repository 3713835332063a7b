"""OPTIONS: which methods a place has, and what of WebDAV (RFC 4918 section 10.1, RFC 6352 section 6.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.http.asgi import Reply
from cardwright.http.exchange import exchange_of

if TYPE_CHECKING:
    from cardwright.http.asgi import Application, Receive, Scope, Send
    from cardwright.surfaces.dav.context import DavRequest

CLASSES: Final = b"1, 3, access-control, addressbook, extended-mkcol"
"""Not 2: LOCK is not offered (DV-19)."""


AT_ROOT: Final = ("PROPFIND", "DELETE", "COPY", "MOVE")
"""The methods that are CardDAV's at `/`, beside OPTIONS: a client of WebDAV hears there too that it may not."""


async def handle(request: DavRequest) -> Reply:
    """Answer with `DAV` and `Allow`."""
    return Reply(200, ((b"dav", CLASSES), (b"allow", request.allowed.encode())), b"")


def at_root(dav: Application, otherwise: Application) -> Application:
    """Return who answers OPTIONS at `/`: CardDAV, which asks for credentials (DV-2).

    Unless it is the check of a load balancer, which has none: that of HAProxy's `option httpchk`, over HTTP/1.0, or of
    the server as a whole (`*`, RFC 9110 section 9.3.7). Those are for `otherwise`.
    """

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await (otherwise if _is_check(scope) else dav)(scope, receive, send)

    return answer


def _is_check(scope: Scope) -> bool:
    is_plain = scope["http_version"] == "1.0" or scope.get("raw_path") == b"*"
    return is_plain and b"authorization" not in exchange_of(scope).headers
