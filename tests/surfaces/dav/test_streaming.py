"""A PROPFIND of a book reads as it sends: what it holds does not grow with the book (DV-32); without a store."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from cardwright.book.card_ports import CardsPage
from cardwright.surfaces.dav import principal_reports, propfind
from cardwright.surfaces.dav.places import BookPlace, Home
from cardwright.surfaces.dav.xml_reading import read
from surfaces.dav.resources import AROUND, CARD, STORED

if TYPE_CHECKING:
    from cardwright.surfaces.dav.context import Streamed

PART = 1_000


class Cards:
    """A book of so many cards, which notes how often it was read."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.reads = 0

    async def following(
        self, _book: object, after: tuple[int, int] | None = None, *, full: bool, limit: int
    ) -> CardsPage:
        assert (full, limit) == (False, PART)
        self.reads += 1
        first = after[0] if after else 0
        cards = [CARD._replace(name=f"{it}.vcf") for it in range(first, min(first + PART, self.count))]
        rest = first + PART
        return CardsPage(cards, (rest, 0) if rest < self.count else None)


class Request(SimpleNamespace):
    """A request for the entity tags of an account with three such books."""

    depth = "1"
    place: object = BookPlace("AC1", "1000")
    user = AROUND.user
    prefix = ""
    prefers_minimal = True
    held = 0

    def __init__(self, cards: Cards) -> None:
        super().__init__(store=SimpleNamespace(cards=cards))
        self.books = SimpleNamespace(
            book=partial(answered, STORED.info),
            books=partial(answered, [STORED.info._replace(name=name) for name in ("1000", "2000", "3000")]),
            generation=partial(answered, "g1"),
        )

    async def read_xml(self) -> object:
        return read(b'<propfind xmlns="DAV:"><prop><getetag/><getcontenttype/></prop></propfind>')

    async def hold_answer(self) -> None:
        self.held += 1


async def answered(value: object, *_asked: object) -> object:
    return value


async def begun(cards: Cards) -> Streamed:
    answer = await propfind.handle(Request(cards))  # type: ignore[arg-type]
    assert not isinstance(answer, tuple) or hasattr(answer.body, "__anext__")
    return answer  # type: ignore[return-value]


async def test_the_store_is_read_as_the_answer_is_taken() -> None:
    cards = Cards(30 * PART)
    answer = await begun(cards)
    octets = 0
    async for piece in answer.body:
        octets += len(piece)
        assert cards.reads <= octets / (PART * 150) + 2
    assert cards.reads == 30


async def test_a_client_that_goes_away_ends_it() -> None:
    cards = Cards(30 * PART)
    answer = await begun(cards)
    await anext(answer.body)
    await answer.body.aclose()  # type: ignore[attr-defined]
    gc.collect()
    await asyncio.sleep(0)
    assert cards.reads == 1


async def peak(count: int) -> int:
    """Return the most octets that Python holds at a time while so many cards are told."""
    answer = await begun(Cards(count))
    tracemalloc.start()
    try:
        async for _ in answer.body:
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


async def test_what_is_held_does_not_grow_with_the_book() -> None:
    assert await peak(12 * PART) < 1.5 * await peak(3 * PART)


@pytest.mark.parametrize("count", [0, 1, PART, PART + 1])
async def test_each_card_is_told_once(count: int) -> None:
    answer = await begun(Cards(count))
    whole = b"".join([piece async for piece in answer.body])
    assert whole.count(b"<d:response>") == count + 1
    assert whole.count(b"<d:getetag>") == count


@pytest.mark.parametrize(("count", "held"), [(PART, 0), (PART + 1, 1)])
async def test_a_long_listing_takes_one_slot(count: int, held: int) -> None:
    request = Request(Cards(count))
    await propfind.handle(request)  # type: ignore[arg-type]
    assert request.held == held


async def test_a_listing_of_many_long_books_takes_one_slot_and_no_more() -> None:
    """Two are all that an account has: with one for each book it would wait for itself."""
    request = Request(Cards(PART + 1))
    request.place, request.depth = Home("AC1"), "0"
    body = read(
        b'<principal-match xmlns="DAV:"><principal-property><owner/></principal-property><prop><owner/></prop>'
        b"</principal-match>"
    )
    answer = await principal_reports.principal_match(request, body)  # type: ignore[arg-type]
    whole = b"".join([piece async for piece in answer.body])  # type: ignore[union-attr]
    assert whole.count(b"<d:response>") == 3 * (PART + 2)
    assert request.held == 1
