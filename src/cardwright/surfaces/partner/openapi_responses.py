"""The answers of partner contacts in the words of OpenAPI 3.1: each status with its headers, in JSON and XML."""

from __future__ import annotations

from typing import Final

from cardwright import limits
from cardwright.http.openapi import OCTETS, STRING, Tree, header, ref, referred
from cardwright.surfaces.partner.openapi_bodies import IMAGES
from cardwright.surfaces.partner.openapi_schemas import EXAMPLES, SCHEMAS
from cardwright.surfaces.partner.unknown import HEADER as WARNING

_NUMBER: Final = {"type": "integer"}
_COUNTED: Final = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
_EVERY: Final = ("X-Request-Id", *_COUNTED)
_SHOWN: Final = ("ETag", "Cache-Control", "Vary", WARNING)
_TAG: Final = '"6f1e-17-json"'
HEADERS: Final[Tree] = {
    "ETag": header("Names this state in this form, for `If-Match` and `If-None-Match`.", _TAG),
    "Cache-Control": header("No shared cache keeps it; one's own asks before each use.", "private, no-cache"),
    "Vary": header("What the answer depends on.", "Accept, Authorization, IR-Version"),
    WARNING: header("Names, percent-encoded, that were sent and are not known.", "label"),
    "X-RateLimit-Limit": header("Requests of the account in a window, where there is a limit.", "1000", _NUMBER),
    "X-RateLimit-Remaining": header("How many are left.", "999", _NUMBER),
    "X-RateLimit-Reset": header("Seconds until the next window.", "3599", _NUMBER),
    "WWW-Authenticate": header("How to say who asks.", 'Basic realm="Cardwright", charset="UTF-8"'),
}
_BODY_PAUSE: Final = f"{limits.BODY_PAUSE.value} to {2 * limits.BODY_PAUSE.value} s"
_ERRORS: Final[dict[int, tuple[str, str, tuple[str, ...]]]] = {
    400: ("Something that was sent is not valid; every fault is listed.", "Validation Failed", ()),
    401: ("No valid credentials.", "AccountSID and AuthToken are required, by HTTP Basic", ("WWW-Authenticate",)),
    403: ("A read-only token, or a system-created contact.", "A read-only token", ()),
    404: ("No such thing, or another account's.", "Not Found", ()),
    405: ("Another method.", "Method Not Allowed", ("Allow",)),
    406: ("No such form.", "Accept names none of the forms that there are: application/json, application/xml", ()),
    408: (
        f"The body did not come in time: nothing of it for {_BODY_PAUSE}, or not all in ten minutes.",
        "The body did not come in time",
        (),
    ),
    412: ("`If-Match` names another state.", "The contact has changed since: no entity tag of If-Match is current", ()),
    413: ("The body is too large.", "The body is too large", ()),
    415: (
        "The body is of another type, or packed otherwise.",
        "The body is packed in a way that is not taken; gzip is",
        ("Accept-Encoding",),
    ),
    422: (
        "The `Idempotency-Key` was used before, with other contents.",
        "The Idempotency-Key was used before, with other contents",
        (),
    ),
    429: (
        "Rate limited, or too many requests of the account are under way.",
        "The account's rate limit is reached",
        ("Retry-After",),
    ),
    503: (
        "The server is busy, or the store does not answer.",
        "The store does not answer; try again",
        ("Retry-After",),
    ),
    507: ("The disk is full; nothing was changed.", "The disk is full; nothing was changed", ()),
}
"""What each status says, its message, and its headers beside those of every answer."""
_FAULTS: Final = {"Errors": [{"Field": "Accounts", "Message": "No partner account 123"}]}


def _error(status: int) -> Tree:
    description, message, headers = _ERRORS[status]
    example = {"Status": "ERROR", "Message": message, **(_FAULTS if status == 400 else {})}  # noqa: PLR2004 - HTTP's
    return {
        "description": description,
        "headers": referred("headers", *_EVERY, *headers),
        "content": {
            "application/json": {"schema": ref("Error"), "example": example},
            "application/xml": {"schema": ref("Error")},
        },
    }


RESPONSES: Final[dict[str, Tree]] = {
    **{f"Error{status}": _error(status) for status in _ERRORS},
    "Head": {"description": "It is there.", "headers": referred("headers", *_EVERY, *_SHOWN)},
    "HeadError": {"description": "As GET has it, without a body.", "headers": referred("headers", *_EVERY)},
    "NotModified": {
        "description": "`If-None-Match` holds it.",
        "headers": referred("headers", *_EVERY, "ETag", "Cache-Control", "Vary"),
    },
}
HEAD: Final = {
    "200": ref("Head", "responses"),
    "304": ref("NotModified", "responses"),
    "4XX": ref("HeadError", "responses"),
    "5XX": ref("HeadError", "responses"),
}
"""The answers of HEAD: the statuses and headers of GET."""
READ: Final = (400, 401, 404, 406, 429, 503)
WRITE: Final = (400, 401, 403, 404, 406, 408, 413, 415, 429, 503, 507)


def errors(*statuses: int) -> Tree:
    """Return the answers of these statuses."""
    return {str(status): ref(f"Error{status}", "responses") for status in statuses}


def shown(schema: str, *, cards: bool = False) -> Tree:
    """Return the answers of a read: the document, in XML under a root of its own, or its cards; and its errors."""
    headers = [*_EVERY, *_SHOWN, *(["Content-Disposition"] if cards else [])]
    content: Tree = {
        "application/json": {"schema": ref(schema), **_example(schema)},
        "application/xml": {"schema": ref(f"{schema}Xml")},
        **({"text/vcard": {"schema": STRING, "example": _CARD}} if cards else {}),
    }
    answer = {
        "description": SCHEMAS[schema]["description"],
        "headers": referred("headers", *headers),
        "content": content,
    }
    return {"200": answer, "304": ref("NotModified", "responses"), **errors(*READ)}


def image() -> Tree:
    """Return the answers of the read of an image, which comes in the kind in which it was sent."""
    headers = referred("headers", *_EVERY, *_SHOWN)
    content = {kind: {"schema": OCTETS} for kind in IMAGES}
    answer = {"description": "The image, in the kind in which it came.", "headers": headers, "content": content}
    return {"200": answer, "304": ref("NotModified", "responses"), **errors(*READ)}


def done(schema: str, *statuses: int) -> Tree:
    """Return the answers of a write."""
    return _written(SCHEMAS[schema]["description"], ref(schema), EXAMPLES[schema], *statuses)


def overridden(*statuses: int) -> Tree:
    """Return the answers of a POST that stands for PUT or DELETE."""
    either = {"oneOf": [ref("Done"), ref("Deleted")]}
    return _written("It is changed, or gone.", either, EXAMPLES["Done"], *statuses)


def _written(description: str, schema: Tree, example: Tree, *statuses: int) -> Tree:
    content = {"application/json": {"schema": schema, "example": example}, "application/xml": {"schema": schema}}
    answer = {"description": description, "headers": referred("headers", *_EVERY, WARNING), "content": content}
    return {"200": answer, **errors(*statuses)}


_CARD: Final = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Coyote;Wile;;;\r\nFN:Wile Coyote\r\nEND:VCARD\r\n"


def _example(schema: str) -> Tree:
    return {"example": EXAMPLES[schema]} if schema in EXAMPLES else {}
