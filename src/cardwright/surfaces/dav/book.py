"""Making a book, and what is not done to collections (DV-19)."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final

from cardwright.errors import ConflictError, InvalidError, NotFoundError
from cardwright.http.asgi import Reply
from cardwright.surfaces.dav.errors import (
    COLLECTION_LOCATION,
    MUST_BE_NULL,
    NEED_PRIVILEGES,
    VALID_RESOURCETYPE,
    MalformedError,
    MediaTypeError,
    MethodError,
    PreconditionError,
)
from cardwright.surfaces.dav.multistatus import FIELDS, mkcol_response
from cardwright.surfaces.dav.names import C, D
from cardwright.surfaces.dav.places import BookPlace
from cardwright.surfaces.dav.property_update import (
    NEW,
    RESOURCE_TYPE,
    applied,
    changes_of,
    outcome,
    refusals_of_new,
)
from cardwright.surfaces.dav.xml_reading import MalformedXmlError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from cardwright.book.card_ports import BookProperties
    from cardwright.surfaces.dav.context import DavRequest

_BOOK: Final = frozenset({D + "collection", C + "addressbook"})


async def make(request: DavRequest) -> Reply:
    """Make a campaign whose id is the last part of the path: plain (RFC 4918 9.3), or extended (RFC 5689).

    Where a property cannot be set as the body says, nothing is made, and the answer says which.
    """
    root = await _body(request)
    if not isinstance(request.place, BookPlace):
        raise PreconditionError(COLLECTION_LOCATION)
    name = request.place.book
    changes = [] if root is None else changes_of(root)
    with contextlib.suppress(NotFoundError):
        await request.books.book(request.user, name)
        raise _is_there(request, root)
    _check_kind(root)
    if refused := refusals_of_new(changes, name):
        return Reply(403, FIELDS, mkcol_response(*outcome(changes, refused)))
    try:
        await _make(request, name, applied(NEW, changes, name))
    except ConflictError:
        raise _is_there(request, root) from None
    return Reply(201, ((b"content-location", request.href().encode()), (b"cache-control", b"no-cache")), b"")


async def _make(request: DavRequest, name: str, properties: BookProperties) -> None:
    try:
        await request.books.make_book(request.user, name, properties)
    except InvalidError as error:
        if any(fault.field == "id" for fault in error.faults):
            raise PreconditionError(COLLECTION_LOCATION) from None
        raise


def _is_there(request: DavRequest, root: Element | None) -> MethodError | PreconditionError:
    """Return what is raised where something is already: 405 for a plain MKCOL (RFC 4918 9.3.1), else a precondition."""
    if root is not None:
        return PreconditionError(MUST_BE_NULL)
    return MethodError(", ".join(method for method in request.allowed.split(", ") if method != "MKCOL"))


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


def _check_kind(root: Element | None) -> None:
    """Raise PreconditionError for an extended MKCOL that asks for anything but an address book."""
    kinds = None if root is None else root.find(f"{D}set/{D}prop/{RESOURCE_TYPE}")
    if kinds is not None and {kind.tag for kind in kinds} != _BOOK:
        raise PreconditionError(VALID_RESOURCETYPE)
