"""The console as an ASGI application: what concerns every page is done here, once.

Sessions (CW-12), forged requests (CW-14), read-only tokens (CW-13), headers (CW-15), faults as pages (CW-80), bounds
(CW-86). A page module has routes and handlers, and nothing of this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlencode

from cardwright.errors import Fault, ForbiddenError, InvalidError, NotFoundError, Rule
from cardwright.http.body import StalledError, announced, check_length
from cardwright.http.encoding import check_encoding
from cardwright.http.exchange import exchange_of
from cardwright.http.large import hold
from cardwright.http.pieces import EndedError
from cardwright.limits import LARGE, REQUEST_DRAIN
from cardwright.surfaces.console.csrf import FIELD, check_origin, check_token
from cardwright.surfaces.console.faults import MethodError, page_of
from cardwright.surfaces.console.form import Bounds, parsed, read_form
from cardwright.surfaces.console.page import Page, Redirect, Request, Sent, Streamed
from cardwright.surfaces.console.pages import PAGES
from cardwright.surfaces.console.rendering import render
from cardwright.surfaces.console.routing import Routes
from cardwright.surfaces.console.sessions import forget_kept, keep_notice, notice_of, open_session
from cardwright.surfaces.console.sign_in import asked_to_sign_in
from cardwright.surfaces.console.static_files import StaticFiles
from cardwright.surfaces.console.upload import read_by_disk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cardwright.book.partners import Campaign
    from cardwright.http.asgi import Fields, Receive, Scope, Send
    from cardwright.surfaces.console.page import Answer, Parts, Route

_POLICY: Final = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    b"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    b"require-trusted-types-for 'script'; trusted-types cardwright"
)
"""CW-15, and trusted types, which forbid more."""
_EVERY: Final[Fields] = (
    (b"content-security-policy", _POLICY),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
_USUAL: Final = {b"referrer-policy": b"same-origin", b"cache-control": b"private, no-store"}
"""What a page may say otherwise."""
_HTML: Final = "text/html; charset=utf-8"
_STATIC: Final[Fields] = ((b"cache-control", b"public, max-age=31536000, immutable"), *_EVERY)
_FRESH: Final[Fields] = ((b"cache-control", b"no-cache"),)
_STRANGERS: Final = ""
"""Whoever is not signed in: together they have the slots of one account, for a form whose session has ended."""
_READS: Final = ("GET", "HEAD")


class _Reply(NamedTuple):
    """An answer as octets."""

    status: int
    media_type: str
    headers: Fields
    body: bytes


class Console:
    """Answers every path of the console."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._routes = Routes(route for page in PAGES for route in page.ROUTES)
        self._static = StaticFiles()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        exchange = exchange_of(scope)
        if (file := self._static.find(scope["path"])) and scope["method"] in _READS:
            headers = _STATIC if file.is_asked_for else _fields(_FRESH)
            await self._send(scope, send, _Reply(200, file.media_type, headers, file.body))
            return
        if scope["method"] == "OPTIONS":  # the plain check of a load balancer (HAProxy: option httpchk)
            match = self._routes.find(scope["path"])
            allow = _allowed(match.routes if match else {}).encode()
            await self._send(scope, send, _Reply(200, "text/plain", ((b"allow", allow),), b""))
            return
        request = Request(self._parts, exchange, scope, receive, None, {}, {}, self._routes.templates)
        try:
            answer = await self._answer(request)
            if isinstance(answer, Streamed):
                await self._stream(scope, send, answer)
                return
            reply = await self._reply(request, answer)
        except (EndedError, StalledError):
            raise
        except Exception as error:  # whatever it is, it is told in a page
            if exchange.status:
                raise
            reply = await self._told(request, error)
        if exchange.has_more:
            await exchange.drain(REQUEST_DRAIN.value)
        await self._send(scope, send, reply)

    async def _answer(self, request: Request) -> Answer:
        """Return the answer of the page that is asked for, once all is checked."""
        method = "GET" if request.scope["method"] == "HEAD" else request.scope["method"]
        await open_session(request)
        if not (match := self._routes.find(request.scope["path"])):
            raise NotFoundError
        if not (route := match.routes.get(method)):
            raise MethodError(_allowed(match.routes))
        request.route, request.values = route, match.values(method)
        request.exchange.route = route.template
        request.query = _query(request.scope["query_string"])
        if method == "POST":
            check_origin(request)
        if not request.session and not route.public:
            other = request.url(route.form).removeprefix(request.root) if route.form else ""
            return await self._signed_out(request, request.address if "GET" in match.routes else other)
        if request.session and "c" in request.values:
            request.campaign = await self._parts.store.partners.campaign(request.session.sid, request.values["c"])
        if method == "POST":
            await self._take_form(request)
        elif route.writes and request.account.read_only:
            raise ForbiddenError("a read-only token")
        return await route.handler(request)

    async def _signed_out(self, request: Request, page: str) -> Answer:
        """Return what asks to sign in; what was typed into a form stays in the page (CW-12)."""
        if request.scope["method"] in _READS:
            return Redirect(request.url("/sign-in", next=request.address))
        if not page or (request.route and request.route.raw):  # a body of its own kind is a file, which is not kept
            return asked_to_sign_in(page or "/", "")
        await self._read_form(request)
        typed = [(name, value) for name, value in request.form.fields if name != FIELD]
        return asked_to_sign_in(page, urlencode(typed))

    async def _take_form(self, request: Request) -> None:
        """Read the form of a POST, and let it pass where it belongs to the session, and that may change something."""
        assert request.route is not None  # noqa: S101 - it was found
        if not request.route.raw:
            await self._read_form(request)
            if request.session and not request.route.public:
                check_token(request, request.form.get(FIELD))
        if request.session and request.session.read_only and not (request.route.reads or request.route.public):
            raise ForbiddenError("a read-only token")

    async def _read_form(self, request: Request) -> None:
        assert request.route is not None  # noqa: S101 - it was found
        headers, told = request.exchange.headers, request.route.told if request.session else 0
        check_encoding(headers)
        octets = announced(headers.get(b"content-length"))
        check_length(octets, max(request.route.limit, told))
        if request.route.limit > LARGE.value:
            who = request.session.sid if request.session else _STRANGERS
            await hold(request.scope, self._parts.large.bodies, who, octets if octets >= 0 else None)
        kind = headers.get(b"content-type", b"").decode("latin-1")
        bounds = Bounds(request.route.limit, request.route.texts, request.route.fields)
        if request.route.limit < octets <= told:
            request.form = await read_by_disk(request, kind, bounds._replace(octets=told))
            return
        request.form = await read_form(request.receive, headers.get(b"content-length"), kind, bounds)

    async def _reply(self, request: Request, answer: Page | Redirect | Sent) -> _Reply:
        if isinstance(answer, Sent):
            return _Reply(answer.status, answer.media_type, _fields(answer.headers), answer.body)
        if isinstance(answer, Redirect):
            if answer.notice:
                await keep_notice(request, answer.address, answer.notice, answer.secret)
            return _Reply(303, _HTML, _fields(((b"location", answer.address.encode()), *answer.headers)), b"")
        notice = notice_of(request) if request.session else None
        body = render(request, answer, self._static, await self._campaign(request), notice)
        if answer.status == 200 and request.scope["method"] == "GET":  # noqa: PLR2004 - a page, and no fault
            await forget_kept(request)
        return _Reply(answer.status, _HTML, _fields(answer.headers), body)

    async def _campaign(self, request: Request) -> Campaign | None:
        """Return the campaign that the navigation of a page leads to: its own, or the account's first."""
        if request.campaign or not request.session:
            return request.campaign
        campaigns = await self._parts.store.partners.campaigns(request.session.sid)
        return campaigns[0] if campaigns else None

    async def _told(self, request: Request, error: Exception) -> _Reply:
        """Return the page of an error; without a navigation where what that needs fails too."""
        page = page_of(request, error)
        try:
            return await self._reply(request, page)
        except Exception as again:  # noqa: BLE001 - the store may be what is at fault
            if type(again) is not type(error):
                page = page_of(request, again)
            request.session = None
            return await self._reply(request, page)

    async def _stream(self, scope: Scope, send: Send, answer: Streamed) -> None:
        fields = [(b"content-type", answer.media_type.encode()), *_fields(answer.headers)]
        await send({"type": "http.response.start", "status": 200, "headers": fields})
        if scope["method"] != "HEAD":
            async for block in answer.blocks:
                await send({"type": "http.response.body", "body": block, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    @staticmethod
    async def _send(scope: Scope, send: Send, reply: _Reply) -> None:
        length = b"%d" % len(reply.body)
        fields = [(b"content-type", reply.media_type.encode()), (b"content-length", length), *reply.headers]
        await send({"type": "http.response.start", "status": reply.status, "headers": fields})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else reply.body})


def _allowed(routes: Mapping[str, Route]) -> str:
    """Return the methods of a path, for Allow."""
    return ", ".join(sorted({*routes, "OPTIONS"} | ({"HEAD"} if "GET" in routes else set())))


def _fields(said: Fields) -> Fields:
    """Return what an answer says, with what every one says unless it says that itself."""
    names = {name for name, _ in said}
    return (*said, *_EVERY, *((name, value) for name, value in _USUAL.items() if name not in names))


def _query(query: bytes) -> dict[str, str]:
    """Return what stands behind the question mark; InvalidError for a key that stands twice, or no UTF-8 (CW-86)."""
    pairs = parsed(query)
    values = dict(pairs)
    if len(values) < len(pairs):
        raise InvalidError([Fault("", Rule.FORM, "a name stands twice behind the question mark")])
    return values
