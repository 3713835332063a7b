"""`addressbook-multiget`: the cards of these hrefs, each with its own status (RFC 6352 section 8.7, DV-24)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.errors import NotFoundError
from cardwright.surfaces.dav.card_responses import CardResponses, multistatus, named
from cardwright.surfaces.dav.multistatus import status_response
from cardwright.surfaces.dav.names import D
from cardwright.surfaces.dav.places import CardPlace, place_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from xml.etree.ElementTree import Element

    from cardwright.book.card_ports import Book
    from cardwright.surfaces.dav.context import Answer, DavRequest

_FEW: Final = 100
"""Cards whose answer has no slot."""


async def handle(request: DavRequest, report: Element) -> Answer:
    """Answer the report, which may name any cards of the user's books; of two that name one card the first counts."""
    responses = CardResponses(request, report, await request.books.generation())
    await request.books.book(request.user, responses.book)
    hrefs = [(one.text or "").strip() for one in report.findall(f"{D}href")]
    if len(hrefs) > _FEW:
        await request.hold_answer()
    return multistatus(_responses(request, responses, hrefs))


async def _responses(request: DavRequest, responses: CardResponses, hrefs: Sequence[str]) -> AsyncIterator[str]:
    names, others = _by_book(request, hrefs)
    for one in others:
        yield status_response(one, 404)
    for name, cards in names.items():
        book = await _book(request, name)
        if book is None:
            for card in cards:
                yield responses.gone(name, card)
            continue
        async for pairs in named(request.store.cards, book, list(cards), full=responses.full):
            for card, there in pairs:
                if there is None:
                    yield responses.gone(name, card)
            async for response in responses.of_all(name, [there for _, there in pairs if there is not None]):
                yield response


def _by_book(request: DavRequest, hrefs: Sequence[str]) -> tuple[dict[str, dict[str, None]], dict[str, None]]:
    """Return the names of cards by the names of their books, and the hrefs that name no card of the user; each once."""
    names: dict[str, dict[str, None]] = {}
    others: dict[str, None] = {}
    for one in hrefs:
        place = place_of(one, request.host, request.prefix)
        if isinstance(place, CardPlace) and place.sid == request.user.sid:
            names.setdefault(place.book, {})[place.name] = None
        else:
            others[one] = None
    return names, others


async def _book(request: DavRequest, name: str) -> Book | None:
    try:
        return (await request.books.book(request.user, name)).book
    except NotFoundError:
        return None
