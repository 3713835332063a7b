"""Looking for duplicates beside the requests: what is shown while others change the contacts, and how a look ends.

What is found, the stores' suite proves: `tests/store/duplicates_contract.py`.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from cardwright import limits
from cardwright.book import duplicates
from cardwright.book.duplicates import Duplicates, shared_keys
from cardwright.contact.model import Contact, Email, Name, Phone
from cardwright.store import open_store
from store.acme import Book, book_of
from store.duplicates_contract import found, keep, person, told

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from cardwright.book.duplicate_ports import Candidates
    from cardwright.book.ports import Place

CROWD = limits.DUPLICATE_CROWD.value


@pytest.fixture
async def book(tmp_path: Path) -> AsyncIterator[Book]:
    async with open_store(tmp_path / "data") as store:
        yield await book_of(store)


NO_KEYS = {
    "an address that says nothing": Contact(Name("A"), emails=(Email(""),)),
    "a number without digits": Contact(Name("A"), phones=(Phone("ask Wile"),)),
    "a number of nobody": Contact(phones=(Phone("5551234"),)),
}


@pytest.mark.parametrize("what", NO_KEYS)
def test_what_says_nothing_is_shared_with_nobody(what: str) -> None:
    assert shared_keys(NO_KEYS[what]) == {}


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Have every look that goes on beside the requests wait until it may; from now on each is one."""
    may_look = asyncio.Event()
    look = Duplicates.look

    async def waits(self: Duplicates, place: Place) -> bool:
        await may_look.wait()
        return await look(self, place)

    monkeypatch.setattr(Duplicates, "look", waits)
    monkeypatch.setattr(duplicates, "_SLICE", 0)
    return may_look


CHANGES = {
    "one of the two is deleted": lambda book: book.contacts.delete(book.sid, "1000", "2", by="test"),
    "one of the two has another address": lambda book: book.patch("2", email="other@example.com"),
}


@pytest.mark.parametrize("what", CHANGES)
async def test_a_pair_that_is_none_any_more_is_not_shown_though_the_look_comes_later(
    book: Book, what: str, request: pytest.FixtureRequest
) -> None:
    await keep(book, person("A", "a@example.com"), person("B", "a@example.com"))
    assert len((await found(book)).entries) == 1
    request.getfixturevalue("slow")
    await CHANGES[what](book)
    async with Duplicates(book.store) as looking:
        page = await looking.page(book.place)
        assert (told(page), page.is_complete) == ([], False)


async def test_nor_is_a_crowd_whose_holder_says_something_else(
    book: Book, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    await keep(book, *[person(f"P{n}", "office@example.com") for n in range(CROWD + 1)])
    page = await found(book)
    assert told(page) == [(CROWD + 1, "office@example.com")]
    request.getfixturevalue("slow")
    several = book.store.duplicates.several

    async def changed(place: Place, numbers: set[int]) -> list[object]:
        """Somebody changes the contact between the two questions, which of them hold the key, and who they are."""
        return [it._replace(contact=it.contact._replace(emails=())) for it in await several(place, numbers)]

    async def gone(*_: object) -> list[object]:
        return []

    for instead in (changed, gone):
        await book.patch("1", title=instead.__name__)
        monkeypatch.setattr(book.store.duplicates, "several", instead)
        async with Duplicates(book.store) as looking:
            assert told(await looking.page(book.place)) == []


async def test_a_look_that_goes_on_ends_with_the_server_and_the_next_one_goes_on(
    book: Book, slow: asyncio.Event
) -> None:
    await keep(book, person("A", "a@example.com"), person("B", "a@example.com"))
    async with Duplicates(book.store) as looking:
        assert not (await looking.page(book.place)).is_complete
        assert not (await looking.page(book.place)).is_complete  # there is one look, not two
        assert len(asyncio.all_tasks()) == 2
    assert len(asyncio.all_tasks()) == 1
    slow.set()
    duplicates._SLICE = 500  # noqa: SLF001 - the fixture sets it back
    assert len((await found(book)).entries) == 1


async def test_of_two_first_looks_at_all_one_is_kept(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two servers begin it together: the slower one must not write over what the other has come to know."""
    monkeypatch.setattr(duplicates, "_MANY", 1)
    await keep(book, person("A", "a@example.com"), person("B", "a@example.com"))
    candidates, asks = book.store.duplicates.candidates, 0

    async def meanwhile(place: Place) -> Candidates:
        nonlocal asks
        asks += 1
        mine = await candidates(place)
        if asks == 1:
            assert await Duplicates(book.store).look(place)
            await book.patch("2", email="b@example.com")
            assert not await Duplicates(book.store).look(place)
        return mine

    monkeypatch.setattr(book.store.duplicates, "candidates", meanwhile)
    looking = Duplicates(book.store)
    assert await looking.look(book.place)
    assert not await looking.look(book.place)
    assert asks == 2
    assert (await looking.page(book.place)).entries == []
