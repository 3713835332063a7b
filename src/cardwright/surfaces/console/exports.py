"""Exporting contacts (P10): a file of the whole campaign, or of those that a search finds (CW-65)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, get_args

from cardwright.book.checks import checked_query
from cardwright.book.files.export_streams import MEDIA_TYPES, SUFFIXES, Export, Format, gathered
from cardwright.book.requests import Query
from cardwright.errors import InvalidError
from cardwright.surfaces.console.page import Page, Route, Streamed
from cardwright.surfaces.console.texts import text

if TYPE_CHECKING:
    from cardwright.surfaces.console.page import Answer, Request

_EXPORT: Final = "/campaigns/{c}/export"
_DOWNLOAD: Final = "/campaigns/{c}/export/contacts"
_FORMATS: Final[tuple[Format, ...]] = get_args(Format)
_PLAIN: Final = re.compile("[^A-Za-z0-9_-]+")


async def show(request: Request) -> Answer:
    """Show the form."""
    return _page(request)


def _page(request: Request, message: str = "") -> Page:
    kind = request.query.get("format")
    values = {
        "title": text("export.title"),
        "formats": [(it, text(f"export.{it}"), text(f"export.{it}-help")) for it in _FORMATS],
        "chosen": kind if kind in _FORMATS else "vcf",
        "search": request.query.get("q", ""),
        "download": request.url(_DOWNLOAD),
        "message": message,
        "errors": [("q", message)] if message else (),
    }
    return Page("export.html", values, 422 if message else 200)


async def download(request: Request) -> Answer:
    """Send the file, made while it is sent."""
    kind: Format = next((it for it in _FORMATS if it == request.query.get("format")), "vcf")
    search = request.query.get("q", "").strip()
    try:
        checked_query(Query(search=search))
    except InvalidError as error:
        return _page(request, text("form.fault", name=text("export.search"), message=error.faults[0].message))
    made = Export(request.parts.store, request.place, search)
    name = _PLAIN.sub("-", request.campaign.name if request.campaign else "").strip("-") or "contacts"
    disposition = f'attachment; filename="{name[:50]}.{SUFFIXES[kind]}"'
    blocks = gathered(made.blocks(kind, request.parts.as_partner))
    return Streamed(blocks, MEDIA_TYPES[kind], ((b"content-disposition", disposition.encode()),))


ROUTES: Final = (Route("GET", _EXPORT, show), Route("GET", _DOWNLOAD, download))
