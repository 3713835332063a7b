"""What every store does when a campaign or a partner account is removed."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Collection
from typing import TYPE_CHECKING

import pytest

from cardwright.book import partners
from cardwright.book.ports import Draft
from cardwright.book.requests import Patch
from cardwright.contact.model import Contact, Name
from cardwright.contact.uid import new_uid
from cardwright.errors import ConflictError, NotFoundError
from cardwright.store.walk import LAGGING
from store.acme import WILE, book_of
from store.moving import fill

if TYPE_CHECKING:
    from cardwright.book.ports import PartnerStore, Store


Rows = Callable[["Store", str], Awaitable[int]]
"""Counts the rows of a table."""
Tables = Collection[str]
"""The names of all tables."""
_OF_NOBODY = {"cardwright", "clock", "credentials", "generation", "program", "server", "term"}
"""Tables that may have a row, or none, whatever accounts there are."""


class RemovalContract:
    """Campaigns and partner accounts that go."""

    async def test_a_removed_campaign_takes_images_and_idempotency_keys_along(self, store: Store) -> None:
        book, other = await book_of(store), await book_of(store, "Other")
        await partners.add_campaign(store.partners, book.sid, "2000", "Second")
        of_both, own = WILE._replace(image_file=b"GIF 1"), WILE._replace(image_file=b"GIF 2")

        async def create(campaign: str, key: str, new: object = of_both, sid: str = book.sid) -> str:
            return await book.contacts.create(sid, campaign, new, by="test", key=key)  # type: ignore[arg-type]

        gone, stays = await create("1000", "a"), await create("2000", "b")
        trash, others = await create("1000", "c", own), await create("1000", "a", sid=other.sid)
        await book.contacts.delete(book.sid, "1000", trash, by="test")
        await store.partners.remove_campaign(book.sid, "1000")
        assert [it.id for it in await store.partners.campaigns(book.sid)] == ["2000"]
        with pytest.raises(NotFoundError):
            await book.get(gone)
        assert (await book.contacts.image(book.sid, "2000", stays)).data == b"GIF 1"
        with pytest.raises(NotFoundError):
            await store.contacts.image(book.sid, hashlib.sha256(b"GIF 2").hexdigest())
        await partners.add_campaign(store.partners, book.sid, "1000", "Again")
        assert await create("1000", "a") not in {gone, stays, trash}
        assert (await create("2000", "b"), await create("1000", "a", sid=other.sid)) == (stays, others)
        assert await create("1000", "c", of_both) not in {gone, stays, trash}
        assert await store.check() == []

    async def test_an_account_that_is_removed_leaves_no_row_of_any_table(
        self, store: Store, rows: Rows, tables: Tables
    ) -> None:
        books = await fill(store)
        many = [Draft(Contact(Name(f"Ann {number}"), uid=new_uid()), ()) for number in range(LAGGING + 1)]
        await store.imports.create(books[0].place, many, "test")
        await books[0].page(order="name")
        empty = {table for table in tables if not await rows(store, table)}
        assert empty <= _OF_NOBODY, "for these it would prove nothing"
        for book in books:
            await store.accounts.remove(book.sid)
        assert {table for table in tables if await rows(store, table)} <= _OF_NOBODY

    async def test_a_removal_that_was_cut_short_is_finished_by_the_next(self, store: Store, rows: Rows) -> None:
        book = await book_of(store)
        await partners.add_campaign(store.partners, book.sid, "2000", "Second")
        await partners.add_partner(store.partners, book.sid, "7", "Seven")
        await book.create()
        partners_store, write = store.partners, store.database.write
        done = []

        async def once(unit: object) -> object:
            if done:
                raise KeyboardInterrupt
            done.append(unit)
            return await write(unit)  # type: ignore[arg-type]

        store.database.write = once  # type: ignore[method-assign, assignment]
        try:
            with pytest.raises(KeyboardInterrupt):
                await partners_store.remove_campaign(book.sid, "1000")
        finally:
            store.database.write = write  # type: ignore[method-assign]
        assert [it.id for it in await partners_store.campaigns(book.sid)] == ["2000"]
        await partners.add_user(partners_store, book.sid, "7", first="A", last="B", email="a@example.com")
        await partners_store.remove_campaign(book.sid, "2000")
        assert (await rows(store, "campaign"), await rows(store, "contact")) == (0, 0)
        assert await store.check() == []

    async def test_ids_that_differ_in_capitals_are_two_partner_accounts(self, store: Store) -> None:
        book = await book_of(store)
        for id_ in ("a", "A"):
            await partners.add_partner(store.partners, book.sid, id_, id_)
        made = [await book.create(partners=("a",)) for _ in range(120)]
        both = await book.create(partners=("A", "10000"))
        await partners.remove_partner(store.partners, book.sid, "A", by="test")
        assert [it.id for it in (await book.contacts.get(book.sid, "1000", both)).partners] == ["10000"]
        with pytest.raises(ConflictError, match="120 contacts have no partner account but a"):
            await partners.remove_partner(store.partners, book.sid, "a", by="test")
        assert await book.found(partner="a") == made
        assert await store.check() == []

    async def test_a_contact_that_loses_its_other_partner_account_meanwhile_is_not_left_without_one(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        book = await book_of(store)
        made = await book.create(partners=("10000", "10001"))
        only_members = type(store.partners).only_members

        async def overtaken(keeper: PartnerStore, sid: str, partner: str) -> list[int]:
            found = await only_members(keeper, sid, partner)
            await book.contacts.update(sid, "1000", made, Patch(partners_remove=("10001",)), by="test")
            return found

        monkeypatch.setattr(type(store.partners), "only_members", overtaken)
        with pytest.raises(ConflictError, match=f"contact {made} has no partner account but 10000"):
            await partners.remove_partner(store.partners, book.sid, "10000", by="test")
        assert await book.found(partner="10000") == [made]
        assert await store.check() == []

    async def test_more_contacts_than_a_slice_leave(self, store: Store) -> None:
        book = await book_of(store)
        made = [await book.create(partners=("10000", "10001")) for _ in range(250)]
        await partners.remove_partner(store.partners, book.sid, "10000", by="test")
        assert await book.found(partner="10000") == []
        assert await book.found(partner="10001") == made
        assert await store.check() == []

    async def test_a_deleted_contact_comes_back_without_what_is_gone(self, store: Store) -> None:
        book = await book_of(store)
        both, only = await book.create(partners=("10000", "10001")), await book.create(partners=("10000",))
        for made in (both, only):
            await book.contacts.delete(book.sid, "1000", made, by="test")
        await partners.remove_partner(store.partners, book.sid, "10000", by="test")
        restored = await book.contacts.restore(book.sid, "1000", both, by="test")
        assert [it.id for it in restored.partners] == ["10001"]
        with pytest.raises(ConflictError, match="partner accounts that are gone: 10000"):
            await book.contacts.restore(book.sid, "1000", only, by="test")
        assert await store.check() == []
