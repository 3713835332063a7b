"""CardDAV as an ASGI application: what concerns every request is done here, once.

Credentials (DV-2), the rate limit, whose path it is, read-only tokens (DV-4), errors (DV-30), bodies that nobody read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from cardwright.errors import CardwrightError, NotFoundError
from cardwright.http.asgi import Reply
from cardwright.http.body import StalledError
from cardwright.http.exchange import exchange_of
from cardwright.http.pieces import EndedError
from cardwright.limits import REQUEST_DRAIN
from cardwright.surfaces.dav.context import DavRequest
from cardwright.surfaces.dav.errors import (
    COLLECTION_LOCATION,
    NEED_PRIVILEGES,
    MethodError,
    PreconditionError,
    RateError,
    UnauthorizedError,
    explained,
)
from cardwright.surfaces.dav.methods import BY_NAME, allowed
from cardwright.surfaces.dav.places import (
    BookPlace,
    CardPlace,
    DavPlace,
    Home,
    Homes,
    Principal,
    Principals,
    Root,
    parse,
    sid_of,
)
from cardwright.surfaces.dav.unplaced import is_of_another, refusal_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cardwright.book.address_books import User
    from cardwright.http.asgi import Receive, Scope, Send
    from cardwright.http.exchange import Exchange
    from cardwright.http.rate import RateLimit
    from cardwright.surfaces.dav.access import DavAccess
    from cardwright.surfaces.dav.context import Answer, Parts, Streamed

_NO_BODY: Final = frozenset({204, 304})
_MINIMAL: Final = (b"preference-applied", b"return=minimal")
"""Says that the client has what it prefers (RFC 7240 section 3)."""
_ROUTES: Final[Mapping[type[DavPlace], str]] = {
    Root: "/dav/",
    Principals: "/dav/principals/",
    Principal: "/dav/principals/{sid}/",
    Homes: "/dav/addressbooks/",
    Home: "/dav/addressbooks/{sid}/",
    BookPlace: "/dav/addressbooks/{sid}/{campaign}/",
    CardPlace: "/dav/addressbooks/{sid}/{campaign}/{card}",
}
"""What the access log says of a path: no value of it."""


class CardDav:
    """Answers every path under `/dav/`, and `/` for the methods of WebDAV."""

    def __init__(self, parts: Parts, access: DavAccess, rate: RateLimit | None) -> None:
        self._parts = parts
        self._access = access
        self._rate = rate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        exchange = exchange_of(scope)
        try:
            answer = await self._answer(scope, exchange, receive)
        except (EndedError, StalledError):
            raise
        except CardwrightError as error:
            answer = explained(error)
        if exchange.has_more:
            await exchange.drain(REQUEST_DRAIN.value)
        if isinstance(answer, Reply):
            await _send(scope, answer, send)
        else:
            await self._stream(scope, exchange, answer, send)

    async def _answer(self, scope: Scope, exchange: Exchange, receive: Receive) -> Answer:
        """Return the answer of the method that is asked for, once all is checked."""
        user = await self._access.open(exchange.headers.get(b"authorization"))
        if user is None:
            raise UnauthorizedError
        if self._rate:
            self._count(self._rate, exchange, user.sid)
        place = parse(_path(scope))
        if place is None and scope["method"] == "MKCOL" and not is_of_another(_path(scope), user.sid):
            raise PreconditionError(COLLECTION_LOCATION)
        if place is None and scope["method"] == "PUT" and (refused := refusal_of(_path(scope), user.sid)):
            raise refused
        if place is None or not _is_own(place, user):
            raise NotFoundError
        exchange.route = _ROUTES[type(place)]
        method = BY_NAME.get((scope["method"], type(place)))
        if method is None:
            raise MethodError(allowed(place))
        if method.writes and user.read_only:
            raise PreconditionError(NEED_PRIVILEGES)
        if user.campaign and not isinstance(place, CardPlace):
            await self._check_book(user)
        request = DavRequest(self._parts, scope, exchange, receive, user, place, allowed(place))
        answer = await method.handle(request)
        if answer.status == method.minimal and request.prefers("minimal"):
            return answer._replace(headers=(*answer.headers, _MINIMAL))
        return answer

    async def _check_book(self, user: User) -> None:
        """Raise UnauthorizedError for a user name with a campaign that the account has not: it is told at once so."""
        try:
            await self._parts.books.check(user)
        except NotFoundError:
            raise UnauthorizedError from None

    @staticmethod
    def _count(rate: RateLimit, exchange: Exchange, sid: str) -> None:
        quota = rate.hit(sid)
        exchange.add_fields(
            (
                (b"x-ratelimit-limit", b"%d" % quota.limit),
                (b"x-ratelimit-remaining", b"%d" % quota.remaining),
                (b"x-ratelimit-reset", b"%d" % quota.reset),
            )
        )
        if not quota.allowed:
            raise RateError(quota.reset)

    async def _stream(self, scope: Scope, exchange: Exchange, answer: Streamed, send: Send) -> None:
        """Send an answer as it is made, for as long as the token that asked for it opens anything."""
        authorization = exchange.headers.get(b"authorization")
        await send({"type": "http.response.start", "status": answer.status, "headers": list(answer.headers)})
        if scope["method"] != "HEAD":
            async for block in answer.body:
                if not await self._access.open(authorization):
                    raise EndedError
                await send({"type": "http.response.body", "body": block, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


async def _send(scope: Scope, reply: Reply, send: Send) -> None:
    fields = list(reply.headers)
    if reply.status not in _NO_BODY:
        fields.append((b"content-length", b"%d" % len(reply.body)))
    body = b"" if scope["method"] == "HEAD" else reply.body
    await send({"type": "http.response.start", "status": reply.status, "headers": fields})
    await send({"type": "http.response.body", "body": body})


def _path(scope: Scope) -> str:
    """Return the path as it is written in the URL: in the decoded one nobody can tell a slash from a `%2F`."""
    if scope["path"] == "/":  # `*` too, which stands for the server
        return "/"
    raw = scope.get("raw_path")
    return raw.partition(b"?")[0].decode(errors="surrogateescape") if raw else quote(scope["path"])


def _is_own(place: DavPlace, user: User) -> bool:
    return sid_of(place) in {None, user.sid}
