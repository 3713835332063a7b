"""The table of methods: where each is, who answers it, and whether it changes anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.surfaces.dav import book, card, listing, options, propfind, proppatch, reports
from cardwright.surfaces.dav.places import BookPlace, CardPlace
from cardwright.surfaces.dav.report_places import COLLECTIONS, EVERYWHERE

if TYPE_CHECKING:
    from cardwright.surfaces.dav.context import Handler
    from cardwright.surfaces.dav.places import DavPlace

_BOOK: Final = frozenset({BookPlace})
_CARD: Final = frozenset({CardPlace})


class Method(NamedTuple):
    """A method at some kinds of places."""

    name: str
    places: frozenset[type[DavPlace]]
    handle: Handler
    writes: bool = True
    is_offered: bool = True
    """Whether Allow names it: not where it is always refused."""
    minimal: int = 0
    """The status of its answers that are shorter for who prefers a minimal one (RFC 8144 section 2)."""


METHODS: Final = (
    Method("OPTIONS", EVERYWHERE, options.handle, writes=False),
    Method("PROPFIND", EVERYWHERE, propfind.handle, writes=False, minimal=207),
    Method("PROPPATCH", EVERYWHERE, proppatch.handle, minimal=204),
    Method("REPORT", EVERYWHERE, reports.handle, writes=False, minimal=207),
    Method("GET", _CARD, card.get, writes=False),
    Method("HEAD", _CARD, card.get, writes=False),
    Method("GET", COLLECTIONS, listing.show, writes=False),
    Method("HEAD", COLLECTIONS, listing.show, writes=False),
    Method("PUT", _CARD, card.put),
    Method("DELETE", _CARD, card.delete),
    Method("MOVE", _CARD, card.move),
    Method("COPY", _CARD, card.copy),
    Method("MKCOL", _BOOK, book.make),
    Method("MKCOL", _CARD, book.make, is_offered=False),
    *(Method(name, COLLECTIONS, book.refuse, is_offered=False) for name in ("DELETE", "MOVE", "COPY")),
)
BY_NAME: Final = {(method.name, place): method for method in METHODS for place in method.places}


_ALLOWED: Final = {
    kind: ", ".join(sorted({method.name for method in METHODS if method.is_offered and kind in method.places}))
    for kind in EVERYWHERE
}


def allowed(place: DavPlace) -> str:
    """Return the methods that a place has, as Allow says them."""
    return _ALLOWED[type(place)]
