"""REPORT: the table of reports, and where each is had (RFC 3253 section 3.6; the places are in `report_places`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.surfaces.dav import principal_reports
from cardwright.surfaces.dav.errors import SUPPORTED_REPORT, MalformedError, PreconditionError
from cardwright.surfaces.dav.names import D
from cardwright.surfaces.dav.report_places import PLACES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from xml.etree.ElementTree import Element

    from cardwright.surfaces.dav.context import Answer, DavRequest

REPORTS: Final[dict[str, Callable[[DavRequest, Element], Awaitable[Answer]]]] = {
    f"{D}expand-property": principal_reports.expand_property,
    f"{D}acl-principal-prop-set": principal_reports.acl_principal_prop_set,
    f"{D}principal-match": principal_reports.principal_match,
    f"{D}principal-property-search": principal_reports.principal_property_search,
    f"{D}principal-search-property-set": principal_reports.principal_search_property_set,
}
"""By the name of the report's element."""


async def handle(request: DavRequest) -> Answer:
    """Answer a REPORT; an unknown one, or one that the place has not, is refused (DV-26)."""
    report = await request.read_xml()
    if report is None:
        raise MalformedError("A REPORT has a body: the report that is wanted.")
    if type(request.place) not in PLACES.get(report.tag, ()):
        raise PreconditionError(SUPPORTED_REPORT)
    return await REPORTS[report.tag](request, report)
