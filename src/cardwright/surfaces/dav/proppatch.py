"""PROPPATCH: what clients set of a book, all or nothing (RFC 4918 section 9.2, DV-22)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cardwright.errors import InvalidError
from cardwright.http.asgi import Reply
from cardwright.surfaces.dav.conditions import conditions_of
from cardwright.surfaces.dav.errors import MalformedError
from cardwright.surfaces.dav.gathering import gathering
from cardwright.surfaces.dav.multistatus import FIELDS, response, whole
from cardwright.surfaces.dav.names import D
from cardwright.surfaces.dav.property_update import (
    PROTECTED_PROPERTY,
    applied,
    changes_of,
    outcome,
    refusals,
    too_large,
)
from cardwright.surfaces.dav.wanted import Wanted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cardwright.book.address_books import BookInfo
    from cardwright.book.card_ports import CardStore
    from cardwright.surfaces.dav.context import DavRequest
    from cardwright.surfaces.dav.property_update import PropertyChange, Refusal


async def handle(request: DavRequest) -> Reply:
    """Change the properties of a book; anything else has none that can be set.

    Who prefers a minimal answer gets none where all is done (RFC 8144 section 2.2).
    """
    root = await request.read_xml()
    if root is None or root.tag != f"{D}propertyupdate":
        raise MalformedError("The body of PROPPATCH is a DAV:propertyupdate element.")
    changes = changes_of(root)
    place = await (await gathering(request, Wanted("prop"))).resource(request.place)
    if place.book:
        (await conditions_of(request))._replace(if_match=None, if_none_match=None).check(None)  # a book has no tag
        refused = await changed(request.store.cards, place.book.info, changes)
    else:
        refused = {it.name: PROTECTED_PROPERTY for it in changes}
    if not refused and request.prefers("minimal"):
        return Reply(204, (), b"")
    return Reply(207, FIELDS, whole(response(place.href, *outcome(changes, refused))))


async def changed(store: CardStore, info: BookInfo, changes: Sequence[PropertyChange]) -> Mapping[str, Refusal]:
    """Change the properties of a book in one unit of work, or return what is refused: then nothing is changed."""
    if refused := refusals(changes, is_all=not info.book.campaign):
        return refused
    try:
        await store.set_properties(info.book, lambda before: applied(before, changes, info.name))
    except InvalidError:
        return too_large(changes)
    return {}
