"""What every store does with many contacts: those it makes itself, lists, searches, the end of an account."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from cardwright import limits
from cardwright.book import partners
from cardwright.book.ports import Draft, LargeCardError, LargePageError, Place
from cardwright.book.requests import NewContact, Query
from cardwright.contact.model import Contact, Name
from cardwright.errors import BusyError, ConflictError, ForbiddenError, NotFoundError
from cardwright.fair_semaphore import FairSemaphore
from store.acme import RICH, Book, book_of, faults_of

if TYPE_CHECKING:
    from cardwright.book.ports import Store
    from store.counts_contract import Leap


class SystemContract:
    """PC-11."""

    async def user(self, book: Book, **texts: str) -> partners.PartnerUser:
        values = {"first": "Road", "last": "Runner", "email": "road@example.com", "title": "Fast"} | texts
        return await partners.add_user(book.store.partners, book.sid, "10000", **values)

    async def test_ids_share_one_sequence(self, store: Store) -> None:
        book = await book_of(store)
        one = await book.create()
        await self.user(book)
        assert [one, await book.create()] == ["1", "3"]
        assert await book.found() == ["1", "M2", "3"]
        made = await book.get("M2")
        assert (made.contact.name, made.email, made.contact.title) == (
            Name("Road", "Runner"),
            "road@example.com",
            "Fast",
        )
        assert [partner.id for partner in made.partners] == ["10000"]
        assert made.system
        with pytest.raises(NotFoundError):
            await book.get("2")

    async def test_every_campaign_has_one_those_added_later_too(self, store: Store) -> None:
        book = await book_of(store)
        await self.user(book)
        await partners.add_campaign(store.partners, book.sid, "2000", "Second")
        await self.user(book, first="Second")
        assert await book.found() == ["M1", "M3"]
        assert await book.found("2000") == ["M2", "M4"]

    async def test_they_keep_in_step_and_go_with_the_user(self, store: Store) -> None:
        book = await book_of(store)
        user = await self.user(book)
        await book.patch("M1", labels_add=("Kept",))
        await partners.update_user(store.partners, book.sid, "10000", user.id, first="Rapid", title="Faster")
        made = await book.get("M1")
        assert (made.contact.name.first, made.contact.title, made.contact.labels) == ("Rapid", "Faster", ("Kept",))
        assert await book.found(search="rapid") == ["M1"]
        assert await book.found(search="road run") == ["M1"], "the address still says road"
        await partners.remove_user(store.partners, book.sid, "10000", user.id)
        assert await book.found() == []
        with pytest.raises(ConflictError):
            await book.contacts.restore(book.sid, "1000", "M1", by="test")
        assert await store.check() == []

    async def test_a_title_set_by_api_wins_until_it_is_cleared(self, store: Store) -> None:
        book = await book_of(store)
        user = await self.user(book)
        assert (await book.patch("M1", title="Ours")).contact.title == "Ours"
        await partners.update_user(store.partners, book.sid, "10000", user.id, title="Faster")
        await book.patch("M1", labels_add=("x",))
        assert (await book.get("M1")).contact.title == "Ours"
        assert (await book.patch("M1", title="")).contact.title == "Faster"
        await partners.update_user(store.partners, book.sid, "10000", user.id, title="Fastest")
        assert (await book.get("M1")).contact.title == "Fastest"
        assert (await book.patch("M1", title="Fastest")).own_title
        await partners.update_user(store.partners, book.sid, "10000", user.id, title="")
        assert (await book.get("M1")).contact.title == "Fastest"

    @pytest.mark.parametrize(
        "patch",
        [
            {"first": "x"},
            {"first": "Road"},
            {"title": "x", "cellphone": ""},
            {"partners_add": ("10001",)},
            {"image_url": ""},
        ],
    )
    async def test_nothing_else_can_be_changed(self, store: Store, patch: dict[str, object]) -> None:
        book = await book_of(store)
        await self.user(book)
        old = await book.get("M1")
        with pytest.raises(ForbiddenError):
            await book.patch("M1", **patch)
        for call in (
            book.contacts.delete(book.sid, "1000", "M1", by="t"),
            book.contacts.erase(book.sid, "1000", "M1", by="t"),
        ):
            with pytest.raises(ForbiddenError):
                await call
        assert await book.get("M1") == old


class ListContract:
    """PC-40 to PC-43."""

    async def people(self, store: Store) -> Book:
        book = await book_of(store)
        await book.create(
            NewContact("Wile", "Coyote", "wile.coyote@example.com", ("10000",), "Acme Manager", labels=("Main",))
        )
        await book.create(NewContact("José", "Núñez", "JOSE@example.com", ("10001",), "Straße", labels=("main", "Ünï")))
        await book.create(NewContact("山田", "太郎", "yamada@example.org", ("10000", "10001"), "acme manager"))
        await partners.add_user(store.partners, book.sid, "10000", first="Wiley", last="O'Brien", email="w@example.com")
        return book

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({}, ["1", "2", "3", "M4"]),
            ({"partner": "10000"}, ["1", "3", "M4"]),
            ({"partner": "10001"}, ["2", "3"]),
            ({"partner": "100"}, []),
            ({"title": "ACME manager"}, ["1", "3"]),
            ({"title": "acme"}, []),
            ({"title": "STRASSE"}, ["2"]),
            ({"email": "jose@EXAMPLE.com"}, ["2"]),
            ({"label": "MAIN"}, ["1", "2"]),
            ({"label": "ÜNÏ"}, ["2"]),
            ({"editable": True}, ["1", "2", "3"]),
            ({"editable": False}, ["M4"]),
            ({"search": "wil"}, ["1", "M4"]),
            ({"search": "wil coy"}, ["1"]),
            ({"search": "wile.coyote@example.com"}, ["1"]),
            ({"search": "jose"}, ["2"]),
            ({"search": "NÚÑ"}, ["2"]),
            ({"search": "山"}, ["3"]),
            ({"search": "brien"}, ["M4"]),
            ({"search": "example org"}, ["3"]),
            ({"search": "main"}, ["1", "2"]),
            ({"search": "ile"}, []),
            ({"search": "---"}, []),
            ({"search": '" OR *'}, ["3"]),
            ({"search": "  "}, ["1", "2", "3", "M4"]),
            ({"search": "acme", "partner": "10000", "label": "main"}, ["1"]),
            ({"title": "acme manager", "editable": False}, []),
        ],
    )
    async def test_filters(self, store: Store, query: dict[str, object], found: list[str]) -> None:
        book = await self.people(store)
        page = await book.page(**query)
        assert [contact.id for contact in page.contacts] == found
        assert page.total == len(found)

    @pytest.mark.parametrize(
        ("search", "is_found"),
        [
            # PC-40 and CW-22: organization, note, the whole name, every address and number
            ("acme", True),
            ("of two lines", True),
            ("maria", True),
            ("second@example", True),
            ("cme", False),
            ("8051", True),
            ("805 123 4567", True),
            ("805 123 4567 jose", True),
            ("(805) 123-4567", True),
            ("+1 805 123-45", True),
            ("001 805 123", True),
            ("0805 123", True),
            ("805", False),
            ("12345", False),
            ("805 123 9", False),
            ("1805 1234567 maria", True),
            ("0049", False),
        ],
    )
    async def test_a_search_looks_everywhere(self, store: Store, search: str, *, is_found: bool) -> None:
        book = await book_of(store)
        number = await book.keep(RICH)
        await book.keep(Contact(Name("Wile", "Coyote")))
        assert await book.found(search=search) == [str(number)] * is_found
        await book.patch(str(number), title="Changed")
        assert await book.found(search=search) == [str(number)] * is_found

    @pytest.mark.parametrize(("email", "is_found"), [("JOSE@example.com", True), ("second@example.com", False)])
    async def test_the_filter_by_address_is_that_of_the_address_that_is_shown(
        self, store: Store, email: str, *, is_found: bool
    ) -> None:
        book = await book_of(store)
        number = await book.keep(RICH)
        assert await book.found(email=email) == [str(number)] * is_found

    async def test_filters_follow_changes(self, store: Store) -> None:
        book = await self.people(store)
        assert await book.found(label="main") == ["1", "2"]
        await book.patch("1", labels_remove=("Main",), title="New")
        assert await book.found(label="main") == ["2"]
        assert await book.found(title="acme manager") == ["3"]
        assert await book.found(search="new") == ["1"]

    async def test_contacts_changed_since(self, store: Store) -> None:
        book = await self.people(store)
        changed = (await book.patch("2", title="Later")).updated
        since = changed - timedelta(microseconds=1)
        late = [c.id for c in (await book.page()).contacts if c.updated >= changed]
        assert "2" in late
        assert await book.found(updated_since=since) == late
        assert await book.found(updated_since=changed) == late
        assert await book.found(updated_since=changed, search="later") == ["2"]
        assert await book.found(updated_since=changed + timedelta(seconds=1)) == []
        assert await book.found(updated_since=datetime(1970, 1, 1, tzinfo=UTC)) == ["1", "2", "3", "M4"]

    async def test_accounts_and_campaigns_do_not_see_each_other(self, store: Store) -> None:
        one, two = await self.people(store), await self.people(store)
        await partners.add_campaign(store.partners, one.sid, "2000", "Second")
        for book in (one, two):
            assert await book.found(search="coyote") == ["1"]
        assert await one.found("2000") == ["M5"]
        assert await one.found("2000", search="wile") == ["M5"]
        with pytest.raises(NotFoundError):
            await two.page("2000")

    @pytest.mark.parametrize("filters", [{}, {"title": "even"}, {"updated_since": datetime(1970, 1, 1, tzinfo=UTC)}])
    async def test_pages_by_number_and_by_cursor_show_each_contact_once(
        self, store: Store, filters: dict[str, object]
    ) -> None:
        book = await book_of(store)
        for n in range(23):
            await book.create(title="even" if n % 2 == 0 else "odd")
        everything = await book.found(**filters)
        first = await book.page(page_size=4, **filters)
        pages = -(-first.total // 4)
        by_number, by_cursor, after = [], [], 0
        for page in range(1, pages + 1):
            numbered = await book.page(page=page, page_size=4, **filters)
            by_number += [contact.id for contact in numbered.contacts]
            followed = await book.page(page=page, page_size=4, after=after, **filters)
            assert followed == numbered
            by_cursor += [contact.id for contact in followed.contacts]
            after = followed.last_number
        assert by_number == by_cursor == everything
        assert first.total == len(everything)
        past = await book.page(page=pages + 1, page_size=4, **filters)
        assert (past.contacts, past.total) == ((), len(everything))

    @pytest.mark.parametrize(
        ("query", "fields"),
        [
            ({"page": 0}, ["page"]),
            ({"page_size": 0}, ["page_size"]),
            ({"page_size": 20_001, "page": -1}, ["page", "page_size"]),
        ],
    )
    async def test_a_page_out_of_range(self, store: Store, query: dict[str, object], fields: list[str]) -> None:
        book = await book_of(store)
        assert [field for field, _ in await faults_of(book.page(**query))] == fields

    async def test_pages_by_number_go_on_where_numbers_leap(self, store: Store, leap: Leap) -> None:
        """Others of the account take numbers too: whole blocks may have none of this campaign."""
        book, made = await book_of(store), []
        for skipped in (0, 3_000, 0, 140_000, 300_000):
            await leap(store, skipped)
            made += [await book.create(), await book.create(), await book.create()]
        pages = [await book.found(page=page, page_size=2) for page in range(1, 10)]
        assert pages == [made[at : at + 2] for at in range(0, 18, 2)]

    @pytest.mark.parametrize("gone", [(), (1,), (2_047,), (2_048, 4_095), (4_096,)], ids=str)
    async def test_pages_by_number_go_on_whether_all_numbers_are_there(
        self, store: Store, gone: tuple[int, ...]
    ) -> None:
        """A store counts contacts by 2,048 numbers: of the first nobody has 0, and where one is missing it looks."""
        book, size = await book_of(store), 1_023
        drafts = [Draft(Contact(Name(str(at)), uid=f"urn:uuid:{at}"), ()) for at in range(1, 4_201)]
        await store.imports.create(book.place, drafts, "test")
        for number in gone:
            await book.contacts.delete(book.sid, "1000", str(number), by="test")
        there = [str(number) for number in range(1, 4_201) if number not in gone]
        for page in range(1, 6):
            assert await book.found(page=page, page_size=size) == there[(page - 1) * size : page * size], page

    async def test_everything_is_streamed_with_photos_and_cards(self, store: Store) -> None:
        """PC-52."""
        book = await book_of(store)
        await book.create(image_file=b"GIF")
        await book.keep(RICH, card=b"a card")
        found = [contact async for contact in book.contacts.every(book.sid, "1000", Query(page=7, page_size=1))]
        assert [(contact.contact.photo is not None, contact.card) for contact in found] == [
            (True, b""),
            (False, b"a card"),
        ]
        labelled = [c.id async for c in book.contacts.every(book.sid, "1000", Query(label="ünïcode läbel"))]
        assert labelled == ["2"]

    async def test_a_read_of_cards_ends_before_one_that_is_too_large(self, store: Store) -> None:
        book = await book_of(store)
        sizes = (10, 100, 101, 10)
        for size in sizes:
            await book.keep(RICH._replace(uid=""), card=bytes(size))
        following, query = store.contacts.following, Query()
        assert [len(contact.card) for contact in await following(book.place, query, 100)] == [10, 100]
        with pytest.raises(LargeCardError):
            await following(book.place, query._replace(after=2), 100)
        assert [len(contact.card) for contact in await following(book.place, query._replace(after=2), 101)] == [101, 10]
        assert len(await following(book.place, query)) == len(sizes)

    async def test_a_page_has_so_many_characters_of_texts(self, store: Store) -> None:
        book = await book_of(store)
        for _ in range(3):
            await book.keep(RICH._replace(uid=""))
        listed, query = store.contacts.list, Query(page_size=2)
        whole = await listed(book.place, query)
        most = 0
        while not await _fits(store, book.place, query, most):
            most += 1
        assert await listed(book.place, query, most) == whole
        assert most > 2 * len(RICH.name.last)
        assert not await _fits(store, book.place, query._replace(page_size=3), most)

    async def test_a_large_card_is_streamed_under_a_slot(self, store: Store) -> None:
        book, large = await book_of(store), FairSemaphore(1, each=1, seconds=0)
        for size in (10, limits.LARGE.value, limits.LARGE.value + 1, 10):
            await book.keep(RICH._replace(uid=""), card=bytes(size))
        is_held = []
        async for contact in book.contacts.every(book.sid, "1000", Query(), large):
            try:
                async with large.taken("somebody else"):
                    is_held.append((len(contact.card), False))
            except BusyError:
                is_held.append((len(contact.card), True))
        assert [size > limits.LARGE.value for size, _ in is_held] == [held for _, held in is_held]
        async with large.taken("somebody else"):
            kept = book.contacts.every(book.sid, "1000", Query(), large)
            assert [len((await anext(kept)).card) for _ in range(2)] == [10, limits.LARGE.value]
            with pytest.raises(BusyError):
                await anext(kept)


class EndContract:
    async def test_an_account_goes_with_all_it_has(self, store: Store) -> None:
        gone, stays = await book_of(store), await book_of(store)
        for book in (gone, stays):
            await book.create(image_file=b"GIF")
            await book.patch(await book.create(), title="x")
            await partners.add_user(store.partners, book.sid, "10000", first="A", last="B", email="a@example.com")
        await store.accounts.remove(gone.sid)
        with pytest.raises(NotFoundError):
            await gone.page()
        assert await stays.found(search="coyote") == ["1", "2"]
        assert (await stays.contacts.image(stays.sid, "1000", "1")).data == b"GIF"
        assert await store.check() == []


async def _fits(store: Store, place: Place, query: Query, most: int) -> bool:
    try:
        await store.contacts.list(place, query, most)
    except LargePageError:
        return False
    return True
