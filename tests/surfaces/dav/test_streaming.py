"""A PROPFIND of a book reads as it sends: what it holds does not grow with the book (DV-32); without a store."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from cardwright.book.card_ports import Listed
from cardwright.surfaces.dav import propfind
from cardwright.surfaces.dav.places import BookPlace
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

    async def following(self, _book: object, after: tuple[int, int] | None = None, *, full: bool, limit: int) -> Listed:
        assert (full, limit) == (False, PART)
        self.reads += 1
        first = after[0] if after else 0
        cards = [CARD._replace(name=f"{it}.vcf") for it in range(first, min(first + PART, self.count))]
        rest = first + PART
        return Listed(cards, (rest, 0) if rest < self.count else None)


def request_of(cards: Cards) -> SimpleNamespace:
    async def answer(value: object = None) -> object:
        return value

    body = read(b'<propfind xmlns="DAV:"><prop><getetag/><getcontenttype/></prop></propfind>')
    return SimpleNamespace(
        read_xml=lambda: answer(body),
        depth="1",
        place=BookPlace("AC1", "1000"),
        user=AROUND.user,
        prefix="",
        prefers_minimal=True,
        hold_answer=answer,
        books=SimpleNamespace(book=lambda _user, _name: answer(STORED.info), generation=lambda: answer("g1")),
        store=SimpleNamespace(cards=cards, accounts=None),
    )


async def begun(cards: Cards) -> Streamed:
    answer = await propfind.handle(request_of(cards))  # type: ignore[arg-type]
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
