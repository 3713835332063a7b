"""Imports into PostgreSQL."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from cardwright.book.requests import Query
from cardwright.contact.model import Contact, Name
from cardwright.store.postgres.driver import Connection
from cardwright.store.postgres.imports import INDEXING
from store.acme import book_of
from store.groups_contract import GroupContract
from store.import_faults_contract import ImportFaultContract
from store.importing import cards, outcomes, told
from store.imports_contract import ImportContract
from store.updates_contract import UpdateCardContract

if TYPE_CHECKING:
    import pytest

    from cardwright.store.postgres import PostgresStore

LONG = "ß" * 700


class TestImports(ImportContract):
    pass


class TestImportFaults(ImportFaultContract):
    pass


class TestGroups(GroupContract):
    pass


class TestUpdates(UpdateCardContract):
    pass


async def test_what_imports_is_found_by_any_of_its_words(store: PostgresStore) -> None:
    """The server takes the terms in its binary format: none may be lost or twice, however long or odd they are."""
    book = await book_of(store)
    odd = Contact(Name("O'Hara", "Łódź"), note=f"wile wile Wile {LONG} back\\slash 'quoted' 東京 ½ 🐺", uid="odd")
    assert told(await outcomes(book, cards(odd, Contact(Name("Ann"), uid="ann")))) == [
        ("created", "1"),
        ("created", "2"),
    ]
    for word in ("hara", "łódź", "wile", LONG[:600], "slash", "quoted", "東京"):
        assert [it.number for it in (await store.contacts.list(book.place, Query(search=word))).contacts] == [1]
    assert await store.check() == []


async def test_more_terms_wait_for_their_index_in_an_import_than_elsewhere(
    store: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_index, limit = "SELECT reloptions FROM pg_class WHERE relname = 'search_terms'", "SHOW gin_pending_list_limit"
    said = []

    async def copy_octets(connection: Connection, *what: object) -> None:
        said.append(await connection.value(limit))
        await copied(connection, *what)  # type: ignore[arg-type]

    copied = Connection.copy_octets
    monkeypatch.setattr(Connection, "copy_octets", copy_octets)
    await outcomes(await book_of(store), cards(Contact(Name("Ann"))))
    assert said == ["2MB"]
    assert await store.database.read(lambda c: c.value(limit)) == "512kB"
    assert await store.database.read(lambda c: c.value(of_index)) == ["fastupdate=on"]


async def test_terms_that_an_import_wrote_do_not_wait_for_their_index(store: PostgresStore) -> None:
    """They are taken in beside it, and none is left for the next create, or for each search."""
    await outcomes(await book_of(store), cards(*(Contact(Name(f"Ann{at}")) for at in range(100))))
    for task in asyncio.all_tasks():
        if task.get_name() == INDEXING:
            await task
    taken_in = "SELECT gin_clean_pending_list('search_terms')"
    assert await store.database.read(lambda c: c.value(taken_in)) == 0
