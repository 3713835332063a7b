"""The responses of cards in the answer to a report: their properties, and the cards themselves where wanted."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, TypeVar

from cardwright.book.card_octets import written
from cardwright.errors import NotFoundError
from cardwright.surfaces.dav.address_data import ADDRESS_DATA, read_address_data
from cardwright.surfaces.dav.context import Streamed
from cardwright.surfaces.dav.errors import SUPPORTED_REPORT, PreconditionError
from cardwright.surfaces.dav.multistatus import FIELDS, response, status_response, streamed
from cardwright.surfaces.dav.places import BookPlace, CardPlace, href
from cardwright.surfaces.dav.properties import Needs
from cardwright.surfaces.dav.resource import Around, Resource
from cardwright.surfaces.dav.wanted import Found, wanted

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from xml.etree.ElementTree import Element

    from cardwright.book.card_ports import Book, Card, CardStore, Full
    from cardwright.surfaces.dav.context import DavRequest

Result = TypeVar("Result")
_PART: Final = 500
"""Names that are looked up together."""
_FEW: Final = 20
"""Cards that are written on the event loop: they take less than a hop between threads."""


class CardResponses:
    """Writes what one report asks of each card."""

    def __init__(self, request: DavRequest, report: Element, generation: str) -> None:
        """Look at what is asked of the cards first (DV-15); MalformedError for a report that asks in two ways."""
        if not isinstance(request.place, BookPlace | CardPlace):
            raise PreconditionError(SUPPORTED_REPORT)
        self.book = request.place.book
        """The name of the book that is asked."""
        self._data = read_address_data(report)
        asked = wanted(report, "prop").without(ADDRESS_DATA)
        self._reading = asked.reading(CardPlace)
        self.full: Full = "octets" if self._data is not None or Needs.LENGTH in asked.needs(CardPlace) else False
        """How much of the cards must be read for it."""
        self._around = Around(request.user, request.prefix, generation)
        self._is_minimal = request.prefers_minimal

    def octets(self, card: Card) -> bytes:
        """Return a card, which was read whole, as it leaves."""
        return written(self._around.generation, card).octets

    def of(self, book: str, card: Card, octets: bytes = b"") -> str:
        """Return the response of a card in the book of that name; `octets` are what `octets` gives, where at hand."""
        place = CardPlace(self._around.user.sid, book, card.name)
        path = href(place, self._around.prefix)
        if self.full:
            octets = octets or self.octets(card)
        resource = Resource(self._around, place, path, card=card, length=len(octets) if self.full else None)
        found, missing = self._reading.of(resource)
        if self._data:
            if self._data.version:
                octets = written(self._around.generation, card, self._data.version).octets
            found += self._data.written(octets)
        return response(path, *Found(found, missing).propstats(minimal=self._is_minimal))

    def gone(self, book: str, name: str) -> str:
        """Return the response of a card that is not there."""
        return status_response(href(CardPlace(self._around.user.sid, book, name), self._around.prefix), 404)

    async def of_all(self, book: str, cards: Sequence[Card]) -> AsyncIterator[str]:
        """Yield the responses of several cards."""
        for one in await beside(len(cards), lambda: [self.of(book, card) for card in cards]):
            yield one


async def beside(cards: int, work: Callable[[], Result]) -> Result:
    """Return what the work for so many cards gives; other requests go on meanwhile."""
    return work() if cards <= _FEW else await asyncio.to_thread(work)


async def named(
    store: CardStore, book: Book, names: Sequence[str], *, full: Full
) -> AsyncIterator[list[tuple[str, Card | None]]]:
    """Yield these names with the cards that have them, some at a time; with none once the book is gone."""
    for start in range(0, len(names), _PART):
        part = names[start : start + _PART]
        while part:
            try:
                cards = await store.named(book, part, full=full)
            except NotFoundError:
                cards = [None] * len(part)
            yield list(zip(part, cards, strict=False))
            part = part[len(cards) :]


def multistatus(responses: AsyncIterator[str]) -> Streamed:
    """Return the answer of these responses, which are made while it is sent (DV-32)."""
    return Streamed(207, FIELDS, streamed(responses))
