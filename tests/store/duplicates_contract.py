"""What every store finds of contacts that may be one person (CW-56)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from cardwright import limits
from cardwright.book import duplicates, partners
from cardwright.book.duplicates import Crowd, Duplicates, Pair
from cardwright.book.merge_people import MergeChoice, MergePeople
from cardwright.book.requests import Patch
from cardwright.contact.model import Contact, Email, Name, Phone
from cardwright.errors import NotFoundError
from store.acme import Book, book_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.book.duplicates import DuplicatesPage
    from cardwright.book.ports import Store

CROWD = limits.DUPLICATE_CROWD.value
PAGE = limits.DUPLICATES_PAGE.value


def person(first: str, email: str = "", phone: str = "", country: str = "", last: str = "Coyote") -> Contact:
    emails = (Email(email),) if email else ()
    return Contact(Name(first, last), emails=emails, phones=(Phone(phone, "work", country),) if phone else ())


async def keep(book: Book, *contacts: Contact) -> list[int]:
    return [await book.keep(contact) for contact in contacts]


async def found(book: Book) -> DuplicatesPage:
    async with Duplicates(book.store) as looking:
        while not (page := await looking.page(book.place)).is_complete:  # noqa: ASYNC110 - nothing tells when it is
            await asyncio.sleep(0.01)
        return page


def told(page: DuplicatesPage) -> list[tuple[int, int, list[str]] | tuple[int, str]]:
    return [
        (it.first.number, it.second.number, [one.value for one in it.shared])
        if isinstance(it, Pair)
        else (it.at.holders, it.shared.value)
        for it in page.entries
    ]


async def pairs(book: Book) -> Sequence[object]:
    return told(await found(book))


class DuplicatesContract:
    """Pairs that share an e-mail address, or a name and a number, saying which, the latest first."""

    async def test_they_share_an_address_or_a_name_and_a_number(self, store: Store) -> None:
        book = await book_of(store)
        await keep(
            book,
            person("Wile", "Wile@Example.com", "8051234567", "US"),
            person("Other", "wile@example.com"),
            person("WILE", "", "+1 805 1234567"),
            person("Road", "", "8051234567", "US"),
            person("Wile", "else@example.com", "1"),
            Contact(Name("Two"), emails=(Email("two@example.com"), Email("else@EXAMPLE.com"))),
            Contact(phones=(Phone("8051234567", "work", "US"),)),
            Contact(organization="Acme", phones=(Phone("8051234567", "work", "US"),)),
            Contact(organization="ACME", phones=(Phone("8051234567", "home", "US"),)),
        )
        assert await pairs(book) == [
            (8, 9, ["8051234567"]),
            (5, 6, ["else@example.com"]),
            (1, 3, ["8051234567"]),
            (1, 2, ["Wile@Example.com"]),
        ]

    async def test_two_who_share_several_things_are_one_pair_that_says_all(self, store: Store) -> None:
        book = await book_of(store)
        await keep(book, *[person("Wile", "w@example.com", "8051234567", "US")] * 2)
        assert await pairs(book) == [(1, 2, ["w@example.com", "8051234567"])]

    async def test_what_happens_since_is_seen_at_the_next_look(self, store: Store) -> None:
        book, other = await book_of(store), await book_of(store, "Other")
        one, two, three = await keep(book, person("A", "a@example.com"), person("B", "b@example.com"), person("C"))
        await keep(other, person("A", "a@example.com"))
        assert await pairs(book) == []
        await book.patch(str(two), email="a@example.com")
        assert await pairs(book) == [(one, two, ["a@example.com"])]
        await book.patch(str(three), email="a@example.com")
        assert [it[:2] for it in await pairs(book)] == [(two, three), (one, three), (one, two)]
        await book.patch(str(one), title="Other")
        assert [it[:2] for it in await pairs(book)] == [(two, three), (one, three), (one, two)]
        await book.contacts.delete(book.sid, "1000", str(one), by="test")
        assert [it[:2] for it in await pairs(book)] == [(two, three)]
        await book.contacts.restore(book.sid, "1000", str(one), by="test")
        await book.patch(str(two), email="b@example.com")
        assert [it[:2] for it in await pairs(book)] == [(one, three)]
        await book.contacts.erase(book.sid, "1000", str(three), by="test")
        assert await pairs(book) == []
        assert await pairs(other) == []
        assert await store.check() == []

    async def test_a_merged_pair_is_none_until_that_is_undone(self, store: Store) -> None:
        book = await book_of(store)
        one, two = await keep(book, person("A", "a@example.com"), person("B", "a@example.com"))
        merged = await MergePeople(store.merges).merge(book.place, one, two, MergeChoice(), "test")
        assert await pairs(book) == []
        await MergePeople(store.merges).undo(book.place, one, merged.revision, "test")
        assert await pairs(book) == [(one, two, ["a@example.com"])]

    async def test_system_created_contacts_are_among_them(self, store: Store) -> None:
        book = await book_of(store)
        known = {"first": "Road", "last": "Runner", "email": "road@example.com"}
        await partners.add_user(store.partners, book.sid, "10000", **known)
        await keep(book, person("Road", "road@example.com"))
        assert await pairs(book) == [(1, 2, ["road@example.com"])]

    async def test_who_is_not_the_same_person_stays_parted(self, store: Store) -> None:
        book = await book_of(store)
        one, two = await keep(book, person("A", "a@example.com"), person("B", "a@example.com"))
        assert len(await pairs(book)) == 1
        await store.duplicates.part(book.place, two, one)
        await store.duplicates.part(book.place, one, two)
        assert await pairs(book) == []
        await book.contacts.update(book.sid, "1000", str(one), Patch(title="Other"), by="test")
        assert await pairs(book) == []
        await store.duplicates.part(book.place, one, two, same=True)
        assert await pairs(book) == [(one, two, ["a@example.com"])]

    async def test_what_more_than_twenty_share_is_one_line(self, store: Store) -> None:
        book = await book_of(store)
        made = await keep(book, *[person(f"P{number}", "office@example.com") for number in range(CROWD)])
        page = await found(book)
        assert (len(page.entries), page.has_earlier) == (PAGE, True)
        made += await keep(book, person("Last", "office@example.com"), person("Other", "office@example.com"))
        assert await pairs(book) == [(CROWD + 2, "office@example.com")]
        await book.patch(str(made[0]), email="own@example.com")
        assert await pairs(book) == [(CROWD + 1, "office@example.com")]
        await book.contacts.erase(book.sid, "1000", str(made[1]), by="test")
        entries = (await found(book)).entries
        assert len(entries) == PAGE
        assert all(isinstance(entry, Pair) for entry in entries)
        assert await store.check() == []

    async def test_a_name_and_a_number_of_many_is_one_line_too(self, store: Store) -> None:
        book = await book_of(store)
        await keep(book, *[person("Wile", "", "8051234567", "US") for _ in range(CROWD + 1)], person("Wile"))
        (entry,) = (await found(book)).entries
        assert isinstance(entry, Crowd)
        assert (entry.at.holders, entry.shared.kind, entry.shared.value) == (CROWD + 1, "phone", "8051234567")
        assert entry.holder.contact.name.first == "Wile"

    async def test_it_is_read_in_pages_there_and_back(self, store: Store) -> None:
        book = await book_of(store)
        for number in range(PAGE + 3):
            await keep(book, *[person(f"P{number}", f"p{number}@example.com")] * 2)
        first = await found(book)
        looking = Duplicates(store)
        second = await looking.page(book.place, first.last)
        assert [len(page.entries) for page in (first, second)] == [PAGE, 3]
        assert told(first)[0][:2] == (2 * PAGE + 5, 2 * PAGE + 6)
        assert told(second)[-1][:2] == (1, 2)
        assert [(page.has_later, page.has_earlier) for page in (first, second)] == [(False, True), (True, False)]
        back = await looking.page(book.place, second.first, back=True)
        assert (told(back), back.has_later, back.has_earlier) == (told(first), False, True)

    @pytest.mark.parametrize("many", [1, 1_000], ids=["through the index", "through the changes"])
    async def test_a_long_look_goes_on_beside_the_requests_and_two_at_once_find_the_same(
        self, store: Store, monkeypatch: pytest.MonkeyPatch, many: int
    ) -> None:
        monkeypatch.setattr(duplicates, "_SLICE", 3)
        monkeypatch.setattr(duplicates, "_MANY", many)
        book, another = await book_of(store), await book_of(store, "Another")
        await keep(book, *[person(f"P{number % 5}", f"p{number % 5}@example.com") for number in range(10)])
        await keep(book, person("Alone", "alone@example.com", "8051234567", "US"))
        await keep(book, person("P0", "p0@example.com", "8051234568", "US"), person("p0", "", "+1 805 123 4568"))
        await keep(book, Contact(Name("Second"), emails=(Email("x@example.com"), Email("p1@EXAMPLE.com"))))
        await keep(another, person("Alone", "alone@example.com"))
        one, other = Duplicates(store), Duplicates(store)
        assert not (await one.page(book.place)).is_complete
        assert not (await other.page(book.place)).is_complete
        for looking in (one, other):
            while not (await looking.page(book.place)).is_complete:  # noqa: ASYNC110 - nothing tells when it is
                await asyncio.sleep(0.01)
        assert sorted(it[:2] for it in told(await other.page(book.place))) == [
            *((1, 6), (1, 12), (2, 7), (2, 14), (3, 8), (4, 9), (5, 10), (6, 12), (7, 14), (12, 13)),
        ]
        await keep(another, person("Other", "alone@example.com"))
        assert [it[:2] for it in await pairs(another)] == [(1, 2)]

    async def test_what_was_found_through_the_index_is_a_crowd_where_many_share_it(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(duplicates, "_SLICE", 10)
        monkeypatch.setattr(duplicates, "_MANY", 1)
        book = await book_of(store)
        await keep(book, *[person(f"P{number}", "office@example.com") for number in range(CROWD + 5)])
        assert await pairs(book) == [(CROWD + 5, "office@example.com")]

    async def test_a_campaign_that_is_not_there_has_none(self, store: Store) -> None:
        book = await book_of(store)
        await keep(book, *[person("A", "a@example.com")] * 2)
        await store.duplicates.part(book.place, 1, 2)
        await pairs(book)
        await store.partners.remove_campaign(book.sid, "1000")
        with pytest.raises(NotFoundError):
            await Duplicates(store).page(book.place)
        await partners.add_campaign(store.partners, book.sid, "1000", "Again")
        await keep(book, *[person("A", "a@example.com")] * 2)
        assert await pairs(book) == [(3, 4, ["a@example.com"])]
        await store.accounts.remove(book.sid)
        assert await store.check() == []
