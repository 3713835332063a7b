"""The responses of cards in the answer to a report: their properties, and the cards themselves where wanted."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from cardwright.book.card_octets import size_of, written
from cardwright.errors import NotFoundError
from cardwright.surfaces.dav.address_data import ADDRESS_DATA, read_address_data
from cardwright.surfaces.dav.context import Streamed
from cardwright.surfaces.dav.errors import SUPPORTED_REPORT, PreconditionError
from cardwright.surfaces.dav.multistatus import (
    FIELDS,
    gathered,
    status_response,
    streamed,
)
from cardwright.surfaces.dav.places import BookPlace, CardPlace, href, quoted
from cardwright.surfaces.dav.properties import Needs
from cardwright.surfaces.dav.resource import Around, Resource
from cardwright.surfaces.dav.wanted import PropertyElements, wanted

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from xml.etree.ElementTree import Element

    from cardwright.book.card_ports import Book, BookCard, CardStore, Full
    from cardwright.surfaces.dav.context import DavRequest

Result = TypeVar("Result")
_PART: Final = 500
"""Names that are looked up together."""
_TOGETHER: Final = 250
"""Cards that are written in one go."""
_FEW: Final = 20
"""Cards that are written on the event loop: they take less than a hop between threads."""
_SMALL: Final = 64 * 1024
"""Octets that these have at most."""


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
        self.is_read: Final = bool(self._data and (self._data.version or self._data.parts is not None))
        """Whether cards are taken apart for it."""
        self._books = request.books
        self._around = Around(request.user, request.prefix, generation)
        self._hrefs: dict[str, str] = {}
        self._is_minimal = request.prefers_minimal
        self._of_every = None if self._data else self._reading.of_every_card(generation)

    def octets(self, card: BookCard) -> bytes:
        """Return a card, which was read whole, as it leaves."""
        return written(self._around.generation, card).octets

    def of(self, book: str, card: BookCard, octets: bytes = b"") -> str:
        """Return the response of a card in the book of that name; `octets` are what `octets` gives, where at hand."""
        path = self._href(book) + quoted(card.name)
        if self._of_every:
            return self._of_every(path.replace("&", "&amp;"), card)
        if self.full:
            octets = octets or self.octets(card)
        place = CardPlace(self._around.user.sid, book, card.name)
        said = self._reading.of(Resource(self._around, place, path, None, card, len(octets) if self.full else None))
        if self._data:
            if self._data.version:
                octets = written(self._around.generation, card, self._data.version).octets
            said = PropertyElements(said.found + self._data.written(octets), said.missing)
        return said.response(path, minimal=self._is_minimal)

    def _href(self, book: str) -> str:
        """Return the href of the book of that name."""
        if book not in self._hrefs:
            self._hrefs[book] = href(BookPlace(self._around.user.sid, book), self._around.prefix)
        return self._hrefs[book]

    def gone(self, book: str, name: str) -> str:
        """Return the response of a card that is not there."""
        return status_response(href(CardPlace(self._around.user.sid, book, name), self._around.prefix), 404)

    async def of_all(self, book: str, cards: Sequence[BookCard]) -> AsyncIterator[str]:
        """Yield the responses of several cards, many together.

        What was written is taken away from the thread that wrote it: where the machine is busy, that may hold it until
        several others have written more.
        """
        for at in range(0, len(cards), _TOGETHER):
            part = list(cards[at : at + _TOGETHER])
            if self._of_every:  # a microsecond each
                yield "".join([self.of(book, card) for card in part])
                continue
            told = await self.beside(part, partial(self._several, book, part), reads=self.is_read)
            part.clear()
            for several in told:
                yield several
            told.clear()

    def _several(self, book: str, cards: Sequence[BookCard]) -> list[str]:
        return list(gathered([self.of(book, card) for card in cards]))

    async def beside(
        self, cards: Sequence[BookCard], work: Callable[[], Result], *, reads: bool, times: int = 1
    ) -> Result:
        """Return what the work for these cards gives; other requests go on meanwhile.

        Where it `reads` cards, it waits for its turn with large ones (`AddressBooks.beside`). It looks at each of them
        so many `times`: as often as a filter has conditions.
        """
        octets = sum([size_of(card) for card in cards]) if self.full or reads else 0
        if reads:
            is_quick = len(cards) <= _FEW and times * octets <= _SMALL
            return await self._books.beside(self._around.user.sid, octets, work, is_quick=is_quick)
        return work() if len(cards) <= _FEW and octets <= _SMALL else await asyncio.to_thread(work)


async def named(
    store: CardStore, book: Book, names: Sequence[str], *, full: Full
) -> AsyncIterator[list[tuple[str, BookCard | None]]]:
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
