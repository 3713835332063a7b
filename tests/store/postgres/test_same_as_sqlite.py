"""Searches and filters over awkward texts find on PostgreSQL what they find on SQLite (PC-40).

`CARDWRIGHT_PARITY=full` makes it 3,000 contacts and 4,000 searches.
"""

from __future__ import annotations

import asyncio
import os
import random
import unicodedata
from typing import TYPE_CHECKING

import pytest

from cardwright.book.name_order import name_key
from cardwright.book.requests import Cursor, Query
from cardwright.contact.model import Contact, Email, Name, Phone
from cardwright.contact.uid import new_uid
from cardwright.store import open_store
from cardwright.store.postgres.finding import counts
from store.acme import book_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from cardwright.store.postgres import PostgresStore
    from store.acme import Book

CONTACTS, SEARCHES = (3_000, 4_000) if os.environ.get("CARDWRIGHT_PARITY") == "full" else (500, 500)
LONG = "Donaudampfschifffahrt" * 60
"""A word that is longer than what PostgreSQL's index holds in one piece."""
TEXTS = (
    *("José", "Jose\u0301", "JOSE", "Joseph", "Núñez", "Nunez", "Straße", "STRASSE", "Strasser", "Łukasz", "Lukas"),
    *("Æther", "Aethel", "Ørsted", "Đỗ", "İstanbul", "ırmak", "Irma", "ﬁsh ﬂow", "office", "½ cup", "①②", "x² y₂"),  # noqa: RUF001 - ligatures
    *("ΣΊΣΥΦΟΣ", "Σίσυφος", "Иванов Пётр", "иванова", "محمد", "مُحَمَّد علي", "العربية", "สวัสดี ครับ", "ไทย"),
    *("हिन्दी", "नमस्ते", "山田 太郎", "山本"),
    *("한국어", "ﾔﾏﾀﾞ", "👩\u200d👩\u200d👧 family", "soft\u00adhyphen", "zero\u200bwidth", "l\u2019Hôpital"),
    *("O'Brien", "d''Artagnan", '"q"', "back\\slash", "a & b | !c", "wile:*", "a <-> b", "(x | y)", "%_%", "e-mail"),
    *("1=n805", "AbCd:coyote", "null\u00a0space", "a_b", "C++", "Smith-Jones", "McÖzil", "x" * 255),
    *(LONG, LONG + "sgesellschaft"),
    *("Coyote", "Wile E.", "Acme", "Acme Partner", "acme partners", "a", "b", "1", "12", "80 Days", "2nd"),
)  # fmt: skip
PHONES = (
    *("8051234567", "+18051234567", "8059876543", "(805) 123-4567", "0049301234567", "+49 30 1234567", "0301234567"),
    *("123", "1234", "911", "١٢٣٤", "+44 20 7946 0958", "02079460958", "805-123-9999", "1 805 123 4567", "0805"),
)
DOMAINS = ("example.com", "EXAMPLE.org", "straße.example", "acme.example")


class Pair:
    """The same contacts in two stores."""

    def __init__(self, one: Book, two: Book, chance: random.Random) -> None:
        self.books = one, two
        self.chance = chance

    async def fill(self) -> None:
        """Keep the same contacts in both, in the same order."""
        for at in range(0, CONTACTS, 250):
            several = [self.contact() for _ in range(min(250, CONTACTS - at))]
            one, two = [await asyncio.gather(*map(book.keep, several)) for book in self.books]
            assert one == two

    def contact(self) -> Contact:
        chance = self.chance
        numbers = chance.choices(PHONES, k=chance.choice((0, 1, 1, 2)))
        local = "".join(c for c in chance.choice(TEXTS)[:20] if c.isalnum()) or "x"
        return Contact(
            Name(chance.choice(TEXTS), chance.choice(TEXTS)),
            chance.choice(("", *TEXTS)),
            chance.choice(("", *TEXTS)),
            " ".join(chance.choices(TEXTS, k=chance.choice((0, 0, 3)))),
            tuple([Phone(number, "work", chance.choice(("US", "", "DE"))) for number in numbers]),
            (Email(f"{local}@{chance.choice(DOMAINS)}"),) * chance.choice((0, 1)),
            labels=tuple(dict.fromkeys(chance.choices(TEXTS, k=chance.choice((0, 1, 2))))),
            uid=new_uid(),
        )

    def query(self) -> Query:
        chance = self.chance
        words = [self.fragment() for _ in range(chance.choice((1, 1, 1, 2, 2, 3)))]
        query = Query(
            search=chance.choice((" ", " ", ", ", "-", "")).join(words), page_size=chance.choice((3, 50, 20_000))
        )
        match chance.randrange(8):
            case 0:
                query = query._replace(label=chance.choice(TEXTS).upper())
            case 1:
                query = query._replace(title=chance.choice(TEXTS), search=chance.choice(("", query.search)))
            case 2:
                query = query._replace(partner="10000")
            case 3:
                query = query._replace(page=chance.randrange(1, 4))
            case 4:
                query = query._replace(after=chance.randrange(CONTACTS))
            case _:
                pass
        return self.ordered(query) if chance.random() < 0.5 else query

    def ordered(self, query: Query) -> Query:
        """Return the query with an order that both have alike, from anywhere on, in either direction."""
        chance = self.chance
        query = query._replace(order=chance.choice(("number", "name")), descending=chance.random() < 0.5)
        if chance.random() < 0.5:
            return query
        key = name_key(chance.choice(TEXTS)) if query.order == "name" else 0
        return query._replace(cursor=Cursor(key, chance.randrange(CONTACTS), before=chance.random() < 0.5))

    def fragment(self) -> str:
        """Return the beginning of a text, or a piece of it, written in another way."""
        chance = self.chance
        text = chance.choice((*TEXTS, *PHONES))
        first = chance.choice((0, 0, 0, chance.randrange(len(text))))
        text = text[first : first + chance.choice((1, 2, 3, 4, 8, 600, 5_000))]
        how = chance.choice((str, str, str.upper, str.lower, str.title, *FORMS))
        return how(text)

    async def differences(self, queries: list[Query]) -> tuple[int, list[Query]]:
        """Return how many contacts were found, and the queries for which the two differ."""
        found, different = 0, []
        for at in range(0, len(queries), 50):
            several = queries[at : at + 50]
            one, two = [
                await asyncio.gather(*(book.store.contacts.list(book.place, query) for query in several))
                for book in self.books
            ]
            found += sum(page.total for page in one)
            for query, page, other in zip(several, one, two, strict=True):
                numbers = [[contact.number for contact in each.contacts] for each in (page, other)]
                if numbers[0] != numbers[1] or page[1:] != other[1:]:
                    different.append(query)
        return found, different


FORMS = tuple(lambda text, form=form: unicodedata.normalize(form, text) for form in ("NFC", "NFD", "NFKC"))


@pytest.fixture
async def pair(store: PostgresStore, tmp_path: Path) -> AsyncIterator[Pair]:
    chance = random.Random(1)  # noqa: S311 - the same course every time, no secret
    async with open_store(str(tmp_path / "data")) as sqlite:
        pair = Pair(await book_of(sqlite), await book_of(store), chance)
        await pair.fill()
        yield pair


@pytest.mark.parametrize("few", [None, 0], ids=["by numbers", "along blocks"])
async def test_a_search_finds_what_it_finds_on_sqlite(
    pair: Pair, few: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if few is not None:
        monkeypatch.setattr(counts, "_FEW", few)
        monkeypatch.setattr(counts, "_MOST", few)
    found, different = await pair.differences([pair.query() for _ in range(SEARCHES)])
    assert different == []
    assert found > SEARCHES


@pytest.mark.parametrize("search", [LONG, LONG[:500], LONG[:501], LONG[:1_000], LONG[:1_000] + "x", LONG[:700] + "x"])
async def test_a_word_longer_than_the_index_holds_is_found_by_any_beginning(store: PostgresStore, search: str) -> None:
    book = await book_of(store)
    texts = ("Donau", LONG, LONG + "sgesellschaft", LONG[:1_000] + "yy")
    for text in texts:
        await book.keep(Contact(Name("Wile"), note=text))
    wanted = [str(at) for at, text in enumerate(texts, 1) if text.lower().startswith(search.lower())]
    assert [str(one.number) for one in (await store.contacts.list(book.place, Query(search=search))).contacts] == wanted


async def test_of_very_many_words_the_first_are_found_and_so_is_the_contact(store: PostgresStore) -> None:
    book = await book_of(store)
    words = [f"w{at:x}q" for at in range(200_000)]
    await book.keep(Contact(Name("Wile"), title="Genius", note=" ".join(words)))
    for query, is_found in (
        (Query(search="wile"), True),
        (Query(title="genius"), True),
        (Query(search=words[70_000]), True),
        (Query(search=words[-1]), False),
    ):
        assert (await store.contacts.list(book.place, query)).total == is_found, query
    assert await store.check() == []
