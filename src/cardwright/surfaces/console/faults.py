"""Errors as pages (CW-80): the one place where the console turns what is raised into what is said."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.errors import (
    AccountBusyError,
    BusyError,
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    StoreError,
    StoreFullError,
)
from cardwright.http.asgi import RETRY
from cardwright.http.body import BodyTooLargeError, DisconnectedError
from cardwright.http.encoding import PackedError, UnknownEncodingError
from cardwright.surfaces.console.csrf import ForgedError
from cardwright.surfaces.console.page import Page
from cardwright.surfaces.console.texts import text

if TYPE_CHECKING:
    from cardwright.http.asgi import Fields
    from cardwright.surfaces.console.page import Request

_log: Final = logging.getLogger(__name__)


class MethodError(ForbiddenError):
    """The page does not answer this method; `allowed` are those that it does."""

    def __init__(self, allowed: str) -> None:
        self.allowed = allowed
        super().__init__(f"the methods here are {allowed}")


class _Told(NamedTuple):
    """How an error is told."""

    status: int
    key: str
    headers: Fields = ()


# The first that fits counts, so a special case stands before what it is one of.
_TOLD: Final[tuple[tuple[tuple[type[Exception], ...], _Told], ...]] = (
    ((MethodError,), _Told(405, "405")),
    ((ForgedError,), _Told(403, "forged")),
    ((ForbiddenError,), _Told(403, "403")),
    ((NotFoundError,), _Told(404, "404")),
    ((BodyTooLargeError,), _Told(413, "413")),
    ((UnknownEncodingError,), _Told(415, "400")),
    ((InvalidError, DisconnectedError, PackedError), _Told(400, "400")),
    ((ConflictError,), _Told(409, "409")),
    ((AccountBusyError,), _Told(429, "429", (RETRY,))),
    ((BusyError, StoreError), _Told(503, "503", (RETRY,))),
    ((StoreFullError,), _Told(507, "507")),
)
_OURS: Final = _Told(500, "500")


def page_of(request: Request, error: Exception) -> Page:
    """Return the page that tells of an error; one that is a fault of ours is logged, and its page has the id."""
    told = next((it for kinds, it in _TOLD if isinstance(error, kinds)), _OURS)
    key, headers = told.key, told.headers
    if isinstance(error, NotFoundError) and "id" in request.values:
        key = "contact"
    if isinstance(error, MethodError):
        headers = ((b"allow", error.allowed.encode()),)
    if told is _OURS:
        _log.error("a page failed", exc_info=error)
    what = str(error) or text("fault.400.title") if told.key == "400" else ""
    values = {
        "title": text(f"fault.{key}.title"),
        "text": text(f"fault.{key}.text", what=what),
        "request_id": request.exchange.request_id if told is _OURS else "",
        "kind": "gate",
    }
    return Page("fault.html", values, told.status, headers)
