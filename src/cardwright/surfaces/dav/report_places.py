"""Every report, and the kinds of places that have it: what `supported-report-set` says, and a request is judged by."""

from __future__ import annotations

from typing import Final

from cardwright.surfaces.dav.names import C, D
from cardwright.surfaces.dav.places import BookPlace, CardPlace, Home, Homes, Principal, Principals, Root

EVERYWHERE: Final = frozenset({Root, Principals, Principal, Homes, Home, BookPlace, CardPlace})
COLLECTIONS: Final = EVERYWHERE - {CardPlace}
BOOK: Final = frozenset({BookPlace})
BOOK_AND_CARDS: Final = frozenset({BookPlace, CardPlace})

PLACES: Final = {
    f"{C}addressbook-query": BOOK_AND_CARDS,  # RFC 6352 section 8.6
    f"{C}addressbook-multiget": BOOK_AND_CARDS,  # section 8.7
    f"{D}sync-collection": BOOK,  # RFC 6578 section 3.2
    f"{D}expand-property": EVERYWHERE,  # RFC 3253 section 3.8
    f"{D}acl-principal-prop-set": EVERYWHERE,  # RFC 3744 section 9.2
    f"{D}principal-match": COLLECTIONS,  # section 9.3
    f"{D}principal-property-search": frozenset({Principals}),  # section 9.4
    f"{D}principal-search-property-set": frozenset({Principals}),  # section 9.5
}
"""By the name of the report's element."""
