"""The reports about principals, as macOS and iOS send them (RFC 3744 section 9, RFC 3253 section 3.8, DV-26).

Nobody sees another account (DV-2), so the principal of who asks is the only one that there is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.http.asgi import Reply
from cardwright.surfaces.dav.context import Streamed
from cardwright.surfaces.dav.errors import MalformedError
from cardwright.surfaces.dav.expand_property import expanded
from cardwright.surfaces.dav.gathering import gathering
from cardwright.surfaces.dav.multistatus import DOCUMENT, FIELDS, response, streamed, whole
from cardwright.surfaces.dav.names import XML_LANG, D
from cardwright.surfaces.dav.places import Principal, Principals, Root
from cardwright.surfaces.dav.principal_search import SEARCHABLE, is_match, searches
from cardwright.surfaces.dav.report_places import EVERYWHERE
from cardwright.surfaces.dav.wanted import Wanted, check_names, wanted
from cardwright.surfaces.dav.xml_writing import DECLARED, attributes, element, escaped

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from xml.etree.ElementTree import Element

    from cardwright.surfaces.dav.context import Answer, DavRequest
    from cardwright.surfaces.dav.gathering import Gathering
    from cardwright.surfaces.dav.resource import Resource

_ENGLISH: Final = attributes([(XML_LANG, "en")])


def check_depth(request: DavRequest) -> None:
    """Raise MalformedError for a Depth other than 0, which all of these have (RFC 3744 sections 9.2 to 9.5)."""
    if request.depth not in {"", "0"}:
        raise MalformedError("The Depth of this report is 0.")


async def acl_principal_prop_set(request: DavRequest, body: Element) -> Answer:
    """Answer with the properties of every principal that the access control list of a resource names: of one's own."""
    check_depth(request)
    asked = wanted(body)
    gathered = await gathering(request, asked)
    await gathered.resource(request.place)
    return await _principal(gathered)


async def principal_property_search(request: DavRequest, body: Element) -> Answer:
    """Answer with the properties of the principals whose properties have these texts."""
    check_depth(request)
    looked_for = searches(body)
    asked = wanted(body, "prop")
    searched = Wanted("prop", tuple(name for search in looked_for for name in search.names))
    principal = await (await gathering(request, searched)).resource(Principal(request.user.sid))
    if not is_match(body, looked_for, principal):
        return Reply(207, FIELDS, whole())
    return await _principal(await gathering(request, asked))


async def principal_search_property_set(request: DavRequest, _body: Element) -> Answer:
    """Answer with the properties that `principal_property_search` finds by."""
    check_depth(request)
    inside = "".join(
        [
            element(
                f"{D}principal-search-property",
                element(f"{D}prop", element(name)) + element(f"{D}description", escaped(what), _ENGLISH),
            )
            for name, what in SEARCHABLE.items()
        ]
    )
    return Reply(
        200,
        FIELDS,
        f"{DOCUMENT}<d:principal-search-property-set{DECLARED}>{inside}</d:principal-search-property-set>\n".encode(),
    )


async def principal_match(request: DavRequest, body: Element) -> Answer:
    """Answer with the principal of the account, and what names it, if the collection holds them at any depth.

    `self` asks for the principal; `principal-property` names a property, as `owner`: what has oneself there matches.
    """
    check_depth(request)
    of_self, prop = body.find(f"{D}self"), body.find(f"{D}principal-property")
    if (of_self is None) == (prop is None) or (prop is not None and len(prop) != 1):
        raise MalformedError("principal-match has self, or principal-property with one property.")
    asked = wanted(body, "prop")
    gathered = await gathering(request, asked)
    own = await gathered.resource(request.place)
    if prop is None:
        if isinstance(request.place, Root | Principals):
            return await _principal(gathered)
        return Reply(207, FIELDS, whole())
    names = (prop[0].tag, *asked.names)
    check_names(names)
    await request.hold_answer()
    matching = await gathering(request, Wanted("prop", names))
    return Streamed(207, FIELDS, streamed(_matches(matching, own, prop[0].tag, asked)))


async def _matches(gathered: Gathering, own: Resource, name: str, asked: Wanted) -> AsyncIterator[str]:
    href = element(f"{D}href", escaped(gathered.around.principal))
    naming = {kind: Wanted("prop", (name,)).reading(kind) for kind in EVERYWHERE}
    reading = {kind: asked.reading(kind) for kind in EVERYWHERE}
    async for member in gathered.descendants(own):
        kind = type(member.place)
        if href in naming[kind].of(member).found:
            yield response(member.href, *reading[kind].of(member).propstats(minimal=_minimal(gathered)))


async def expand_property(request: DavRequest, body: Element) -> Answer:
    """Answer with properties, and in place of an href what is there, with properties of its own."""
    check_depth(request)
    return Reply(207, FIELDS, whole(await expanded(request, body)))


async def _principal(gathered: Gathering) -> Reply:
    principal = await gathered.resource(Principal(gathered.around.user.sid))
    properties = gathered.asked.reading(Principal).of(principal)
    return Reply(207, FIELDS, whole(response(principal.href, *properties.propstats(minimal=_minimal(gathered)))))


def _minimal(gathered: Gathering) -> bool:
    return gathered.request.prefers_minimal
