"""The texts of books in memory: they find what a look at every card finds, whatever happened since."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

import pytest

from cardwright import vcard
from cardwright.book import card_texts
from cardwright.book.card_octets import written
from cardwright.book.card_ports import Book
from cardwright.book.card_texts import CardTexts
from cardwright.cards.filters import Needle, searchable
from cardwright.store import open_store
from store.acme import book_of
from store.cards_contract import Phone

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

NEEDLES = (
    *(Needle("FN", "IDA"), Needle("N", "BO"), Needle("UID", "UID-"), Needle("UID", "A2"), Needle("FN", "NOBODY")),
    *(Needle("", "3.0"), Needle("TEL", "1")),
)
IDA = NEEDLES[:1]
NOBODY = NEEDLES[4:5]


@pytest.fixture
async def phone(tmp_path: Path) -> AsyncIterator[Phone]:
    async with open_store(tmp_path) as store:
        place = (await book_of(store)).place
        yield Phone(store, Book(place.sid, place.campaign))


async def looked_for(phone: Phone, needle: Needle) -> set[str]:
    """Return what a look at every card finds."""
    generation = await phone.store.cards.generation()
    cards = await phone.listed(full=True)
    texts = {it.name: searchable(next(vcard.read(written(generation, it).octets))) for it in cards}
    return {name for name, columns in texts.items() if needle.text in columns.get(needle.column, "")}


@pytest.mark.parametrize("fresh", [0, 3, 100])
async def test_every_history(phone: Phone, monkeypatch: pytest.MonkeyPatch, fresh: int) -> None:
    monkeypatch.setattr(card_texts, "_FRESH", fresh)
    monkeypatch.setattr(card_texts, "_PART", 3)
    chance = random.Random(fresh)  # noqa: S311 - no secret
    texts = CardTexts(phone.store.cards)
    uids: dict[str, str] = {}
    for at in range(60):
        what = chance.choice(["put", "put", "edit", "delete", "move", "create"]) if uids else "put"
        name = chance.choice(sorted(uids)) if what in {"edit", "delete", "move"} else f"a{at}.vcf"
        uid = uids.pop(name, f"uid-{at}")
        if what == "create":
            await phone.create()
        elif what == "delete":
            await phone.delete(name)
        elif what == "move":
            await phone.move(name, f"m{at}.vcf")
            uids[f"m{at}.vcf"] = uid
        else:
            await phone.put(name, uid, chance.choice(["Ida", "Bo"]))
            uids[name] = uid
        if chance.random() < 0.5:
            for needle in NEEDLES:
                assert set(await texts.holding(phone.book, [needle]) or ()) == await looked_for(phone, needle)
    every = set(await texts.holding(phone.book, NEEDLES) or ())
    assert every == {it.name for it in await phone.listed()}


async def test_several_ask_at_once_and_some_give_up(phone: Phone) -> None:
    for at in range(20):
        await phone.put(f"a{at}.vcf")
    texts = CardTexts(phone.store.cards)
    asked = [asyncio.create_task(texts.holding(phone.book, IDA)) for _ in range(6)]
    await asyncio.sleep(0)
    for one in asked[::2]:
        one.cancel()
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert all(isinstance(one, asyncio.CancelledError) or len(one or ()) == 20 for one in answers)  # type: ignore[arg-type]
    assert len(await texts.holding(phone.book, IDA) or ()) == 20


async def test_a_card_with_much_text_is_always_looked_at(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card_texts, "_FRESH", 0)
    card = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Long\r\nUID:g\r\nNOTE:" + b"x" * 9_000 + b"\r\nEND:VCARD\r\n"
    await phone.put_group("long.vcf", "g", card)
    await phone.put("a.vcf")
    await phone.put("b.vcf")
    assert set(await CardTexts(phone.store.cards).holding(phone.book, NOBODY) or ()) == {"long.vcf"}


async def test_a_book_with_too_many_texts_is_not_kept(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card_texts, "_FRESH", 0)
    monkeypatch.setattr(card_texts, "_MOST", 300)
    texts = CardTexts(phone.store.cards)
    await phone.put("a.vcf")
    assert not texts.knows(phone.book)
    assert await texts.holding(phone.book, IDA) == ["a.vcf"]
    assert texts.knows(phone.book)
    for at in range(9):
        await phone.put(f"b{at}.vcf")
    assert await texts.holding(phone.book, IDA) is None
    assert await texts.holding(phone.book, IDA) is None


async def test_books_that_have_much_together_do_not_stay_together(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(card_texts, "_FRESH", 0)
    monkeypatch.setattr(card_texts, "_ALL", 1)
    texts, whole = CardTexts(phone.store.cards), Book(phone.book.sid, "")
    for at in range(4):
        await phone.put(f"{at}.vcf")
    assert len(await texts.holding(phone.book, IDA) or ()) == 4
    assert len(await texts.holding(whole, IDA) or ()) == 4
    assert [texts.knows(book) for book in (phone.book, whole)] == [False, True]


async def test_it_begins_anew_where_what_has_gone_is_not_known(phone: Phone) -> None:
    """DV-25: an erased contact whose name is no UUID ends the places of before."""
    kept = await phone.put("a.vcf")
    await phone.put("b.vcf")
    texts = CardTexts(phone.store.cards)
    assert len(await texts.holding(phone.book, IDA) or ()) == 2
    await phone.erase(kept.card.number)
    assert await texts.holding(phone.book, IDA) == ["b.vcf"]


async def test_a_few_books_are_kept_and_those_that_nobody_asks_go(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(card_texts, "_BOOKS", 1)
    monkeypatch.setattr(card_texts, "_IDLE", 0)
    await phone.put("a.vcf")
    texts = CardTexts(phone.store.cards)
    whole = Book(phone.book.sid, "")
    for book in (phone.book, whole, phone.book):
        assert await texts.holding(book, IDA) == ["a.vcf"]
    await asyncio.sleep(0.01)
    assert not texts._books  # noqa: SLF001 - what is kept
