"""Write a 207 answer: a response for each resource, streamed (RFC 4918 section 13, DV-5, DV-32).

>>> response("/dav/", Propstat(200, element("{DAV:}displayname", "Anna")))
'<d:response><d:href>/dav/</d:href><d:propstat><d:prop><d:displayname>Anna</d:displayname></d:prop>\
<d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>'
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.surfaces.dav.xml_writing import DECLARED, element, escaped

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator

DOCUMENT: Final = '<?xml version="1.0" encoding="utf-8"?>\n'
BEGINNING: Final = f"{DOCUMENT}<d:multistatus{DECLARED}>"
END: Final = "</d:multistatus>\n"
FIELDS: Final = ((b"content-type", b"application/xml; charset=utf-8"),)
"""Of every answer that is XML."""
PIECE: Final = 32 * 1024
"""Characters that are gathered before they are sent."""
_REASONS: Final = {
    200: "OK",
    201: "Created",
    204: "No Content",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    412: "Precondition Failed",
    424: "Failed Dependency",
    507: "Insufficient Storage",
}


STATUS_LINES: Final = {code: f"<d:status>HTTP/1.1 {code} {reason}</d:status>" for code, reason in _REASONS.items()}
"""The `status` element of each."""


_FOUND: Final = (
    f"<d:response><d:href>%s</d:href><d:propstat><d:prop>%s</d:prop>{STATUS_LINES[200]}</d:propstat></d:response>"
)


class Propstat(NamedTuple):
    """Properties of one resource that share a status."""

    status: int
    properties: str
    """Their elements, as XML; of those that are missing, the empty ones."""
    error: str = ""
    """The name of the precondition that failed, as `"{DAV:}cannot-modify-protected-property"`."""


def propstat(part: Propstat) -> str:
    """Return the `propstat` element."""
    error = f"<d:error>{element(part.error)}</d:error>" if part.error else ""
    return f"<d:propstat><d:prop>{part.properties}</d:prop>{STATUS_LINES[part.status]}{error}</d:propstat>"


def response(href: str, *parts: Propstat) -> str:
    """Return the response of a resource with its properties; `href` is a path, percent-encoded."""
    return f"<d:response><d:href>{escaped(href)}</d:href>{''.join([propstat(part) for part in parts])}</d:response>"


def found_response(href: str, found: str) -> str:
    """Return the same where all properties are found; `href` and `found` are XML."""
    return _FOUND % (href, found)


def status_response(href: str, status: int, error: str = "") -> str:
    """Return the response of a whole resource: 404 for one that is gone, 507 for a book whose answer is cut."""
    said = f"<d:error>{element(error)}</d:error>" if error else ""
    return f"<d:response><d:href>{escaped(href)}</d:href>{STATUS_LINES[status]}{said}</d:response>"


def whole(*responses: str) -> bytes:
    """Return an answer of a few responses."""
    return f"{BEGINNING}{''.join(responses)}{END}".encode()


def mkcol_response(*parts: Propstat) -> bytes:
    """Return why an extended MKCOL made nothing: the body of a 403 (RFC 5689 section 3.5)."""
    inside = "".join([propstat(part) for part in parts])
    return f"{DOCUMENT}<d:mkcol-response{DECLARED}>{inside}</d:mkcol-response>\n".encode()


def gathered(responses: Iterable[str]) -> Iterator[str]:
    """Give responses together, so that few pieces pass from hand to hand."""
    pieces, size = [], 0
    for one in responses:
        pieces.append(one)
        size += len(one)
        if size > PIECE:
            yield "".join(pieces)
            pieces, size = [], 0
    if pieces:
        yield "".join(pieces)


async def streamed(responses: AsyncIterator[str]) -> AsyncIterator[bytes]:
    """Yield the answer in pieces, as the responses come; the last of them may be a `sync-token` element."""
    pieces, size = [BEGINNING], 0
    async for piece in responses:
        pieces.append(piece)
        size += len(piece)
        if size > PIECE:
            yield "".join(pieces).encode()
            pieces, size = [], 0
            await asyncio.sleep(0)  # others have their turn: what is sent may be taken without a wait
    pieces.append(END)
    yield "".join(pieces).encode()
