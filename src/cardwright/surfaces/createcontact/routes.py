"""The one endpoint of createcontact, as a bare ASGI application.

It answers `POST /api/v2` and nothing else, so it takes no framework: what one would do for it costs a third of the
request (docs/adr/0003-createcontact-is-bare-asgi.md).
"""

from __future__ import annotations

import contextlib
import logging
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from cardwright import cards
from cardwright.errors import Fault, InvalidError
from cardwright.http.body import DRAIN, BodyTooLargeError, DisconnectedError, read_body
from cardwright.http.encoding import UnknownEncodingError, check_encoding
from cardwright.http.exchange import exchange_of
from cardwright.limits import CREATECONTACT_BODY
from cardwright.surfaces.createcontact import wire
from cardwright.surfaces.createcontact.contact import contact_from
from cardwright.surfaces.createcontact.errors import (
    E100,
    E100_METHOD,
    E101,
    E103,
    E104,
    E113,
    E900,
    FailureError,
    from_error,
    reply,
)
from cardwright.surfaces.createcontact.max_bytes import card_within
from cardwright.surfaces.createcontact.parameters import parameters_of

if TYPE_CHECKING:
    from cardwright.contact.model import Contact, Photo
    from cardwright.http.access import Keys
    from cardwright.http.asgi import Fields, Headers, Receive, Scope, Send
    from cardwright.http.rate import RateLimit
    from cardwright.surfaces.createcontact.shape import Document

PATH: Final = "/api/v2"
BODY_LIMIT: Final = CREATECONTACT_BODY.value
"""Octets of a request's body (CC-15)."""

_CARD: Final[Fields] = (
    (b"content-type", b"text/vcard; charset=utf-8"),
    (b"content-disposition", b"inline; filename=contact.vcf"),
)
_log: Final = logging.getLogger(__name__)


class Photos(Protocol):
    """Photos by address, ready to be inlined."""

    async def standard(self, account: str, url: str) -> Photo:
        """Return the photo at `url` as CC-27 has it; raises InvalidError, or BusyError."""

    async def shrink(self, account: str, jpeg: bytes, limit: int) -> bytes | None:
        """Return `jpeg` in at most `limit` octets, or None when that cannot be done; raises BusyError."""


class CreateContact:
    """The ASGI application of createcontact."""

    def __init__(self, keys: Keys, photos: Photos, *, strict_names: bool = True, rate: RateLimit | None = None) -> None:
        self._keys = keys
        self._photos = photos
        self._strict_names = strict_names
        self._rate = rate

    async def __call__(self, scope: Scope, receive: Receive, _send: Send) -> None:
        """Answer one request."""
        exchange = exchange_of(scope)
        try:
            status, headers, body = 200, _CARD, await self._card(scope, receive, exchange.headers)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is answered in the surface's words
            await exchange.drain(DRAIN if isinstance(error, UnknownEncodingError) else 0)
            status, headers, body = reply(from_error(error) or _fault(error, exchange.request_id))
        await exchange.reply(status, headers, body)

    async def _card(self, scope: Scope, receive: Receive, headers: Headers) -> bytes:
        """Return the card; the stages stand in the order of CC-31."""
        length = headers.get(b"content-length")
        if scope["method"] != "POST":
            with contextlib.suppress(BodyTooLargeError, DisconnectedError):
                await read_body(receive, length, 0)
            raise FailureError(E100_METHOD, "the method is not POST")
        check_encoding(headers)
        body = await read_body(receive, length, BODY_LIMIT)
        document = wire.decode(body)
        fault = wire.action_fault(document)
        if fault:
            raise FailureError(E101, fault.message)
        key = _key(headers.get(b"x-api-key"), document)
        account = self._keys.account_for_key(key) or await self._keys.look_up_key(key)
        if account is None:
            raise FailureError(E104)
        if self._rate:
            _check_rate(self._rate, account)
        version, max_bytes = parameters_of(scope["query_string"], headers.get(b"accept"))
        contact, photo_url = contact_from(document, strict_names=self._strict_names)
        if photo_url:
            contact = await self._with_photo(contact, account, photo_url)
        if max_bytes:
            return await card_within(contact, version, max_bytes, partial(self._photos.shrink, account))
        return cards.write_contact(contact, version)

    async def contact(self, account: str, document: Document) -> Contact:
        """Return the contact that a document describes, with its photo; InvalidError with the first fault (CC-31)."""
        contact, photo_url = contact_from(document, strict_names=self._strict_names)
        return await self._with_photo(contact, account, photo_url) if photo_url else contact

    async def _with_photo(self, contact: Contact, account: str, url: str) -> Contact:
        try:
            return contact._replace(photo=await self._photos.standard(account, url))
        except InvalidError as refused:
            raise InvalidError([Fault("photo-url", f.rule, f.message) for f in refused.faults]) from None


def _fault(error: Exception, request_id: str) -> FailureError:
    _log.error("createcontact failed", exc_info=error)
    return FailureError(E900, f"A fault of the server, request {request_id}.")


def _key(sent: bytes | None, document: Document) -> str:
    key = sent.decode("latin-1") if sent else wire.key_in(document)
    if isinstance(key, str) and key.strip(" "):
        return key
    if key is None or isinstance(key, str):
        raise FailureError(E103)
    raise FailureError(E100, "api-key: a text is expected here")


def _check_rate(rate: RateLimit, account: str) -> None:
    quota = rate.hit(account)
    if not quota.allowed:
        raise FailureError(E113, f"{rate.spec} for each account", ((b"retry-after", b"%d" % quota.reset),))
