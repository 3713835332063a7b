"""The error table of createcontact: which code, which HTTP status, which text.

`docs/reference/createcontact-errors.md` is generated from CODES.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from cardwright.errors import (
    AccountBusyError,
    BusyError,
    CardwrightError,
    InvalidError,
    Rule,
    StoreError,
    StoreFullError,
)
from cardwright.http.asgi import RETRY, Reply
from cardwright.http.body import BodyTooLargeError, DisconnectedError, StalledError
from cardwright.http.encoding import PackedError, UnknownEncodingError
from cardwright.limits import CREATECONTACT_BODY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cardwright.errors import Fault


class Code(NamedTuple):
    """One row: `info` is the fixed part of error-info; details of the case follow it."""

    name: str
    status: int
    when: str
    info: str = ""
    headers: tuple[tuple[bytes, bytes], ...] = ()


_JSON: Final = (b"content-type", b"application/json")
_CHALLENGE: Final = (b"www-authenticate", b"ApiKey")
_INVALID: Final = "Invalid request. Please make a valid JSON POST request with all the required variables."

E100: Final = Code(
    "E100", 400, "the body is not a JSON object, or a field or query parameter has the wrong type", _INVALID
)
E100_LARGE: Final = Code("E100", 413, "the body is over 256 KiB", _INVALID)
E100_METHOD: Final = Code("E100", 405, "the method is not POST", _INVALID, ((b"allow", b"POST"),))
E100_STALLED: Final = Code(
    "E100",
    408,
    "nothing more of the body came for 15 to 30 s, or it has not ended after ten minutes",
    _INVALID,
)
E100_ENCODING: Final = Code(
    "E100", 415, "the body has another `Content-Encoding` than gzip", _INVALID, ((b"accept-encoding", b"gzip"),)
)
E101: Final = Code("E101", 400, "`action` is missing or unknown")
E103: Final = Code("E103", 401, "no key was sent", "An API key is required.", (_CHALLENGE,))
E104: Final = Code("E104", 401, "the key is not known", "The API key is not valid.", (_CHALLENGE,))
E113: Final = Code("E113", 429, "the account's rate limit is reached; `Retry-After` says for how long", "Rate limit.")
E113_BUSY: Final = Code(
    "E113",
    429,
    "as many requests of the account are under way as may be, and none of them ended in time; `Retry-After`",
    "Rate limit.",
    (RETRY,),
)
E1514: Final = Code("E1514", 400, "the contact has no data")
E1515: Final = Code(
    "E1515", 400, "neither first nor last name is given", "The first or last name for the vCard is required."
)
E1516: Final = Code("E1516", 400, "a first or last name has a character that a name may not hold")
E1517: Final = Code("E1517", 400, "a label is not supported")
E1518: Final = Code("E1518", 400, "the photo cannot be fetched, is too large, or is no GIF, JPEG or PNG")
E1519: Final = Code("E1519", 400, "a text is too long or holds control characters")
E1520: Final = Code("E1520", 400, "the card does not fit `max-bytes`, even without its photo")
E900: Final = Code("E900", 500, "a fault of the server; the request id finds it in the log")
E901_BUSY: Final = Code(
    "E901",
    503,
    "requests of other accounts take all there is, and none of them ended in time; `Retry-After`",
    "The server is busy. Try again.",
    (RETRY,),
)
E901: Final = Code(
    "E901",
    503,
    "the store does not answer; `Retry-After`",
    "The store does not answer; try again.",
    (RETRY,),
)

CODES: Final = (
    *(E100, E100_LARGE, E100_METHOD, E100_STALLED, E100_ENCODING, E101, E103, E104, E113, E113_BUSY),
    *(E1514, E1515, E1516, E1517, E1518, E1519, E1520, E900, E901, E901_BUSY),
)

_BY_RULE: Final = {
    Rule.FORM: E100,
    Rule.TYPE: E100,
    Rule.EMPTY: E1514,
    Rule.NAMELESS: E1515,
    Rule.NAME_CHARACTER: E1516,
    Rule.LABEL: E1517,
    Rule.PHOTO_UNREACHABLE: E1518,
    Rule.PHOTO_TOO_LARGE: E1518,
    Rule.PHOTO_UNREADABLE: E1518,
    Rule.TOO_LONG: E1519,
    Rule.CONTROL: E1519,
}


_BY_ERROR: Final[Mapping[type[CardwrightError], tuple[Code, str | None]]] = {
    DisconnectedError: (E100, None),
    BodyTooLargeError: (E100_LARGE, f"the body is over {CREATECONTACT_BODY.value} octets"),
    StalledError: (E100_STALLED, "the body did not come in time"),
    PackedError: (E100, "the body is no gzip, or ends before its end"),
    UnknownEncodingError: (E100_ENCODING, "the body is packed in a way that is not taken; gzip is"),
    AccountBusyError: (E113_BUSY, ""),
    BusyError: (E901_BUSY, ""),
    StoreError: (E901, ""),
    StoreFullError: (E901, ""),
}
"""What the book and the reading of a body raise, as a client hears it: the code, and the detail, None for its text."""


class FailureError(CardwrightError):
    """A request that ends with a row of the table."""

    def __init__(self, code: Code, detail: str = "", headers: tuple[tuple[bytes, bytes], ...] = ()) -> None:
        self.code = code
        self.detail = detail
        self.headers = headers
        super().__init__(code.name, detail)


def from_error(error: Exception) -> FailureError | None:
    """Return the failure that an error is on this surface; None for a fault of ours."""
    if isinstance(error, FailureError):
        return error
    if isinstance(error, InvalidError):
        return from_fault(error.faults[0])
    row = next((row for kind, row in _BY_ERROR.items() if isinstance(error, kind)), None)
    return FailureError(row[0], str(error) if row[1] is None else row[1]) if row else None


def from_fault(fault: Fault) -> FailureError:
    """Return the failure that a fault of the contact is on this surface."""
    if fault.rule is Rule.NAMELESS:  # the documented text says it all
        return FailureError(E1515)
    return FailureError(_BY_RULE[fault.rule], f"{fault.field}: {fault.message}" if fault.field else fault.message)


def reply(failure: FailureError) -> Reply:
    """Return the documented JSON answer (CC-30)."""
    code = failure.code
    detail = f"({failure.detail})" if code.info and failure.detail else failure.detail
    info = " ".join(part for part in (code.info, detail) if part)
    body = msgspec.json.encode({"status": "failure", "error-code": code.name, "error-info": info})
    return Reply(code.status, (_JSON, *code.headers, *failure.headers), body)
