"""Reports read as they send: what is held does not grow with the book, and who goes away ends it (DV-32)."""

from __future__ import annotations

import gc
import tracemalloc
import weakref
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from cardwright.book.card_ports import CardsPage, Reached, Synced
from cardwright.errors import NotFoundError
from cardwright.surfaces.dav import reports
from cardwright.surfaces.dav.places import BookPlace
from cardwright.surfaces.dav.xml_reading import read
from surfaces.dav.resources import AROUND, CARD, STORED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from xml.etree.ElementTree import Element

    from cardwright.book.card_ports import BookCard
    from cardwright.surfaces.dav.context import DavRequest, Streamed

PART = 1_000
NAMESPACES = 'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav"'
HREF = "/dav/addressbooks/AC1/1000/"
PROP = "<d:prop><d:getetag/></d:prop>"


class Cards:
    """A book of so many cards, which notes how often it was read, and may go away after so many reads."""

    def __init__(self, count: int, goes_after: int = 1_000) -> None:
        self.count = count
        self.goes_after = goes_after
        self.reads = 0

    def cards(self, first: int, count: int) -> list[BookCard]:
        self.reads += 1
        if self.reads > self.goes_after:
            raise NotFoundError
        return [CARD._replace(name=f"{it}.vcf") for it in range(first, min(first + count, self.count))]

    async def state(self, _book: object) -> list[Reached]:
        return [Reached(1, self.count, -1)]

    async def changed(
        self, _book: object, since: Sequence[Reached], limit: int, *, full: bool, until: Sequence[Reached]
    ) -> Synced:
        assert (full, until) == (False, await self.state(_book))
        first = since[0].listed if since else 0
        cards = self.cards(first, limit)
        return Synced(cards, [], [Reached(1, 0, first + len(cards))], first + len(cards) >= self.count)

    async def following(self, _book: object, after: tuple[int, int] | None = None, *, full: bool) -> CardsPage:
        assert not full
        first = after[0] if after else 0
        cards = self.cards(first, PART)
        return CardsPage(cards, (first + PART, 0) if first + PART < self.count else None)

    async def named(self, _book: object, names: Sequence[str], *, full: bool) -> list[BookCard | None]:
        assert not full
        return [CARD._replace(name=name) for name in names[: len(self.cards(0, len(names)))]]


def body_of(kind: str, count: int) -> Element:
    inside = {
        "addressbook-query": "<c:filter/>",
        "addressbook-multiget": "".join(
            [f"<d:href>/dav/addressbooks/AC1/1000/{it}.vcf</d:href>" for it in range(count)]
        ),
        "sync-collection": "<d:sync-token/><d:sync-level>1</d:sync-level>",
    }[kind]
    prefix = "d" if kind == "sync-collection" else "c"
    return read(f"<{prefix}:{kind} {NAMESPACES}>{PROP}{inside}</{prefix}:{kind}>".encode())


async def begun(cards: Cards, kind: str) -> Streamed:
    async def answer(value: object = None) -> object:
        return value

    body = body_of(kind, cards.count)
    request = SimpleNamespace(
        depth="1",
        place=BookPlace("AC1", "1000"),
        user=AROUND.user,
        prefix="",
        host="",
        href=lambda: HREF,
        prefers_minimal=True,
        hold_answer=answer,
        books=SimpleNamespace(book=lambda _user, _name: answer(STORED.info), generation=lambda: answer("g1")),
        store=SimpleNamespace(cards=cards),
    )
    return cast("Streamed", await reports.REPORTS[body.tag](cast("DavRequest", request), body))


KINDS = pytest.mark.parametrize("kind", ["addressbook-query", "addressbook-multiget", "sync-collection"])


@KINDS
async def test_each_card_is_told_once_as_the_answer_is_taken(kind: str) -> None:
    cards = Cards(20 * PART)
    octets = 0
    pieces = []
    async for piece in (await begun(cards, kind)).body:
        pieces.append(piece)
        octets += len(piece)
        assert cards.reads <= octets / (500 * 150) + 3
    assert b"".join(pieces).count(b"<d:getetag>") == cards.count


@KINDS
async def test_who_goes_away_ends_it(kind: str) -> None:
    cards = Cards(20 * PART)
    answer = await begun(cards, kind)
    await anext(answer.body)
    await answer.body.aclose()  # type: ignore[attr-defined]
    gc.collect()
    assert cards.reads <= 2


async def peak(count: int, kind: str) -> int:
    """Return the most octets that Python holds at a time while so many cards are told."""
    answer = await begun(Cards(count), kind)
    gc.collect()  # empties what Python keeps of freed tuples, which are counted only if they were made from here on
    tracemalloc.start()
    try:
        async for _ in answer.body:
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("kind", ["addressbook-query", "sync-collection"])
async def test_what_is_held_does_not_grow_with_the_book(kind: str) -> None:
    await peak(PART, kind)  # what the first one loads stays, and is counted with nobody
    assert await peak(12 * PART, kind) < 1.5 * await peak(3 * PART, kind)


class Parts(Cards):
    """A book that notes how many of the parts that were read before are still held when the next is read."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.held: list[int] = []
        self._parts: list[weakref.ref[Part]] = []

    def cards(self, first: int, count: int) -> list[BookCard]:
        self.held.append(sum(part() is not None for part in self._parts))
        part = Part(super().cards(first, count))
        self._parts.append(weakref.ref(part))
        return part


class Part(list["BookCard"]):
    """A part of the cards; a plain list takes no weak reference."""


@pytest.mark.parametrize("kind", ["addressbook-query", "sync-collection"])
async def test_a_part_goes_before_the_next_is_read(kind: str) -> None:
    cards = Parts(4 * PART)
    async for _ in (await begun(cards, kind)).body:
        pass
    assert cards.held == [0, 0, 0, 0]


ENDS = {
    "addressbook-query": (b"HTTP/1.1 507", 0),
    "addressbook-multiget": (b"HTTP/1.1 404", 4 * PART),
    "sync-collection": (b"HTTP/1.1 507", 1),
}


@KINDS
async def test_a_book_that_goes_away_ends_it_well(kind: str) -> None:
    """What is told is told; a sync says that there is more, and its client hears the rest when it asks."""
    cards = Cards(6 * PART, 2 if kind != "addressbook-multiget" else 4)
    whole = b"".join([piece async for piece in (await begun(cards, kind)).body])
    status, count = ENDS[kind]
    assert whole.count(b"<d:getetag>") == 2 * PART
    assert whole.count(status) == count
    read(whole)
