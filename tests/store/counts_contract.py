"""Totals and pages against all contacts looked at one by one (PC-40 to PC-43), while two processes write.

What depends on the size of a book is set to small numbers in turns, so that every way of looking is gone.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cardwright.book.contacts import Contacts
from cardwright.book.requests import NewContact, Query
from cardwright.contact.words import folded, words
from store.acme import Book, Images, book_of

if TYPE_CHECKING:
    from cardwright.book.ports import Store
    from cardwright.book.stored import StoredContact


Leap = Callable[["Store", int], Awaitable[None]]
"""Skips so many numbers of contacts, as others of the account would take them."""
FIRST = ("Ann", "Anna", "Anton", "Bob", "Émile", "山田")
LAST = ("Smith", "Smithson", "O'Brien", "Straße")
TITLES = ("", "Acme", "ACME", "Acme partner")
LABELS: tuple[tuple[str, ...], ...] = ((), ("Main",), ("main", "Vip"), ("Vip Annex",))
ASKED = (
    {},
    {"search": "an"},
    {"search": "anna s"},
    {"search": "a s e"},
    {"search": "acme"},
    {"search": "STRASSE"},
    {"search": "nobody"},
    {"search": "nobody a"},
    {"search": "山"},
    {"search": "8059"},
    {"search": "+1 805 98"},
    {"search": "0805-9876"},
    {"search": "805"},
    {"search": "ann 8059"},
    {"label": "main"},
    {"title": "acme"},
    {"editable": True, "search": "example"},
    {"label": "VIP", "search": "a"},
    {"partner": "10001"},
)


@pytest.mark.usefixtures("sizes")
class CountContract:
    """Whatever the sizes are at which a store looks in another way: the fixture `sizes` sets them."""

    async def test_what_is_found_is_what_is_there(self, store: Store, other: Store, leap: Leap) -> None:
        chance = random.Random(8)  # noqa: S311 - the same course every time, no secret
        one = await book_of(store)
        people = People((one, Book(other, Contacts(other.contacts, Images()), one.sid)), chance, leap)
        for _ in range(60):
            await people.change()
            await people.look(chance.choice(ASKED))
        assert await store.check() == []

    async def test_a_change_that_the_index_does_not_hold_is_counted_by_its_time(self, store: Store) -> None:
        book = await book_of(store)
        early, late = await book.create(), await book.create()
        await asyncio.sleep(0.002)
        since = (await book.patch(late, title="Later")).updated
        assert (await book.page(updated_since=since)).total == 1
        await book.patch(early, image_url="https://example.com/a.gif")
        assert (await book.page(updated_since=since)).total == 2


class People:
    """Contacts that change, and what a list of them must show."""

    def __init__(self, books: tuple[Book, Book], chance: random.Random, leap: Leap) -> None:
        self._leap = leap
        self._books = books
        self._chance = chance
        self._there: list[str] = []
        self._gone: list[str] = []

    async def change(self) -> None:
        """Make, change, delete, restore or erase a contact; numbers leap over blocks, as a shared sequence does."""
        chance, book = self._chance, self._chance.choice(self._books)
        what = chance.choice(("make", "make", "make", "relabel", "rephone", "delete", "restore", "erase"))
        if what == "make" or not self._there:
            await self._make(book)
        elif what == "relabel":
            labels = chance.choice(LABELS[1:])
            field = chance.choice(("labels_add", "labels_remove"))
            await book.patch(chance.choice(self._there), title=chance.choice(TITLES), **{field: labels})
        elif what == "rephone":
            number = f"80598765{chance.randrange(10, 99)}"
            await book.patch(chance.choice(self._there), cellphone=number, cellphone_country="US")
        elif what == "restore" and self._gone:
            back = self._gone.pop()
            await book.contacts.restore(book.sid, "1000", back, by="test")
            self._there = sorted((*self._there, back), key=int)
        else:
            contact_id = self._there.pop(chance.randrange(len(self._there)))
            if what == "erase":
                await book.contacts.erase(book.sid, "1000", contact_id, by="test")
            else:
                await book.contacts.delete(book.sid, "1000", contact_id, by="test")
                self._gone.append(contact_id)

    async def _make(self, book: Book) -> None:
        chance = self._chance
        await self._leap(book.store, chance.choice((0, 0, 700)))
        for _ in range(chance.randrange(1, 4)):
            name = chance.choice(FIRST), chance.choice(LAST)
            partner = chance.choice(("10000", "10001"))
            new = NewContact(*name, f"{len(self._there)}@example.com", (partner,), chance.choice(TITLES))
            self._there.append(await book.create(new, labels=chance.choice(LABELS)))

    async def look(self, asked: dict[str, object]) -> None:
        """Compare a query's total, and its pages by number and by cursor, in both processes."""
        book = self._chance.choice(self._books)
        everything = (await book.page()).contacts
        assert [contact.id for contact in everything] == self._there
        if everything and self._chance.random() < 0.3:
            asked = asked | {"updated_since": self._chance.choice(everything).updated - timedelta(microseconds=1)}
        wanted = [contact for contact in everything if passes(contact, Query(**asked))]
        for each in self._books:
            await pages(each, asked, wanted)
        streamed = book.contacts.every(book.sid, "1000", Query(**asked))
        assert [contact.id async for contact in streamed] == [contact.id for contact in wanted]


def searched(query: Query, contact: StoredContact) -> list[tuple[str, bool]]:
    """The words of a search, and whether a number of the contact begins with all digits of the search (CW-22)."""
    asked = words(query.search)
    digits = "".join(filter(str.isdecimal, asked)).lstrip("0")
    numbers = [form for phone in contact.contact.phones for form in (phone.number, f"1{phone.number}")]
    found = len(digits) >= 4 and any(number.startswith(digits) for number in numbers)
    return [(word, word.isdecimal() and found) for word in asked]


def passes(contact: StoredContact, query: Query) -> bool:
    """Whether a contact passes the filters (PC-40)."""
    exact = [
        (query.title, [contact.contact.title]),
        (query.label, contact.contact.labels),
        (query.partner, [partner.id for partner in contact.partners]),
    ]
    name, labels = contact.contact.name, " ".join(contact.contact.labels)
    has = words(f"{name.first} {name.last} {contact.contact.title} {contact.email} {labels}")
    return (
        all(not asked or folded(asked) in map(folded, held) for asked, held in exact)
        and query.editable in {None, not contact.system}
        and all(any(word.startswith(asked) for word in has) or number for asked, number in searched(query, contact))
        and (query.updated_since is None or contact.updated >= query.updated_since)
    )


async def pages(book: Book, asked: dict[str, object], wanted: list[StoredContact]) -> None:
    """Compare every page by number, then by cursor, with what there is."""
    size, after = 3, 0
    for page in range(1, len(wanted) // size + 2):
        shown = tuple(wanted[(page - 1) * size : page * size])
        for found in (
            await book.page(page=page, page_size=size, **asked),
            await book.page(page=page, page_size=size, after=after, **asked),
        ):
            assert (found.contacts, found.total) == (shown, len(wanted)), (asked, page)
        after = found.last_number
