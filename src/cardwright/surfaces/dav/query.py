"""`addressbook-query`: the cards of a book that match a filter (RFC 6352 section 8.6, DV-23)."""

from __future__ import annotations

import contextlib
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright import vcard
from cardwright.book.card_lookup import looked_up
from cardwright.cards.filters import needles
from cardwright.cards.matching import ComparedTooMuchError, Matcher
from cardwright.cards.raw_search import RawSearch
from cardwright.errors import NotFoundError
from cardwright.limits import QUERY_COMPARED
from cardwright.surfaces.dav.card_responses import CardResponses, multistatus, named
from cardwright.surfaces.dav.errors import WITHIN_LIMITS
from cardwright.surfaces.dav.filter_reading import read_filter
from cardwright.surfaces.dav.multistatus import status_response
from cardwright.surfaces.dav.places import CardPlace
from cardwright.surfaces.dav.result_limit import read_limit

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from xml.etree.ElementTree import Element

    from cardwright.book.card_ports import Book, BookCard
    from cardwright.cards.filters import Filter, Needle
    from cardwright.surfaces.dav.context import Answer, DavRequest

_FEW: Final = 100
"""Cards whose answer has no slot, and that are looked at beside those that are looked up."""
_MANY: Final = 5_000
"""The same, of a book whose texts are not kept: some 50 ms."""


class BookQuery(NamedTuple):
    """What is asked of a book."""

    request: DavRequest
    responses: CardResponses
    filter: Filter
    matcher: Matcher
    search: RawSearch
    """What tells of most cards that they do not match, without reading them."""
    most: int | None
    """Results that are wanted at most: the first by name."""

    async def among(self, book: Book, names: Sequence[str]) -> AsyncIterator[str]:
        """Yield the responses of those of these cards that match, which are in the order of their names."""
        told = 0
        async for cards in named(self.request.store.cards, book, names, full="octets"):
            matches = await self._found([card for _, card in cards if card is not None])
            left = len(matches) if self.most is None else self.most - told
            async for response in self.responses.of_all(self.responses.book, matches[:left]):
                yield response
            told += len(matches)
            if len(matches) > left or self.matcher.is_spent:
                yield self._cut()
                return

    async def of_all(self, book: Book) -> AsyncIterator[str]:
        """Yield the responses of all cards of the book that match, in no order."""
        async for cards in self._parts(book):
            async for response in self.responses.of_all(self.responses.book, await self._found(cards)):
                yield response
            if self.matcher.is_spent:
                yield self._cut()
                return
            del cards  # before the next are read, as everywhere here: a thousand hold some 350 KB

    async def first_of_all(self, book: Book, most: int) -> AsyncIterator[str]:
        """Yield the responses of the first of all cards of the book that match."""
        names: list[str] = []
        async for cards in self._parts(book):
            names += [card.name for card in await self._found(cards)]
            names.sort(key=str.encode)
            del names[most + 1 :], cards
            if self.matcher.is_spent:
                break
        async for responses in self.among(book, names):
            yield responses

    def _cut(self) -> str:
        """Return the response of the book that says that there are more than these."""
        return status_response(self.request.href(), 507, WITHIN_LIMITS.element)

    async def _parts(self, book: Book) -> AsyncIterator[Sequence[BookCard]]:
        """Yield all cards of the book; if that goes away meanwhile, there are no more."""
        full = self.responses.full or ("octets" if self.filter.properties else False)
        with contextlib.suppress(NotFoundError):
            cards, after = await self.request.store.cards.following(book, full=full)
            while True:
                yield cards
                del cards
                if after is None:
                    return
                cards, after = await self.request.store.cards.following(book, after, full=full)

    async def _found(self, cards: Sequence[BookCard]) -> Sequence[BookCard]:
        """Return those that match; after some of them none, where too much was compared."""
        if not self.filter.properties:
            return cards
        conditions = sum(max(1, len(one.conditions)) for one in self.filter.properties)
        return await self.responses.beside(cards, lambda: self._matching(cards), reads=True, times=conditions)

    def _matching(self, cards: Sequence[BookCard]) -> list[BookCard]:
        matching: list[BookCard] = []
        with contextlib.suppress(ComparedTooMuchError):
            for card in cards:
                if self._matches(card):
                    matching.append(card)  # noqa: PERF401 - a list without those that were found before the end
        return matching

    def _matches(self, card: BookCard) -> bool:
        """Say whether a card matches a filter that is not empty; what is not one card matches none."""
        octets = self.responses.octets(card)
        if not self.search.may_find(octets):
            return False
        read = list(islice(vcard.read(octets), 2))
        return len(read) == 1 and self.matcher.matches(read[0])


async def handle(request: DavRequest, report: Element) -> Answer:
    """Answer the report: of a card whether it matches, of a book by its members, as Depth says."""
    responses = CardResponses(request, report, await request.books.generation())
    wanted = read_filter(report)
    texts = needles(wanted)
    matcher = Matcher(wanted, QUERY_COMPARED.value)
    asked = BookQuery(request, responses, wanted, matcher, RawSearch(texts), read_limit(report))
    depth = request.depth or "0"
    book = (await request.books.book(request.user, responses.book)).book
    if isinstance(request.place, CardPlace):
        name = request.place.name
        if (await request.store.cards.named(book, [name]))[0] is None:
            raise NotFoundError("there is no card of that name")
        return multistatus(asked.among(book, [name]))
    if depth == "0":
        return multistatus(asked.among(book, []))
    if texts is None:
        await request.hold_answer()
        return multistatus(asked.of_all(book) if asked.most is None else asked.first_of_all(book, asked.most))
    names = await _candidates(request, book, texts)
    if names is None:
        return multistatus(asked.of_all(book) if asked.most is None else asked.first_of_all(book, asked.most))
    return multistatus(asked.among(book, sorted(names, key=str.encode)))


async def _candidates(request: DavRequest, book: Book, needles: Sequence[Needle]) -> list[str] | None:
    """Return the cards to look at, None for all: of texts that are kept, else by the index, else once they are read.

    Whoever has many to look at waits for a slot.
    """
    is_known = request.texts.knows(book)
    names = None if is_known else await looked_up(request.store, book, needles, _FEW)
    is_held = not is_known and names is None
    if is_held:
        await request.hold_answer()
    if names is None:
        names = await request.texts.holding(book, needles)
    if names is None:
        names = await looked_up(request.store, book, needles, _MANY)
    if not is_held and (names is None or len(names) > _FEW):
        await request.hold_answer()
    return names
