"""What ends an import early: every row that was kept before it is told, and no other."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from cardwright.book import upsert
from cardwright.book.files import import_rows
from cardwright.book.files.import_rows import batches
from cardwright.book.import_row import ImportRow
from cardwright.book.requests import Query
from cardwright.book.upsert import Upsert
from cardwright.contact.model import Contact, Name
from cardwright.errors import StoreFullError
from store.acme import Images, book_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cardwright.book.import_ports import ImportStore
    from cardwright.book.outcomes import OnDuplicate, Result
    from cardwright.book.ports import Store
    from store.acme import Book

ROWS = 40


def rows(title: str = "") -> Iterator[ImportRow]:
    for row in range(1, ROWS + 1):
        yield ImportRow(row, Contact(Name(f"Person {row}", "Doe"), title=title, uid=f"u{row}"))


class Failing:
    """A part of the store of which one call fails, the `at`-th of a method."""

    def __init__(self, of: object, method: str, at: int, fault: Callable[[], object]) -> None:
        self._of, self._method, self._left, self._fault = of, method, at, fault

    def __getattr__(self, name: str) -> object:
        found = getattr(self._of, name)
        if name != self._method:
            return found

        async def call(*arguments: object, **more: object) -> object:
            self._left -= 1
            if self._left == 0:
                self._fault()
            return await found(*arguments, **more)

        return call


def full() -> None:
    raise StoreFullError("no room")


async def run(book: Book, incoming: Iterator[ImportRow], fail: str, at: int, how: OnDuplicate) -> list[Result]:
    """Return the results that came before the fault, which is raised at the `at`-th call of `fail`."""
    store, place = book.store.imports, book.place
    task = asyncio.current_task()
    assert task
    method, _, how_it_fails = fail.partition(" ")
    fault = task.cancel if how_it_fails else full
    imports: ImportStore = Failing(store, method, at, fault)  # type: ignore[assignment]
    contacts = Failing(book.store.contacts, method, at, fault) if method == "update" else book.store.contacts
    importing = Upsert(imports, contacts, book.store.groups, Images(), place, on_duplicate=how)  # type: ignore[arg-type]
    results: list[Result] = []
    try:
        async for result in importing.run(batches(incoming, place), "test"):
            results.append(result)  # noqa: PERF401 - what was given before the fault counts
    except (StoreFullError, asyncio.CancelledError):
        return results
    raise AssertionError("no fault came")


class ImportFaultContract:
    """What was kept is told, whatever ends an import."""

    @pytest.mark.parametrize("at", [1, 2, 3, 4])
    @pytest.mark.parametrize(
        ("fail", "how"),
        [
            ("create", "skip"),
            ("create", "update"),
            ("find", "update"),
            ("update", "update"),
            ("find cancelled", "update"),
            ("update cancelled", "update"),
            ("create cancelled", "skip"),
        ],
    )
    async def test_what_was_kept_before_a_fault_is_told(
        self, store: Store, monkeypatch: pytest.MonkeyPatch, fail: str, how: OnDuplicate, at: int
    ) -> None:
        monkeypatch.setattr(upsert, "_AT_A_TIME", 10)
        monkeypatch.setattr(import_rows, "_ROWS", 10)
        book = await book_of(store)
        if not fail.startswith("create"):
            importing = Upsert(book.store.imports, book.store.contacts, book.store.groups, Images(), book.place)
            async for _ in importing.run(batches(rows(), book.place), "test"):
                pass
        results = await run(book, rows("Changed"), fail, at, how)
        found = (await book.store.contacts.list(book.place, Query())).contacts
        kept = {stored.id for stored in found if stored.contact.title == "Changed"}
        told = [result.contact for result in results if result.outcome in {"created", "updated"}]
        assert set(told) == kept
        assert len(told) == len(kept)
        assert not [result for result in results if result.outcome == "refused"]
