"""`addressbook-multiget`: the cards of these hrefs, each with its own status (RFC 6352 section 8.7, DV-24)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.errors import NotFoundError
from cardwright.surfaces.dav.card_responses import CardResponses, multistatus
from cardwright.surfaces.dav.multistatus import status_response
from cardwright.surfaces.dav.names import D
from cardwright.surfaces.dav.places import CardPlace, place_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence
    from xml.etree.ElementTree import Element

    from cardwright.book.card_ports import Book
    from cardwright.surfaces.dav.context import Answer, DavRequest

_PART: Final = 500
"""Cards that are looked up together."""
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
    names: dict[str, dict[str, None]] = {}
    others: dict[str, None] = {}
    for one in hrefs:
        place = place_of(one, request.host, request.prefix)
        if isinstance(place, CardPlace) and place.sid == request.user.sid:
            names.setdefault(place.book, {})[place.name] = None
        else:
            others[one] = None
    for one in others:
        yield status_response(one, 404)
    for name, cards in names.items():
        book = await _book(request, name)
        for part in _parts(list(cards)):
            if book is None:
                yield "".join([responses.gone(name, card) for card in part])
                continue
            async for piece in _named(request, responses, name, book, part):
                yield piece


async def _book(request: DavRequest, name: str) -> Book | None:
    try:
        return (await request.books.book(request.user, name)).book
    except NotFoundError:
        return None


async def _named(
    request: DavRequest, responses: CardResponses, name: str, book: Book, names: Sequence[str]
) -> AsyncIterator[str]:
    while names:
        try:
            cards = await request.store.cards.named(book, names, full=responses.is_full)
        except NotFoundError:  # the book went away meanwhile
            cards = [None] * len(names)
        yield "".join([responses.gone(name, one) for one, card in zip(names, cards, strict=False) if card is None])
        yield await responses.of_all(name, [card for card in cards if card is not None])
        names = names[len(cards) :]


def _parts(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), _PART):
        yield names[start : start + _PART]
