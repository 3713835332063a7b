"""The list of contacts (P3), and how it is searched, filtered and sorted (CW-20 to CW-26)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlencode

from cardwright.book import cursors, requests
from cardwright.book.requests import Query
from cardwright.contact.words import words
from cardwright.errors import InvalidError
from cardwright.limits import ROW_TEXT, SUGGESTIONS
from cardwright.surfaces.console.list_place import LIST, remembered
from cardwright.surfaces.console.page import Page, Route
from cardwright.surfaces.console.people import cut, row_of
from cardwright.surfaces.console.texts import text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cardwright.book.partners import Partner
    from cardwright.book.requests import Cursor, Order
    from cardwright.errors import Fault
    from cardwright.surfaces.console.page import Answer, Request

_ROWS: Final = 50
_SORTS: Final[Mapping[str, tuple[Order, bool]]] = {
    "name": ("name", False),
    "changed": ("updated", True),
    "newest": ("number", True),  # contacts are numbered as they are made
}
_KEPT: Final = ("q", "label", "partner", "sort")
"""What the pages of a list have in common, by their names in the address."""
_FILTERS: Final = {"q": "list.filter-search", "label": "list.filter-label", "partner": "list.filter-partner"}

_FIELDS: Final = {
    "search": ("q", "list.search"),
    "label": ("label", "list.label"),
    "partner": ("partner", "list.partner"),
}
"""Of a query: the field of the form, and its text."""
_NOBODY: Final = requests.ContactsPage((), 0, 1, _ROWS)


class Chip(NamedTuple):
    """A filter in force, and the address of the list without it."""

    text: str
    address: str


async def show(request: Request) -> Answer:
    """Show a page of the contacts that are looked for."""
    chosen = {key: request.query.get(key, "").strip() for key in _KEPT}
    if chosen["sort"] not in _SORTS:
        chosen["sort"] = ""
    partners = await request.parts.store.partners.partners(request.account.sid)
    labels = await request.parts.store.contacts.labels(request.place)
    errors: list[tuple[str, str]] = []
    try:
        page = await _page(request, chosen, partners)
    except InvalidError as refused:  # what was typed stays, live as well as without scripts
        page, errors = _NOBODY, [_told(fault) for fault in refused.faults]
    filters = {key: value for key, value in chosen.items() if value and key in _FILTERS}
    values = {
        "title": text("list.title", campaign=request.campaign.name if request.campaign else ""),
        "total": page.total,
        "people": [row_of(stored) for stored in page.contacts],
        "chosen": chosen,
        "sorts": list(_SORTS),
        "labels": [label for label in labels if cut(label, ROW_TEXT.value) == label],
        "partners": [(it.id, cut(it.name, ROW_TEXT.value)) for it in partners[: SUGGESTIONS.value]],
        "chips": [
            Chip(text(_FILTERS[key], value=filters[key]), _address(request, chosen | {key: ""})) for key in filters
        ],
        "all": request.url(LIST),
        "clear": _address(request, {"sort": chosen["sort"]}),
        "previous": _address(request, chosen, before=page.first) if page.earlier else "",
        "next": _address(request, chosen, after=page.last) if page.more else "",
        "errors": errors,
    }
    if errors:
        return Page("contact_list.html", values, 400)
    return Page("contact_list.html", values, headers=remembered(request))


def _told(fault: Fault) -> tuple[str, str]:
    """Return a fault of a query with the id of its field."""
    field, name = _FIELDS[fault.field]
    return field, text("form.fault", name=text(name), message=fault.message)


async def _page(request: Request, chosen: Mapping[str, str], partners: Sequence[Partner]) -> requests.ContactsPage:
    """Return the page that the address names; the first where that is not there any more."""
    order, descending = _SORTS[chosen["sort"] or "name"]
    query = Query(
        partner=_partner(chosen["partner"], partners),
        label=chosen["label"],
        search=chosen["q"],
        page_size=_ROWS,
        order=order,
        descending=descending,
        cursor=_cursor(request, order),
    )
    page = await request.parts.contacts.list(*request.place, query)
    if query.cursor and (not page.contacts or (query.cursor.before and not page.earlier)):
        page = await request.parts.contacts.list(*request.place, query._replace(cursor=None))
    return page


def _partner(asked: str, partners: Sequence[Partner]) -> str:
    """Return the id of the partner account that is asked for by it, or by its name."""
    if any(partner.id == asked for partner in partners):
        return asked
    return next((partner.id for partner in partners if words(partner.name) == words(asked) != []), asked)


def _cursor(request: Request, order: Order) -> Cursor | None:
    """Return the place in the address; None for one that no list of this order has."""
    before = "before" in request.query
    asked = request.query.get("before") or request.query.get("after")
    try:
        return cursors.read(asked, order, before=before) if asked else None
    except ValueError:
        return None


def _address(
    request: Request, chosen: Mapping[str, str], *, before: Cursor | None = None, after: Cursor | None = None
) -> str:
    place = {"before": before, "after": after}
    kept = {key: value for key, value in chosen.items() if value}
    kept |= {key: cursors.written(cursor) for key, cursor in place.items() if cursor}
    return f"{request.url(LIST)}?{urlencode(kept)}" if kept else request.url(LIST)


ROUTES: Final = (Route("GET", LIST, show),)
