"""REPORT: the table of reports, and where each is had (RFC 3253 section 3.6; the places are in `report_places`)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from cardwright.http.body import BodyTooLargeError
from cardwright.limits import MULTIGET_BODY, XML_BODY
from cardwright.surfaces.dav import multiget, principal_reports, query, sync
from cardwright.surfaces.dav.errors import SUPPORTED_REPORT, MalformedError, PreconditionError
from cardwright.surfaces.dav.names import C, D
from cardwright.surfaces.dav.report_places import PLACES
from cardwright.surfaces.dav.xml_reading import read

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from xml.etree.ElementTree import Element

    from cardwright.surfaces.dav.context import Answer, DavRequest

_MULTIGET: Final = f"{C}addressbook-multiget"
REPORTS: Final[dict[str, Callable[[DavRequest, Element], Awaitable[Answer]]]] = {
    f"{C}addressbook-query": query.handle,
    _MULTIGET: multiget.handle,
    f"{D}sync-collection": sync.handle,
    f"{D}expand-property": principal_reports.expand_property,
    f"{D}acl-principal-prop-set": principal_reports.acl_principal_prop_set,
    f"{D}principal-match": principal_reports.principal_match,
    f"{D}principal-property-search": principal_reports.principal_property_search,
    f"{D}principal-search-property-set": principal_reports.principal_search_property_set,
}
"""By the name of the report's element."""
_LARGE: Final = 64 * 1024
"""Octets of a body that is read in another thread."""


async def handle(request: DavRequest) -> Answer:
    """Answer a REPORT; an unknown one, or one that the place has not, is refused (DV-26)."""
    body = await request.read_body(MULTIGET_BODY.value)
    if not body.strip():
        raise MalformedError("A REPORT has a body: the report that is wanted.")
    report = read(body) if len(body) < _LARGE else await asyncio.to_thread(read, body)
    if type(request.place) not in PLACES.get(report.tag, ()):
        raise PreconditionError(SUPPORTED_REPORT)
    if len(body) > XML_BODY.value and report.tag != _MULTIGET:
        raise BodyTooLargeError
    return await REPORTS[report.tag](request, report)
