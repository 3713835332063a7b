"""The preconditions of CardDAV, one table: which element, which status (DV-30), and what a domain error is answered as.

raise PreconditionError(NO_UID_CONFLICT, href=href(place))
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.book.sent_cards import CardVersionError, InvalidCardError
from cardwright.errors import (
    AccountBusyError,
    BusyError,
    CardwrightError,
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    StoreError,
    StoreFullError,
    SyncTokenError,
)
from cardwright.http.asgi import RETRY, Reply
from cardwright.http.body import BodyTooLargeError, DisconnectedError
from cardwright.http.credentials import CHALLENGE
from cardwright.http.encoding import TAKEN, PackedError, UnknownEncodingError
from cardwright.surfaces.dav.names import C, D
from cardwright.surfaces.dav.xml_reading import MalformedXmlError, XmlTooLargeError
from cardwright.surfaces.dav.xml_writing import DECLARED, element, escaped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cardwright.http.asgi import Fields


class Precondition(NamedTuple):
    """What must hold of a request: the status of one that breaks it, and the element that says so."""

    status: int
    element: str
    """`"{DAV:}need-privileges"`."""


NEED_PRIVILEGES: Final = Precondition(403, D + "need-privileges")
FINITE_DEPTH: Final = Precondition(403, D + "propfind-finite-depth")
PROTECTED: Final = Precondition(403, D + "cannot-modify-protected-property")
VALID_SYNC_TOKEN: Final = Precondition(403, D + "valid-sync-token")
SUPPORTED_REPORT: Final = Precondition(403, D + "supported-report")
MUST_BE_NULL: Final = Precondition(403, D + "resource-must-be-null")
VALID_RESOURCETYPE: Final = Precondition(403, D + "valid-resourcetype")
WITHIN_LIMITS: Final = Precondition(507, D + "number-of-matches-within-limits")
SUPPORTED_ADDRESS_DATA: Final = Precondition(403, C + "supported-address-data")
VALID_ADDRESS_DATA: Final = Precondition(403, C + "valid-address-data")
NO_UID_CONFLICT: Final = Precondition(403, C + "no-uid-conflict")
MAX_RESOURCE_SIZE: Final = Precondition(403, C + "max-resource-size")
COLLECTION_LOCATION: Final = Precondition(403, C + "addressbook-collection-location-ok")
SUPPORTED_COLLATION: Final = Precondition(403, C + "supported-collation")
SUPPORTED_FILTER: Final = Precondition(403, C + "supported-filter")


class PreconditionError(CardwrightError):
    """A request breaks a precondition; `href` is of the resource that stands in the way, where one does."""

    def __init__(self, broken: Precondition, href: str = "") -> None:
        self.broken = broken
        self.href = href
        super().__init__(broken.element)


class MalformedError(CardwrightError):
    """The request cannot be read; the message is one sentence for who made it (400)."""


class ConditionError(CardwrightError):
    """If-Match, If-None-Match, If or Overwrite does not hold (412)."""


class NoCollectionError(CardwrightError):
    """There is no collection for what is to be made (RFC 4918 section 9.7.1, 409)."""


class MediaTypeError(CardwrightError):
    """The body is of a kind that the method does not take (415)."""


class MethodError(CardwrightError):
    """The place has no such method; `allowed` are those that it has, as Allow says them."""

    def __init__(self, allowed: str) -> None:
        self.allowed = allowed
        super().__init__("there is no such method here")


class UnauthorizedError(CardwrightError):
    """Nobody whom we know asks (401)."""


class RateError(CardwrightError):
    """The account's rate limit is reached; it begins anew in so many seconds (429)."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__("the account's rate limit is reached")


STATUSES: Final[Mapping[type[CardwrightError], tuple[int, str]]] = {
    MalformedError: (400, ""),
    MalformedXmlError: (400, ""),
    InvalidError: (400, ""),
    DisconnectedError: (400, "The body ends before its announced length."),
    PackedError: (400, "The body is no gzip, or ends before its end."),
    UnauthorizedError: (401, "AccountSID and AuthToken are required, by HTTP Basic; the two do not belong together."),
    NotFoundError: (404, "There is no such thing here."),
    MethodError: (405, "There is no such method here."),
    NoCollectionError: (409, "There is no collection for it."),
    ConditionError: (412, "What the request demands of the resource does not hold."),
    ConflictError: (412, "It has changed meanwhile."),
    BodyTooLargeError: (413, "The body is too large."),
    XmlTooLargeError: (413, ""),
    MediaTypeError: (415, ""),
    UnknownEncodingError: (415, "The body is packed in a way that is not taken; gzip is."),
    RateError: (429, "The account's rate limit is reached."),
    AccountBusyError: (429, "Too many requests of the account are under way; try again."),
    BusyError: (503, "The server is busy; try again."),
    StoreError: (503, "The store does not answer; try again."),
    StoreFullError: (507, "The disk is full; nothing was changed."),
}
"""What is raised, as a client hears it; `""` for the error's own message."""
PRECONDITIONS: Final[Mapping[type[CardwrightError], Precondition]] = {
    ForbiddenError: NEED_PRIVILEGES,
    SyncTokenError: VALID_SYNC_TOKEN,
    InvalidCardError: VALID_ADDRESS_DATA,
    CardVersionError: SUPPORTED_ADDRESS_DATA,
}
"""What is raised deeper and breaks a precondition here."""
_TEXT: Final = (b"content-type", b"text/plain; charset=utf-8")
_XML: Final = (b"content-type", b"application/xml; charset=utf-8")


def explained(error: CardwrightError) -> Reply:
    """Return the answer to an error; raises it where there is none for it: it is a fault of ours."""
    kinds = type(error).__mro__
    if broken := next((PRECONDITIONS[kind] for kind in kinds if kind in PRECONDITIONS), None):
        error = PreconditionError(broken)
    if isinstance(error, PreconditionError):
        return Reply(error.broken.status, (_XML,), error_body(error.broken.element, error.href))
    known = next((STATUSES[kind] for kind in kinds if kind in STATUSES), None)
    if known is None:
        raise error
    status, message = known
    return Reply(status, (_TEXT, *_fields(error, status)), f"{message or error}\n".encode("utf-8", "replace"))


def error_body(name: str, href: str = "") -> bytes:
    """Return a `DAV:error` document with one element, and nothing beside it (RFC 4918 section 16)."""
    inside = element(name, element(D + "href", escaped(href)) if href else "")
    return f'<?xml version="1.0" encoding="utf-8"?>\n<d:error{DECLARED}>{inside}</d:error>\n'.encode()


def _fields(error: CardwrightError, status: int) -> Fields:
    """Return the fields that belong to a status: RFC 9110 sections 15.5.2, 15.5.6, 15.5.16; RFC 6585 section 4."""
    match error:
        case UnauthorizedError():
            return ((b"www-authenticate", CHALLENGE.encode()),)
        case MethodError():
            return ((b"allow", error.allowed.encode()),)
        case UnknownEncodingError():
            return ((b"accept-encoding", TAKEN.encode()),)
        case RateError():
            return ((b"retry-after", b"%d" % error.seconds),)
    return (RETRY,) if status in {429, 503} else ()
