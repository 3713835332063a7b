"""PROPFIND: the properties of a place, and with Depth 1 of what it holds, streamed (RFC 4918 section 9.1, DV-20)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cardwright.http.asgi import Reply
from cardwright.surfaces.dav.context import Streamed
from cardwright.surfaces.dav.errors import FINITE_DEPTH, MalformedError, PreconditionError
from cardwright.surfaces.dav.gathering import gathering
from cardwright.surfaces.dav.multistatus import FIELDS, streamed, whole
from cardwright.surfaces.dav.names import D
from cardwright.surfaces.dav.places import CardPlace
from cardwright.surfaces.dav.wanted import Wanted, wanted

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cardwright.surfaces.dav.context import Answer, DavRequest
    from cardwright.surfaces.dav.resource import Resource


async def handle(request: DavRequest) -> Answer:
    """Answer with the properties that the body asks for; without a body those of `allprop`."""
    root = await request.read_xml()
    if root is not None and root.tag != f"{D}propfind":
        raise MalformedError("The body of PROPFIND is a DAV:propfind element.")
    asked = Wanted("allprop") if root is None else wanted(root)
    depth = _depth(request)
    gathered = await gathering(request, asked)
    own = await gathered.resource(request.place)
    first = _response(asked, own, minimal=request.prefers_minimal)
    if depth == "0":
        return Reply(207, FIELDS, whole(first))
    if own.book:
        if write := asked.reading(CardPlace).of_every_card(gathered.around.generation):
            return Streamed(207, FIELDS, streamed(_after(first, await gathered.written(own.book, write))))
        cards = await gathered.cards(own.book)
        return Streamed(207, FIELDS, streamed(_cards(first, asked, cards, minimal=request.prefers_minimal)))
    members = await gathered.members(own.place)
    return Reply(207, FIELDS, whole(first, *[_response(asked, it, minimal=request.prefers_minimal) for it in members]))


def _depth(request: DavRequest) -> str:
    """Return `0` or `1`: without Depth it is infinity, which only a card answers: it has no members."""
    depth = request.depth or "infinity"
    if isinstance(request.place, CardPlace):
        return "0"
    if depth == "infinity":
        raise PreconditionError(FINITE_DEPTH)
    return depth


def _response(asked: Wanted, resource: Resource, *, minimal: bool) -> str:
    return asked.reading(type(resource.place)).of(resource).response(resource.href, minimal=minimal)


async def _after(first: str, others: AsyncIterator[str]) -> AsyncIterator[str]:
    yield first
    async for other in others:
        yield other


async def _cards(
    first: str, asked: Wanted, parts: AsyncIterator[list[Resource]], *, minimal: bool
) -> AsyncIterator[str]:
    yield first
    reading = asked.reading(CardPlace)
    async for part in parts:
        yield "".join([reading.of(card).response(card.href, minimal=minimal) for card in part])
