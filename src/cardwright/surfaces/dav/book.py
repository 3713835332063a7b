"""Making a book, and what is not done to collections (DV-19)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.errors import ConflictError, InvalidError
from cardwright.http.asgi import Reply
from cardwright.surfaces.dav.errors import (
    COLLECTION_LOCATION,
    NEED_PRIVILEGES,
    VALID_RESOURCETYPE,
    MalformedError,
    MediaTypeError,
    MethodError,
    PreconditionError,
)
from cardwright.surfaces.dav.names import C, D
from cardwright.surfaces.dav.places import BookPlace
from cardwright.surfaces.dav.xml_reading import MalformedXmlError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from cardwright.surfaces.dav.context import DavRequest

_BOOK: Final = frozenset({D + "collection", C + "addressbook"})


async def make(request: DavRequest) -> Reply:
    """Make a campaign whose id is the last part of the path: plain (RFC 4918 9.3), or extended (RFC 5689)."""
    if not isinstance(request.place, BookPlace):
        raise PreconditionError(COLLECTION_LOCATION)
    name = _display_name(await _body(request))
    try:
        await request.books.make_book(request.user, request.place.book, name)
    except ConflictError:
        raise MethodError(request.allowed) from None
    except InvalidError as error:
        if any(fault.field == "id" for fault in error.faults):
            raise PreconditionError(COLLECTION_LOCATION) from None
        raise
    return Reply(201, ((b"cache-control", b"no-cache"),), b"")


async def refuse(request: DavRequest) -> Reply:
    """Refuse what only an operator does: to delete, move or copy a campaign; NotFoundError where there is none."""
    if isinstance(request.place, BookPlace):
        await request.books.book(request.user, request.place.book)
    raise PreconditionError(NEED_PRIVILEGES)


async def _body(request: DavRequest) -> Element | None:
    """Return what MKCOL says, None where it says nothing; MediaTypeError for what is no XML, and does not say so."""
    try:
        root = await request.read_xml()
    except MalformedXmlError:
        if "xml" not in (request.field(b"content-type") or "xml").lower():
            raise MediaTypeError("MKCOL takes XML, or nothing.") from None
        raise
    if root is not None and root.tag != D + "mkcol":
        raise MalformedError("The body of MKCOL is a DAV:mkcol element.")
    return root


def _display_name(root: Element | None) -> str:
    """Return the name that an extended MKCOL gives, `""` for none; what is made can be an address book alone."""
    if root is None:
        return ""
    properties = f"{D}set/{D}prop"
    kinds = root.find(f"{properties}/{D}resourcetype")
    if kinds is not None and {kind.tag for kind in kinds} != _BOOK:
        raise PreconditionError(VALID_RESOURCETYPE)
    return (root.findtext(f"{properties}/{D}displayname") or "").strip()
