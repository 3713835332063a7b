"""Who may pass: credentials, rate limit, tenant, token, and the method that is meant (PC-1 to PC-4, PC-62)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import falcon

from cardwright.errors import NotFoundError
from cardwright.http.credentials import CHALLENGE, basic
from cardwright.http.exchange import exchange_of
from cardwright.http.pieces import EndedError
from cardwright.limits import CONTENT_TYPE
from cardwright.surfaces.partner.method_override import override
from cardwright.surfaces.partner.parameters import METHOD
from cardwright.surfaces.partner.request_context import JSON, XML, RequestContext, context_of, form_of
from cardwright.surfaces.partner.unknown import check_query

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, AsyncIterator

    from falcon.asgi import Request, Response

    from cardwright.http.access import BasicAccess
    from cardwright.http.large import LargeSlots
    from cardwright.http.rate import RateLimit

_READS: Final = ("GET", "HEAD", "OPTIONS")


class Gate:
    """Falcon middleware before every resource."""

    def __init__(self, access: BasicAccess, large: LargeSlots, rate: RateLimit | None, *, strict: bool = False) -> None:
        self._access = access
        self._large = large
        self._rate = rate
        self._strict = strict

    async def process_request(self, request: Request, response: Response) -> None:
        """Let the request of a known account pass, within its rate."""
        context = request.context.ours = RequestContext(request, self._large, strict=self._strict)
        access = await self._access.open(exchange_of(request.scope).headers.get(b"authorization"))
        if not access:
            raise falcon.HTTPUnauthorized(description=_said_of(request.auth), challenges=[CHALLENGE])
        context.access = access
        if self._rate:
            _count(self._rate, access.sid, response)
        if len(request.content_type or "") > CONTENT_TYPE.value:
            raise falcon.HTTPUnsupportedMediaType(
                description=f"The Content-Type is over {CONTENT_TYPE.value} characters"
            )
        context.read_query(request)
        asked = [value for name, value in context.query if name == METHOD]
        if request.method == "POST" and asked:
            request.method = override(asked[-1])

    async def process_resource(
        self, request: Request, response: Response, resource: object, params: dict[str, Any]
    ) -> None:
        """Let the account's own path pass, in a form that the resource has."""
        exchange_of(request.scope).route = request.uri_template or ""
        context = context_of(request)
        if params["sid"] != context.access.sid:
            raise NotFoundError
        reads = request.method in _READS
        if context.access.read_only and not reads:
            raise falcon.HTTPForbidden(description="A read-only token")
        check_query(request, response, getattr(resource, "filters", frozenset()) if reads else frozenset())
        if getattr(resource, "any_form", False):
            return
        has_cards = reads and getattr(resource, "has_cards", False)
        if has_cards:
            context.form = form_of(request, cards=True)
        if not context.form:
            forms = ", ".join((JSON, XML, *(("text/vcard",) if has_cards else ())))
            raise falcon.HTTPNotAcceptable(description=f"Accept names none of the forms that there are: {forms}")

    async def while_open(self, request: Request, stream: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
        """Yield what an answer streams, for as long as the token that asked for it opens anything."""
        authorization = exchange_of(request.scope).headers.get(b"authorization")
        async for block in stream:
            if not await self._access.open(authorization):
                raise EndedError
            yield block


def _said_of(authorization: str | None) -> str:
    if authorization and basic(authorization.encode("latin-1")):
        return "The AccountSID and the AuthToken do not belong together, or the token has ended"
    return "AccountSID and AuthToken are required, by HTTP Basic"


def _count(rate: RateLimit, sid: str, response: Response) -> None:
    quota = rate.hit(sid)
    response.set_header("X-RateLimit-Limit", str(quota.limit))
    response.set_header("X-RateLimit-Remaining", str(quota.remaining))
    response.set_header("X-RateLimit-Reset", str(quota.reset))
    if not quota.allowed:
        raise falcon.HTTPTooManyRequests(description="The account's rate limit is reached", retry_after=quota.reset)
