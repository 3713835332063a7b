"""What every store does with lists in every order, forward and backward (PC-40, PC-43, CW-23)."""

from __future__ import annotations

import asyncio
import random
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import pytest

from cardwright.book import partners
from cardwright.book.name_order import full_name, name_key
from cardwright.book.ports import Draft, LargePageError
from cardwright.book.requests import Query
from cardwright.contact.model import Contact, Email, Name, Phone
from cardwright.contact.uid import new_uid
from store.acme import Book, book_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cardwright.book.ports import Store
    from cardwright.book.stored import StoredContact

NAMES: Final = (
    Contact(Name("Zoë", "Ångström")),
    Contact(Name("zoe", "angstrom")),
    Contact(Name("Émile", "Zola", prefix="Dr.")),
    Contact(Name("emil", "Nolde")),
    Contact(Name(last="O'Brien")),
    Contact(Name("Søren", "Æther")),
    Contact(Name("山田", "太郎")),
    Contact(organization="Acme"),
    Contact(emails=(Email("first@example.com"),)),
    Contact(phones=(Phone("+1 805 1", "home"),)),
    Contact(),
    Contact(Name("x" * 255, "y" * 255)),
    Contact(Name("x" * 255, "a" * 255)),
)
ORDERS: Final = {
    "number": lambda it: it.number,
    "name": lambda it: (name_key(full_name(it.contact)), it.number),
    "updated": lambda it: (it.updated, it.number),
}
FILTERS: Final = ({}, {"label": "vip"}, {"title": "rare"}, {"search": "a"}, {"search": "a", "label": "vip"})


async def pages(book: Book, **query: object) -> AsyncIterator[list[str]]:
    """Follow the cursor to the end."""
    page = await book.page(**query)
    while True:
        yield [it.id for it in page.contacts]
        if not page.more:
            return
        page = await book.page(**query, cursor=page.last)


async def backward(book: Book, **query: object) -> list[list[str]]:
    """Return the pages from the one before the end to the first, each found from the one after it."""
    page = await book.page(**query)
    while page.more:
        page = await book.page(**query, cursor=page.last)
    found = []
    while page.earlier and page.first:
        page = await book.page(**query, cursor=page.first._replace(before=True))
        found.append([it.id for it in page.contacts])
    return found[::-1]


async def many(store: Store, count: int = 400) -> Book:
    """Return a book of so many contacts of which some are alike."""
    book, chance = await book_of(store), random.Random(count)  # noqa: S311 - no secret
    drafts = []
    for at in range(count):
        one = chance.choice(NAMES) if at % 3 else Contact(Name(chance.choice("aäBbc"), f"{chance.randrange(50)}"))
        labels, title = ("vip",) if chance.random() < 0.5 else (), "rare" if at % 50 == 7 else "usual"
        drafts.append(Draft(one._replace(labels=labels, title=title, uid=new_uid()), ("10000",)))
    for at in range(0, count, 100):
        await store.imports.create(book.place, drafts[at : at + 100], "test")
    return book


async def everybody(book: Book, **query: object) -> list[StoredContact]:
    return list((await book.page(**query)).contacts)


class OrderContract:
    """Lists in every order."""

    @pytest.mark.parametrize("far", [10_000, 0])
    @pytest.mark.parametrize("descending", [False, True])
    @pytest.mark.parametrize("order", ORDERS)
    async def test_it_is_that_of_what_is_shown(
        self,
        store: Store,
        monkeypatch: pytest.MonkeyPatch,
        order: str,
        descending: bool,  # noqa: FBT001
        far: int,
    ) -> None:
        """With `far` 0 all who are found are remembered in their order, as where they stand together."""
        monkeypatch.setattr("cardwright.store.walk._FAR", far)
        monkeypatch.setattr("cardwright.store.walk._LEAST", 16)
        book = await many(store)
        for asked in FILTERS:
            model = sorted(await everybody(book, **asked), key=ORDERS[order], reverse=descending)
            expected = [it.id for it in model]
            page = await book.page(**asked, order=order, descending=descending)
            assert [it.id for it in page.contacts] == expected
            assert (page.total, page.more, page.earlier) == (len(expected), False, False)
            query = {**asked, "order": order, "descending": descending, "page_size": 33}
            walked = [one async for one in pages(book, **query)]
            assert [one for several in walked for one in several] == expected
            assert await backward(book, **query) == walked[:-1]
            third = await book.page(**query, page=3)
            assert [it.id for it in third.contacts] == expected[66:99]

    async def test_accents_case_and_signs(self, store: Store) -> None:
        book = await book_of(store)
        for contact in NAMES:
            await book.keep(contact)
        shown = [full_name(it.contact)[:20] for it in await everybody(book, order="name")]
        assert shown == [
            "+1 805 1",
            "Acme", "Dr. Émile Zola", "emil Nolde", "first@example.com", "No name", "O'Brien", "Søren Æther",
            "x" * 20, "x" * 20, "Zoë Ångström", "zoe angstrom", "山田 太郎",
        ]  # fmt: skip

    async def test_it_follows_every_change(self, store: Store) -> None:
        book = await book_of(store)
        first, second, third = [await book.create(first=name) for name in ("Carla", "Anna", "Bert")]
        assert await book.found(order="name") == [second, third, first]
        await book.patch(second, first="Zora")
        assert await book.found(order="name") == [third, first, second]
        await book.contacts.delete(book.sid, "1000", first, by="test")
        assert await book.found(order="name") == [third, second]
        await book.contacts.restore(book.sid, "1000", first, by="test")
        assert await book.found(order="name") == [third, first, second]
        assert await book.found(order="updated", descending=True) == [first, second, third]
        await partners.add_user(
            store.partners, book.sid, "10000", first="Bob", last="B", email="b@example.com", title=""
        )
        assert await book.found(order="name") == [third, "M4", first, second]
        await book.contacts.erase(book.sid, "1000", third, by="test")
        assert await book.found(order="name") == ["M4", first, second]

    async def test_it_follows_many_changes_at_once(self, store: Store) -> None:
        """More than the index of names may lag behind."""
        book = await many(store, 300)
        assert len(await book.found(order="name")) == 300
        people = await everybody(book)
        for at, one in enumerate(people[:250]):
            await book.patch(one.id, title=f"Chief {at}") if one.contact.emails else None
        await store.imports.create(
            book.place, [Draft(one.contact._replace(uid=new_uid()), ("10000",)) for one in people], "t"
        )
        model = sorted(await everybody(book), key=ORDERS["name"])
        assert await book.found(order="name") == [it.id for it in model]

    async def test_whoever_follows_meets_all_that_stay(self, store: Store) -> None:
        """PC-43: while others come, change and go."""
        book = await many(store, 120)
        stay = {it.id for it in await everybody(book)}
        met: list[str] = []
        page = await book.page(order="name", page_size=10)
        while True:
            met += [it.id for it in page.contacts]
            gone = page.contacts[0].id
            await book.contacts.delete(book.sid, "1000", gone, by="test")
            await book.create(first="aa", last="Newcomer")
            if not page.more:
                break
            page = await book.page(order="name", page_size=10, cursor=page.last)
        assert stay <= set(met)
        assert len(met) == len(set(met))

    async def test_two_lists_bring_the_names_up_to_date_together(self, store: Store) -> None:
        book = await many(store, 300)
        several = await asyncio.gather(*(book.found(order="name") for _ in range(5)), book.create(first="Late"))
        lists = [{*found} for found in several[:-1]]
        assert all(300 <= len(found) <= 301 for found in lists)
        names = [name_key(full_name(it.contact)) for it in await everybody(book, order="name")]
        assert all(before <= after for before, after in pairwise(names))

    async def test_a_page_of_too_much_text_is_refused(self, store: Store) -> None:
        book = await many(store, 60)
        with pytest.raises(LargePageError):
            await store.contacts.list(book.place, Query(order="name"), 1_000)
        assert len((await store.contacts.list(book.place, Query(order="name", page_size=5), 10_000)).contacts) == 5

    async def test_a_campaign_without_anybody(self, store: Store) -> None:
        book = await book_of(store)
        page = await book.page(order="name")
        assert (page.contacts, page.total, page.more, page.earlier, page.first) == ((), 0, False, False, None)

    async def test_a_campaign_that_goes_takes_its_names_along(self, store: Store) -> None:
        book = await many(store, 300)
        await book.found(order="name")
        await store.partners.remove_campaign(book.sid, "1000")
        await partners.add_campaign(store.partners, book.sid, "1000", "Again")
        one = await book.create()
        assert await book.found(order="name") == [one]
        assert await store.check() == []

    @pytest.mark.parametrize("taken_in", [True, False])
    async def test_check_knows_what_the_index_of_names_holds(self, store: Store, *, taken_in: bool) -> None:
        """Also while it lags behind."""
        book = await many(store, 300 if taken_in else 20)
        await book.found(order="name")
        for one in ("3", "4"):
            await book.contacts.delete(book.sid, "1000", one, by="test")
        await book.patch("5", first="Other")
        await book.create()
        assert await store.check() == []
