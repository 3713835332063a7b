"""The list of deleted contacts, and what is suggested in fields, on every store (CW-20, CW-32)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cardwright import limits
from cardwright.book import partners
from cardwright.book.merge_people import MergeChoice, MergePeople
from store.acme import Book, book_of

if TYPE_CHECKING:
    from cardwright.book.ports import Store


async def gone(book: Book, limit: int = 50, before: int | None = None) -> list[str]:
    return [str(it.number) for it in (await book.store.deleted.list(book.place, limit, before)).changes]


class DeletedContract:
    async def test_the_latest_come_first(self, store: Store) -> None:
        book = await book_of(store)
        first, second, third = [await book.create(first=name) for name in ("Ann", "Bob", "Cyd")]
        for one in (second, first, third):
            await book.contacts.delete(book.sid, "1000", one, by="token x")
        assert await gone(book) == [third, first, second]
        found = (await store.deleted.list(book.place, 2)).changes
        assert [(it.kind, it.by, it.before.contact.name.first) for it in found if it.before] == [
            ("deleted", "token x", "Cyd"),
            ("deleted", "token x", "Ann"),
        ]
        assert await gone(book, 2, found[-1].sequence) == [second]

    @pytest.mark.parametrize("lengths", [[3, 3, 1], [1] * 7], ids=["few", "each holds much"])
    async def test_pages_lead_to_the_end_and_back(
        self, store: Store, lengths: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Also where each holds so much that it has one row alone: nobody is left out."""
        if max(lengths) == 1:
            for module in ("sqlite", "postgres"):
                monkeypatch.setattr(f"cardwright.store.{module}.deleted._MUCH", 1)
        book = await book_of(store)
        made = [await book.create() for _ in range(7)]
        for one in made:
            await book.contacts.delete(book.sid, "1000", one, by="test")
        pages = [await store.deleted.list(book.place, 3)]
        while pages[-1].more:
            pages.append(await store.deleted.list(book.place, 3, pages[-1].changes[-1].sequence))
        assert [str(it.number) for page in pages for it in page.changes] == made[::-1]
        assert [len(page.changes) for page in pages] == lengths
        assert [page.earlier for page in pages] == [False] + [True] * (len(pages) - 1)
        back = [pages[-1]]
        while back[-1].earlier:
            back.append(await store.deleted.list(book.place, 3, after=back[-1].changes[0].sequence))
        seen = [str(it.number) for page in back[::-1] for it in page.changes]
        assert seen == made[::-1]
        assert all(page.more for page in back[1:])
        assert not back[-1].earlier

    async def test_who_is_back_or_erased_is_not_there(self, store: Store) -> None:
        book = await book_of(store)
        back, again, erased = [await book.create(first=name) for name in ("Ann", "Bob", "Cyd")]
        for one in (back, again, erased):
            await book.contacts.delete(book.sid, "1000", one, by="test")
        await book.contacts.restore(book.sid, "1000", back, by="test")
        await book.contacts.restore(book.sid, "1000", again, by="test")
        await book.contacts.delete(book.sid, "1000", again, by="test")
        await book.contacts.erase(book.sid, "1000", erased, by="test")
        assert await gone(book) == [again]

    async def test_who_went_with_a_partner_user_or_into_another_is_not_there(self, store: Store) -> None:
        book = await book_of(store)
        texts = {"first": "Road", "last": "Runner", "email": "road@example.com", "title": ""}
        user = await partners.add_user(store.partners, book.sid, "10000", **texts)
        await partners.remove_user(store.partners, book.sid, "10000", user.id)
        first, second = await book.create(first="Ann"), await book.create(first="Bob")
        await MergePeople(store.merges).merge(book.place, int(first), int(second), MergeChoice(), "test")
        assert await gone(book) == []

    async def test_other_campaigns_have_their_own(self, store: Store) -> None:
        book = await book_of(store)
        await partners.add_campaign(store.partners, book.sid, "2000", "Second")
        one = await book.create()
        await book.contacts.delete(book.sid, "1000", one, by="test")
        elsewhere = book.place._replace(campaign="2000")
        assert (await store.deleted.list(elsewhere, 50)).changes == []

    async def test_no_number_that_a_client_makes_up_leads_into_another_campaign(self, store: Store) -> None:
        book = await book_of(store)
        later = await book_of(store, "Later")
        await later.contacts.delete(later.sid, "1000", await later.create(), by="test")
        for before in (2**40 - 1, 2**40, 2**41 - 1, 10**18 - 1):
            assert await gone(book, before=before) == []
            assert len(await gone(later, before=before)) == 1


class SuggestionsContract:
    async def test_labels_are_those_of_who_changed_last(self, store: Store) -> None:
        book = await book_of(store)
        assert await store.contacts.labels(book.place) == []
        await book.create(labels=("vip", "Émile", "press"))
        await book.create(labels=("vip", "zoo"))
        assert await store.contacts.labels(book.place) == ["Émile", "press", "vip", "zoo"]

    async def test_they_are_few(self, store: Store) -> None:
        book = await book_of(store)
        for at in range(4):
            await book.create(labels=tuple(f"label {at} {nth}" for nth in range(20)))
        assert len(await store.contacts.labels(book.place)) == limits.SUGGESTIONS.value
