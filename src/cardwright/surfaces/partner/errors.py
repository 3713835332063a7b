"""The error table of partner contacts: which status, which text (PC-60, PC-61)."""

from __future__ import annotations

import http
import logging
from typing import TYPE_CHECKING, Any, Final

import falcon

from cardwright.errors import (
    AccountBusyError,
    BusyError,
    CardwrightError,
    ConflictError,
    ForbiddenError,
    InvalidError,
    KeyReusedError,
    NotFoundError,
    Rule,
    StoreError,
    StoreFullError,
)
from cardwright.http.asgi import RETRY
from cardwright.http.body import BodyTooLargeError, DisconnectedError, PiecesError, StalledError
from cardwright.http.conditions import NoTagError, WeakTagError
from cardwright.http.encoding import TAKEN, PackedError, UnknownEncodingError
from cardwright.http.exchange import exchange_of
from cardwright.surfaces.partner.forms import LIMIT
from cardwright.surfaces.partner.parameters import public
from cardwright.surfaces.partner.responses import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from falcon.asgi import App, Request, Response

    from cardwright.errors import Fault

VALIDATION: Final = "Validation Failed"
STATUSES: Final[Mapping[type[CardwrightError], tuple[int, str]]] = {
    InvalidError: (400, VALIDATION),
    DisconnectedError: (400, "The body ends before its announced length"),
    PackedError: (400, "The body is no gzip, or ends before its end"),
    PiecesError: (400, "The body comes in too many small pieces"),
    ForbiddenError: (403, "A system-created contact: only Title and labels can be changed, and it cannot be deleted"),
    NotFoundError: (404, "Not Found"),
    StalledError: (408, "The body did not come in time"),
    ConflictError: (412, "The contact has changed since: no entity tag of If-Match is current"),
    WeakTagError: (
        412,
        "If-Match has weak entity tags (W/) alone, which never match; read unpacked",
    ),
    NoTagError: (412, "If-Match has no entity tag: one stands in quotation marks, as in ETag"),
    BodyTooLargeError: (413, "The body is too large"),
    UnknownEncodingError: (415, "The body is packed in a way that is not taken; gzip is"),
    KeyReusedError: (422, "The Idempotency-Key was used before, with other contents"),
    AccountBusyError: (429, "Too many requests of the account are under way; try again"),
    BusyError: (503, "The server is busy; try again"),
    StoreError: (503, "The store does not answer; try again"),
    StoreFullError: (507, "The disk is full; nothing was changed"),
}
"""What the book raises, as a client hears it. None of these texts tells one account of another."""

_log: Final = logging.getLogger(__name__)


def install(app: App[Request, Response]) -> None:
    """Have the application answer every error in the documented form."""
    app.add_error_handler(Exception, _on_fault_of_ours)
    app.add_error_handler(falcon.HTTPError, _on_http_error)
    app.add_error_handler(CardwrightError, _on_error)


async def _on_error(request: Request, response: Response, error: CardwrightError, _params: dict[str, Any]) -> None:
    status, fields = explained(error)
    response.set_headers([(name.decode(), value.decode()) for name, value in later(status)])
    if isinstance(error, UnknownEncodingError):
        response.set_header("Accept-Encoding", TAKEN)
    await _answer(request, response, status, fields)


def later(status: int) -> tuple[tuple[bytes, bytes], ...]:
    """Return the header that says when to try again, for a status that asks to."""
    return (RETRY,) if status in {429, 503} else ()


def explained(error: CardwrightError) -> tuple[int, dict[str, Any]]:
    """Return the status and the document of an error; raises it when the table has none for it."""
    known = next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), None)
    if known is None:
        raise error
    status, message = known
    return status, _document(message, error.faults if isinstance(error, InvalidError) else ())


async def _on_http_error(
    request: Request, response: Response, error: falcon.HTTPError, _params: dict[str, Any]
) -> None:
    phrase = http.HTTPStatus(error.status_code).phrase
    response.set_headers(error.headers or {})
    await _answer(request, response, error.status_code, _document(error.description or phrase))


async def _on_fault_of_ours(request: Request, response: Response, _error: Exception, _params: dict[str, Any]) -> None:
    request_id = exchange_of(request.scope).request_id
    _log.exception("partner contacts failed")
    await _answer(request, response, 500, _document(f"A fault of the server, request {request_id}"))


async def _answer(request: Request, response: Response, status: int, fields: dict[str, Any]) -> None:
    await exchange_of(request.scope).drain(LIMIT)
    response.status = status
    response.stream = None
    say(request, response, fields)


def _document(message: str, faults: Iterable[Fault] = ()) -> dict[str, Any]:
    fields: dict[str, Any] = {"Status": "ERROR", "Message": message}
    if listed := list(_listed(faults)):
        fields["Errors"] = listed
    return fields


def _listed(faults: Iterable[Fault]) -> Iterator[dict[str, str]]:
    """Yield what is said of each fault; what came in the wrong type or form is not missing as well."""
    faults = tuple(faults)
    mistyped = {fault.field for fault in faults if fault.rule is Rule.TYPE}
    seen: set[str] = set()
    for fault in faults:
        missing = fault.rule is Rule.REQUIRED and fault.field in seen
        if not missing and (fault.rule is Rule.TYPE or fault.field not in mistyped):
            yield {"Field": public(fault.field), "Message": fault.message}
        seen.add(fault.field)
