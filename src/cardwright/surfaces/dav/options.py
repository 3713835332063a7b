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


async def handle(request: DavRequest) -> Reply:
    """Answer with `DAV` and `Allow`."""
    return Reply(200, ((b"dav", CLASSES), (b"allow", request.allowed.encode())), b"")


def at_root(dav: Application, otherwise: Application) -> Application:
    """Return who answers OPTIONS at `/`: CardDAV those who say who they are.

    Without credentials it is the check of a load balancer, as HAProxy's `option httpchk`: that is `otherwise`'s.
    """

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        application = dav if b"authorization" in exchange_of(scope).headers else otherwise
        await application(scope, receive, send)

    return answer
