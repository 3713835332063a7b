"""The report `expand-property`: properties, and in place of an href what is there (RFC 3253 section 3.8)."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final

from cardwright.surfaces.dav.errors import MalformedError
from cardwright.surfaces.dav.gathering import gathering
from cardwright.surfaces.dav.multistatus import response
from cardwright.surfaces.dav.names import D
from cardwright.surfaces.dav.places import place_of
from cardwright.surfaces.dav.properties import BY_NAME
from cardwright.surfaces.dav.wanted import Wanted, check_names
from cardwright.surfaces.dav.xml_reading import MalformedXmlError, read
from cardwright.surfaces.dav.xml_writing import DECLARED, element, written

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from cardwright.surfaces.dav.context import DavRequest
    from cardwright.surfaces.dav.places import DavPlace

_PROPERTY: Final = f"{D}property"
_HREF: Final = f"{D}href"


async def expanded(request: DavRequest, body: Element) -> str:
    """Return the response of the place of the request."""
    names = [_name(it) for it in body.iter(_PROPERTY)]
    if not names:
        raise MalformedError("expand-property has properties.")
    check_names(names)
    return await _response(request, request.place, body)


async def _response(request: DavRequest, place: DavPlace, parent: Element) -> str:
    """Return the response of a place with the properties that stand in `parent`."""
    asked = {_name(it): it for it in parent.findall(_PROPERTY)}
    wanted = Wanted("prop", tuple(asked))
    there = await (await gathering(request, wanted)).resource(place)
    properties = wanted.reading(type(place)).of(there)
    elements = ""
    for it in read(f"<d:prop{DECLARED}>{properties.found}</d:prop>".encode()):
        elements += await _expanded(request, it, asked[it.tag])
    return response(there.href, *properties._replace(found=elements).propstats(minimal=request.prefers_minimal))


async def _expanded(request: DavRequest, prop: Element, asked: Element) -> str:
    """Return a property; where others are asked for inside, with what is there in place of each href.

    Not in what a client has set: hrefs of the same resource in there would multiply at each level.
    """
    row = BY_NAME.get(prop.tag)
    if asked.find(_PROPERTY) is None or row is None or row.read is None:
        return written(prop)
    inside = ""
    for it in prop:
        place = place_of(it.text or "", request.host, request.prefix) if it.tag == _HREF else None
        inside += written(it) if place is None else await _response(request, place, asked)
    return element(prop.tag, inside)


def _name(it: Element) -> str:
    """Return the name that a `property` element asks for; MalformedError for what is none."""
    namespace, local = it.get("namespace", "DAV:"), it.get("name", "")
    name = f"{{{namespace}}}{local}" if namespace else local
    with contextlib.suppress(MalformedXmlError):
        if read(f"<a{DECLARED}>{element(name)}</a>".encode())[0].tag == name:
            return name
    raise MalformedError("The name of a property is no name.")
