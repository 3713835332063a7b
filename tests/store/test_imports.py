"""Imports into the SQLite store, and what dry runs leave in its folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from store.acme import book_of
from store.import_faults_contract import ImportFaultContract
from store.importing import cards, outcomes, people
from store.imports_contract import PEOPLE, ImportContract

if TYPE_CHECKING:
    from pathlib import Path

    from cardwright.book.ports import Store
    from cardwright.store.sqlite import SqliteStore


class TestImports(ImportContract):
    pass


class TestImportFaults(ImportFaultContract):
    pass


async def test_a_dry_run_leaves_nothing(store: Store, tmp_path: Path) -> None:
    book = await book_of(store)
    before = sorted(path.name for path in (tmp_path / "data").iterdir())
    async with store.dry_run(book.place) as copy:
        await outcomes(book, cards(*PEOPLE), "skip", copy)
        assert await copy.check() == []
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == before
    assert await people(book) == []


async def test_what_a_killed_dry_run_left_goes_at_the_next_and_what_is_used_stays(store: SqliteStore) -> None:
    book = await book_of(store)
    folder = store.database.file.parent
    left, fresh = folder / "dry-run-left", folder / "dry-run-fresh"
    for made in (left, fresh):
        made.mkdir()
        (made / "cardwright.db").write_bytes(b"")
    os.utime(left, (0, 0))
    async with store.dry_run(book.place) as used:
        os.utime(used.database.file.parent, (0, 0))
        async with store.dry_run(book.place):
            assert not left.exists()
            assert fresh.exists()
            assert used.database.file.exists()
    assert list(folder.glob("dry-run-*")) == [fresh]
