"""The texts of the cards of a book, kept in memory while somebody asks for them: which cards a query has to look at.

The first query reads the whole book. Each later one reads what has changed since, and finds its candidates among some
thousand cards in less than a millisecond. A book with more texts than are kept is read for every query.
"""

from __future__ import annotations

import asyncio
from array import array
from bisect import bisect_right
from collections import OrderedDict
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Final, TypeAlias

from cardwright import vcard
from cardwright.book.card_octets import written
from cardwright.cards.filters import searchable
from cardwright.errors import SyncTokenError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cardwright.book.card_ports import Book, BookCard, CardStore, Reached, Synced
    from cardwright.cards.filters import Needle

_PART: Final = 1_000
"""Cards that are read together."""
_LONG: Final = 8 * 1024
"""Octets of the texts of one card; one that has more is always looked at."""
_MOST: Final = 32 * 1024 * 1024
"""Octets of the texts of a book: some 150,000 cards."""
_ALL: Final = 64 * 1024 * 1024
"""Octets of the texts of all books that are kept; beyond that those go that were not asked for the longest."""
_BOOKS: Final = 4
"""Books of which texts are kept."""
_IDLE: Final = 600
"""Seconds after which they go when nobody asks."""
_FRESH: Final = 100
"""Changed cards that stand beside the others, and one for each eight of these, before all are put together anew."""
_SLICE: Final = 1024 * 1024
"""Octets that are looked through in one go: meanwhile no other thread has a turn."""
_SEARCHED: Final = 256 * 1024 * 1024
"""Octets of texts that one query looks through, each counted for each needle; beyond, every card is looked at."""
_END: Final = b"\0"  # in no needle: none reaches from one card to the next
_Texts: TypeAlias = dict[str, bytes]
"""Of a card, by column (`filters.searchable`)."""
_ODD: Final[_Texts] = {}
"""Of one that is always looked at."""


class CardTexts:
    """Finds the cards of books that may have a text."""

    def __init__(self, store: CardStore) -> None:
        self._store = store
        self._books: OrderedDict[Book, _BookTexts] = OrderedDict()

    def knows(self, book: Book) -> bool:
        """Say whether the book was read already, so that `holding` reads no more than what has changed."""
        return book in self._books and bool(self._books[book].places)

    async def holding(self, book: Book, needles: Sequence[Needle]) -> list[str] | None:
        """Return the names of the cards that have one of the needles, and maybe of some more.

        None for a book that is too large, or too large for so many needles: then every card has to be looked at.
        NotFoundError for one that is not there.
        """
        octets = [(needle.column, needle.text.encode("utf-8", "surrogatepass")) for needle in needles]
        while True:
            texts = self._kept(book)
            async with texts.lock:
                if self._books.get(book) is not texts:
                    continue  # they were given up while this one waited
                try:
                    await self._follow(book, texts)
                    self._make_room()
                    if texts.is_too_large or texts.searched(octets) > _SEARCHED:
                        return None
                    return await asyncio.to_thread(texts.find, octets)
                except BaseException:
                    self._end(book, texts)  # a thread may be at them still
                    raise

    def _kept(self, book: Book) -> _BookTexts:
        texts = self._books.setdefault(book, _BookTexts())
        self._books.move_to_end(book)
        self._make_room()
        if texts.timer:
            texts.timer.cancel()
        texts.timer = asyncio.get_running_loop().call_later(_IDLE, self._end, book, texts)
        return texts

    def _make_room(self) -> None:
        """Forget books until the others are not too many or too much."""
        while len(self._books) > _BOOKS or (
            len(self._books) > 1 and sum(texts.octets for texts in self._books.values()) > _ALL
        ):
            self._books.popitem(last=False)

    async def _follow(self, book: Book, texts: _BookTexts) -> None:
        """Read what has happened to the book since the last time."""
        generation = await self._store.generation()
        if generation != texts.generation:
            texts.clear()
            texts.generation = generation
        is_first, is_last = not texts.places, texts.is_too_large
        while not is_last:
            try:
                synced = await self._store.changed(book, texts.places, _PART, full="octets")
            except SyncTokenError:
                texts.clear()
                texts.generation = generation
                continue
            if synced.cards or synced.gone:
                await asyncio.to_thread(texts.put, synced)
            texts.places = synced.places
            is_last = synced.is_last or texts.is_too_large
        if is_first and not texts.is_too_large:
            await asyncio.to_thread(texts.put_together)  # what stands beside the others is looked through every time

    def _end(self, book: Book, texts: _BookTexts) -> None:
        if self._books.get(book) is texts:
            del self._books[book]


class _Column:
    """The texts of one property of all cards that have it, one behind the other."""

    def __init__(self, texts: Iterable[tuple[int, bytes]]) -> None:
        """Take the texts in the order of the cards, which are numbers."""
        self.cards, self.starts, size = array("L"), array("Q"), 0
        pieces: list[bytes] = []
        for card, text in texts:
            self.cards.append(card)
            self.starts.append(size)
            pieces += (text, _END)
            size += len(text) + 1
        self.octets = b"".join(pieces)

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        """Give each card with its text."""
        for card, (start, end) in zip(self.cards, pairwise([*self.starts, len(self.octets)]), strict=True):
            yield card, self.octets[start : end - 1]

    def find(self, needle: bytes) -> Iterator[int]:
        """Give the cards that have it."""
        at, size = 0, len(self.octets)
        while at < size:
            there = self.octets.find(needle, at, at + _SLICE + len(needle))
            if there < 0:
                at += _SLICE + 1
                continue
            place = bisect_right(self.starts, there) - 1
            yield self.cards[place]
            at = self.starts[place + 1] if place + 1 < len(self.starts) else size


class _BookTexts:
    """The texts of one book at one moment."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.timer: asyncio.TimerHandle | None = None
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self.generation = ""
        self.places: Sequence[Reached] = ()
        self.is_too_large = False
        self.octets = 0
        """Of the texts that are put together."""
        self._names: list[str] = []
        self._odd: list[int] = []
        self._columns: dict[str, _Column] = {}
        self._fresh: dict[str, _Texts | None] = {}
        """What counts instead of what stands in the columns, by name; None for a card that is gone."""

    def put(self, synced: Synced) -> None:
        """Take over what has changed."""
        self._fresh |= dict.fromkeys(synced.gone)
        self._fresh |= {card.name: _texts(self.generation, card) for card in synced.cards}
        beside = len(self._names) // 8 if synced.is_last else len(self._names) + _PART
        if len(self._fresh) > _FRESH + beside:
            self.put_together()

    def searched(self, needles: Sequence[tuple[str, bytes]]) -> int:
        """Return how many octets `find` looks through at most."""
        fresh = sum(len(text) for texts in self._fresh.values() if texts for text in texts.values())
        together = sum(len(self._columns[column].octets) for column, _ in needles if column in self._columns)
        return together + len(needles) * fresh

    def find(self, needles: Sequence[tuple[str, bytes]]) -> list[str]:
        """Return the names of the cards that have one of these texts."""
        names = {name: None for name, texts in self._fresh.items() if texts is not None and _has(texts, needles)}
        for column, needle in needles:
            if column in self._columns:
                names |= dict.fromkeys(self._there(self._columns[column].find(needle)))
        names |= dict.fromkeys(self._there(self._odd))
        return list(names)

    def _there(self, cards: Iterable[int]) -> Iterator[str]:
        return (name for card in cards if (name := self._names[card]) not in self._fresh)

    def put_together(self) -> None:
        """Put what is fresh into the columns."""
        fresh = {name: texts for name, texts in self._fresh.items() if texts is not None}
        names = [*(name for name in self._names if name not in self._fresh), *fresh]
        numbers = {name: number for number, name in enumerate(names)}
        moved = [-1 if name in self._fresh else numbers[name] for name in self._names]
        self._odd = [numbers[self._names[card]] for card in self._odd if moved[card] >= 0]
        self._odd += [numbers[name] for name, texts in fresh.items() if not texts]
        kinds = {*self._columns, *(column for texts in fresh.values() for column in texts)}
        self._columns = {kind: _Column(self._texts_of(kind, moved, fresh, numbers)) for kind in kinds}
        self._names, self._fresh = names, {}
        self.octets = sum(len(column.octets) for column in self._columns.values())
        if self.octets > _MOST:
            self._names, self._odd, self._columns, self.octets, self.is_too_large = [], [], {}, 0, True

    def _texts_of(
        self, kind: str, moved: Sequence[int], fresh: dict[str, _Texts], numbers: dict[str, int]
    ) -> Iterator[tuple[int, bytes]]:
        if kind in self._columns:
            yield from ((moved[card], text) for card, text in self._columns[kind] if moved[card] >= 0)
        yield from ((numbers[name], texts[kind]) for name, texts in fresh.items() if kind in texts)


def _has(texts: _Texts, needles: Sequence[tuple[str, bytes]]) -> bool:
    return not texts or any(needle in texts.get(column, b"") for column, needle in needles)


def _texts(generation: str, card: BookCard) -> _Texts:
    """Return what a query finds of a card, nothing of one that is long or odd."""
    cards = list(islice(vcard.read(written(generation, card).octets), 2))
    if len(cards) != 1:
        return _ODD
    texts = {column: text.encode("utf-8", "surrogatepass") for column, text in searchable(cards[0]).items()}
    is_plain = sum(map(len, texts.values())) <= _LONG and not any(_END in text for text in texts.values())
    return texts if is_plain else _ODD
