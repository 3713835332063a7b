"""What every store does with share links (CW-52 to CW-54)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from cardwright.book import accounts, partners, share_links
from cardwright.book.merge_people import MergePeople, suggested
from cardwright.book.ports import Place
from cardwright.book.share_links import SharedContact, find, make
from cardwright.errors import InvalidError, NotFoundError
from store.acme import WILE, book_of

if TYPE_CHECKING:
    from cardwright.book.ports import Store
    from store.acme import Book
    from store.merges_contract import Octets
    from store.removals_contract import Rows


async def gone(store: Store, token: str) -> bool:
    try:
        await find(store.shares, token)
    except NotFoundError:
        return True
    return False


async def shared(book: Book) -> tuple[Place, int, str]:
    place, number = Place(book.sid, "1000"), int(await book.create())
    return place, number, await make(book.store.shares, place, number)


class ShareContract:
    """CW-52 to CW-54."""

    @pytest.mark.parametrize("days", share_links.DAYS)
    async def test_a_link_shows_its_contact_until_its_time_is_over(self, store: Store, days: int) -> None:
        book = await book_of(store)
        place, number, _ = await shared(book)
        begun = datetime.now(UTC)
        token = await make(store.shares, place, number, days=days)
        assert await find(store.shares, token) == SharedContact(book.sid, "1000", number)
        link = await store.shares.of(place, number)
        assert link
        assert abs(link.made - begun) < timedelta(minutes=1)
        if days:
            assert link.until
            assert abs(link.until - link.made - timedelta(days=days)) < timedelta(minutes=1)
        else:
            assert link.until is None

    @pytest.mark.parametrize("days", [-1, 2, 365])
    async def test_no_other_times_are_taken(self, store: Store, days: int) -> None:
        book = await book_of(store)
        place, number, token = await shared(book)
        with pytest.raises(InvalidError):
            await make(store.shares, place, number, days=days)
        assert await find(store.shares, token)

    async def test_a_link_whose_time_is_over_is_none(self, store: Store) -> None:
        book = await book_of(store)
        place, number, _ = await shared(book)
        over = datetime.now(UTC) - timedelta(seconds=1)
        await store.shares.keep(place, number, accounts.digest("x" * 24), over)
        assert await gone(store, "x" * 24)
        assert await store.shares.of(place, number) is None

    async def test_a_stopped_link_is_none_on_every_worker_at_once(self, store: Store, other: Store) -> None:
        book = await book_of(store)
        place, number, token = await shared(book)
        assert await find(other.shares, token)
        await store.shares.stop(place, number)
        assert await gone(other, token)
        assert await gone(store, token)
        assert await other.shares.of(place, number) is None
        await store.shares.stop(place, number)

    async def test_a_new_link_ends_the_old_one(self, store: Store, other: Store) -> None:
        book = await book_of(store)
        place, number, old = await shared(book)
        new = await make(other.shares, place, number, days=1)
        assert await gone(store, old)
        assert await find(store.shares, new) == SharedContact(book.sid, "1000", number)

    @pytest.mark.parametrize("token", ["", "x", "x" * 24, "x" * 10_000, "é" * 24, "\0" * 24, "\ud800" * 24, "../" * 8])
    async def test_what_is_no_token_is_found_nowhere(self, store: Store, token: str) -> None:
        await shared(await book_of(store))
        assert await gone(store, token)

    async def test_every_link_is_another_and_no_token_is_kept(self, store: Store, octets: Octets) -> None:
        book = await book_of(store)
        tokens = [(await shared(book))[2] for _ in range(20)]
        assert len(set(tokens)) == 20
        assert min(map(len, tokens)) * 6 >= 128
        held = await octets(store)
        assert not [token for token in tokens if token.lower().encode() in held]

    async def test_what_is_not_there_cannot_be_shared(self, store: Store) -> None:
        book, other = await book_of(store), await book_of(store, "Other")
        place, number, _ = await shared(book)
        for there, what in ((place, 99), (place, 10**18), (Place(book.sid, "x"), number), (Place("x", "1000"), number)):
            with pytest.raises(NotFoundError):
                await make(store.shares, there, what)
        with pytest.raises(NotFoundError):
            await make(store.shares, Place(other.sid, "1000"), number)

    async def test_the_link_of_a_deleted_contact_is_none_until_the_contact_is_back(self, store: Store) -> None:
        book = await book_of(store)
        _, number, token = await shared(book)
        await book.contacts.delete(book.sid, "1000", str(number), by="test")
        assert await gone(store, token)
        await book.contacts.restore(book.sid, "1000", str(number), by="test")
        assert await find(store.shares, token)

    async def test_merging_ends_the_link_of_the_second_and_the_undo_brings_it_back(self, store: Store) -> None:
        book = await book_of(store)
        (place, first, own), (_, second, token) = await shared(book), await shared(book)
        both = [await book.contacts.full(book.sid, "1000", str(number)) for number in (first, second)]
        merges = MergePeople(store.merges)
        merged = await merges.merge(place, first, second, suggested(*both), "test")
        assert await gone(store, token)
        assert (await find(store.shares, own)).number == first
        await merges.undo(place, first, merged.revision, "test")
        assert (await find(store.shares, token)).number == second

    async def test_erasing_a_contact_removes_its_link(self, store: Store, rows: Rows) -> None:
        book = await book_of(store)
        _, number, _ = await shared(book)
        _, _, other = await shared(book)
        await book.contacts.erase(book.sid, "1000", str(number), by="test")
        assert await rows(store, "share_link") == 1
        assert await find(store.shares, other)

    async def test_a_campaign_and_an_account_take_their_links_along(self, store: Store, rows: Rows) -> None:
        book, other = await book_of(store), await book_of(store, "Other")
        await partners.add_campaign(store.partners, book.sid, "2000", "Second")
        links = [await shared(book), await shared(other)]
        second = await book.contacts.create(book.sid, "2000", WILE, by="test")
        token = await make(store.shares, Place(book.sid, "2000"), int(second))
        await store.partners.remove_campaign(book.sid, "1000")
        assert [await gone(store, it) for it in (links[0][2], links[1][2], token)] == [True, False, False]
        assert await rows(store, "share_link") == 2
        await store.accounts.remove(book.sid)
        assert [await gone(store, it) for it in (links[1][2], token)] == [False, True]
        assert await rows(store, "share_link") == 1
        assert await store.check() == []
