"""Who may pass: credentials, rate limit, tenant, token, and the method that is meant (PC-1 to PC-4, PC-62)."""

from __future__ import annotations

import os
from collections.abc import AsyncIterable
from typing import TYPE_CHECKING, Any, Final, Protocol

import falcon
from falcon.constants import COMBINED_METHODS

from cardwright.errors import Fault, InvalidError, NotFoundError, Rule
from cardwright.http.credentials import CHALLENGE, basic
from cardwright.http.disconnect import EndedError
from cardwright.limits import CONTENT_TYPE
from cardwright.surfaces.partner.request_context import Call, call_of, form_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from falcon.asgi import Request, Response

    from cardwright.book.keyring import Access
    from cardwright.http.credentials import Basic
    from cardwright.http.large import LargeSlots
    from cardwright.http.rate import RateLimit

METHOD: Final = "_method"
OVERRIDES: Final = ("PUT", "DELETE")
_READS: Final = ("GET", "HEAD", "OPTIONS")


class Tokens(Protocol):
    """What an AuthToken opens."""

    def access_for(self, sid: str, token: str) -> Access | None:
        """Return what a token that was verified lately opens, or None: ask `look_up_token`."""

    async def look_up_token(self, sid: str, token: str) -> Access | None:
        """Return what the token opens as the store has it, or None when this account has no such token."""


class Gate:
    """Falcon middleware before every resource."""

    def __init__(self, tokens: Tokens, large: LargeSlots, rate: RateLimit | None) -> None:
        self._tokens = tokens
        self._large = large
        self._rate = rate

    async def process_request(self, request: Request, response: Response) -> None:
        """Let the request of a known account pass, within its rate."""
        call = request.context.call = Call(request, os.urandom(8).hex(), self._large)
        response.set_header("X-Request-Id", call.request_id)
        access = request.context.access = await self._access(request)
        if self._rate:
            _count(self._rate, access.sid, response)
        if len(request.content_type or "") > CONTENT_TYPE.value:
            raise falcon.HTTPUnsupportedMediaType(
                description=f"The Content-Type is over {CONTENT_TYPE.value} characters"
            )
        call.token = access.by
        call.read_query(request)
        asked = [value for name, value in call.query if name == METHOD]
        if request.method == "POST" and asked:
            request.method = override(asked[-1])
        elif request.method not in COMBINED_METHODS:
            request.method = (
                "TRACE"  # no resource has it: 405 with Allow, where Falcon would say 400 to an unknown verb
            )

    async def process_resource(
        self, request: Request, _response: Response, resource: object, params: dict[str, Any]
    ) -> None:
        """Let the account's own path pass, in a form that the resource has."""
        access: Access = request.context.access
        if params["sid"] != access.sid:
            raise NotFoundError
        reads = request.method in _READS
        if access.read_only and not reads:
            raise falcon.HTTPForbidden(description="A read-only token")
        if getattr(resource, "any_form", False):
            return
        form = form_of(request, cards=reads and getattr(resource, "has_cards", False))
        if not form:
            raise falcon.HTTPNotAcceptable(description="No such form: application/json, application/xml")
        call_of(request).form = form

    async def process_response(self, request: Request, response: Response, _resource: object, _passed: object) -> None:
        """Have a streamed answer end when the token that asked for it does."""
        if isinstance(response.stream, AsyncIterable) and (sent := basic(request.get_header("Authorization"))):
            response.stream = self._while_open(response.stream, sent)

    async def _while_open(self, stream: AsyncIterable[bytes], sent: Basic) -> AsyncIterator[bytes]:
        async for block in stream:
            if not await self._opened(sent):
                raise EndedError
            yield block

    async def _opened(self, sent: Basic) -> Access | None:
        return self._tokens.access_for(sent.user, sent.password) or await self._tokens.look_up_token(
            sent.user, sent.password
        )

    async def _access(self, request: Request) -> Access:
        sent = basic(request.get_header("Authorization"))
        access = sent and await self._opened(sent)
        if not access:
            raise falcon.HTTPUnauthorized(description="AccountSID and AuthToken are required", challenges=[CHALLENGE])
        return access


def override(asked: object) -> str:
    """Return the method that a POST stands for (PC-2); InvalidError for another one, or for no text."""
    if not isinstance(asked, str) or asked.upper() not in OVERRIDES:
        raise InvalidError([Fault(METHOD, Rule.FORM, "must be PUT or DELETE")])
    return asked.upper()


def _count(rate: RateLimit, sid: str, response: Response) -> None:
    quota = rate.hit(sid)
    response.set_header("X-RateLimit-Limit", str(quota.limit))
    response.set_header("X-RateLimit-Remaining", str(quota.remaining))
    response.set_header("X-RateLimit-Reset", str(quota.reset))
    if not quota.allowed:
        raise falcon.HTTPTooManyRequests(description="The account's rate limit is reached", retry_after=quota.reset)
