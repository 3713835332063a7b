"""Gather what properties are read from: the account, its books and cards, and of each only what is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.errors import NotFoundError
from cardwright.surfaces.dav import sync_token
from cardwright.surfaces.dav.places import BookPlace, CardPlace, Home, Homes, Principal, Principals, Root, href, quoted
from cardwright.surfaces.dav.properties import Needs
from cardwright.surfaces.dav.property_update import by_name
from cardwright.surfaces.dav.resource import Around, Resource, StoredBook, resource

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from cardwright.book.address_books import BookInfo
    from cardwright.book.card_ports import Book, BookCard, CardsPage, Full, Position
    from cardwright.surfaces.dav.context import DavRequest
    from cardwright.surfaces.dav.places import DavPlace
    from cardwright.surfaces.dav.wanted import Wanted


_PART: Final = 1_000
"""Cards that are read at a time."""
_WHOLE: Final = 100
"""The same with their octets: others have their turn after these."""
_TOLD: Final = 100
"""Cards that are told in one piece: each names what it has not, which may be 32 KiB."""


class Gathering(NamedTuple):
    """Gathers resources for one request, and what it asks for."""

    request: DavRequest
    asked: Wanted
    around: Around
    full: Full
    """Cards are read with their octets for how long they are."""

    async def resource(self, place: DavPlace) -> Resource:
        """Return the resource of a place of the user; NotFoundError where nothing is."""
        if isinstance(place, BookPlace):
            return await self._book(await self.request.books.book(self.request.user, place.book))
        if isinstance(place, CardPlace):
            return await self._card_at(place)
        if isinstance(place, Root | Principals | Homes) or place.sid == self.around.user.sid:
            return resource(self.around, place)
        raise NotFoundError

    async def members(self, place: DavPlace) -> Sequence[Resource]:
        """Return what a collection other than a book holds."""
        sid = self.around.user.sid
        match place:
            case Root():
                return [resource(self.around, it) for it in (Principals(), Homes())]
            case Principals():
                return [resource(self.around, Principal(sid))]
            case Homes():
                return [resource(self.around, Home(sid))]
            case Home():
                return [await self._book(info) for info in await self.request.books.books(self.request.user)]
        return []

    async def cards(self, book: StoredBook) -> AsyncIterator[list[Resource]]:
        """Return what gives the cards of a book, each once, in parts; the first is read before this returns.

        A long listing takes a slot for large answers.
        """
        listed = await self._listed(book)
        if listed.after:
            await self.request.hold_answer()
        return self._parts(book, listed)

    async def written(self, book: StoredBook, write: Callable[[str, BookCard], str]) -> AsyncIterator[str]:
        """Return what gives the responses of the cards of a book, likewise, as `write` makes them."""
        listed = await self._listed(book)
        if listed.after:
            await self.request.hold_answer()
        return self._written(book, listed, write)

    async def _written(
        self, book: StoredBook, listed: CardsPage, write: Callable[[str, BookCard], str]
    ) -> AsyncIterator[str]:
        path = href(BookPlace(book.info.book.sid, book.info.name), self.around.prefix)
        async for part in self._listings(book, listed):
            yield "".join([write((path + quoted(card.name)).replace("&", "&amp;"), card) for card in part])

    async def descendants(self, own: Resource) -> AsyncIterator[Resource]:
        """Yield what a collection holds, at any depth; it takes no slot: each book would take one more."""
        if own.book:
            async for part in self._parts(own.book, await self._listed(own.book)):
                for card in part:
                    yield card
            return
        for member in await self.members(own.place):
            yield member
            async for inner in self.descendants(member):
                yield inner

    async def _parts(self, book: StoredBook, listed: CardsPage) -> AsyncIterator[list[Resource]]:
        place = BookPlace(book.info.book.sid, book.info.name)
        path = href(place, self.around.prefix)
        async for part in self._listings(book, listed):
            lengths = [await self._length(card) for card in part] if self.full else [None] * len(part)
            yield [self._card(place, path, card, length) for card, length in zip(part, lengths, strict=True)]

    async def _listings(self, book: StoredBook, listed: CardsPage) -> AsyncIterator[Sequence[BookCard]]:
        while True:
            for at in range(0, len(listed.cards), _TOLD):
                yield listed.cards[at : at + _TOLD]
            if not listed.after:
                return
            listed = listed._replace(cards=())  # they go before the next are read
            listed = await self._listed(book, listed.after)

    async def _listed(self, book: StoredBook, after: Position | None = None) -> CardsPage:
        cards, limit = self.request.store.cards, _WHOLE if self.full else _PART
        return await cards.following(book.info.book, after, full=self.full, limit=limit)

    async def _book(self, info: BookInfo) -> Resource:
        needs, store = self.asked.needs(BookPlace), self.request.store.cards
        token = await self._token(info.book) if Needs.TOKEN in needs else ""
        kept = by_name((await store.properties(info.book)).properties) if Needs.STORED in needs else {}
        return resource(self.around, BookPlace(info.book.sid, info.name), StoredBook(info, token, kept))

    async def _token(self, book: Book) -> str:
        return sync_token.written(book, self.around.generation, await self.request.store.cards.state(book))

    async def _card_at(self, place: CardPlace) -> Resource:
        info = await self.request.books.book(self.request.user, place.book)
        (card,) = await self.request.store.cards.named(info.book, [place.name], full=self.full)
        if card is None:
            raise NotFoundError
        book = BookPlace(place.sid, place.book)
        return self._card(book, href(book, self.around.prefix), card, await self._length(card))

    def _card(self, book: BookPlace, path: str, card: BookCard, length: int | None) -> Resource:
        place = CardPlace(book.sid, book.book, card.name)
        return Resource(self.around, place, path + quoted(card.name), None, card, length)

    async def _length(self, card: BookCard) -> int | None:
        """Return the octets of a card, where they are asked for."""
        if not self.full:
            return None
        return len((await self.request.books.written(self.request.user, self.around.generation, card)).octets)


async def gathering(request: DavRequest, asked: Wanted) -> Gathering:
    """Return what gathers resources for a request that asks for these properties."""
    account = ""
    if any(Needs.ACCOUNT in asked.needs(kind) for kind in (Principal, Home)):
        account = (await request.store.accounts.get(request.user.sid)).name
    generation = await request.books.generation()
    full: Full = "octets" if Needs.LENGTH in asked.needs(CardPlace) else False
    return Gathering(request, asked, Around(request.user, request.prefix, generation, account), full)
