"""One run of an import job: why it ended, and that every row is told once, whatever the store does meanwhile."""

from __future__ import annotations

import asyncio
import errno
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import pytest

from cardwright.book import import_run
from cardwright.book.import_run import ImportRun
from cardwright.book.upsert import Upsert
from cardwright.errors import UnavailableError
from cardwright.store import open_store
from store.acme import Book, Images, book_of
from store.jobs_contract import begun, report

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from cardwright.book.import_jobs import ImportJob, Run, RunProgress
    from cardwright.book.import_row import ImportRow
    from cardwright.book.outcomes import OnDuplicate, Result
    from cardwright.book.ports import Store

REPORTED = [["1", "created"], ["2", "refused"], ["3", "created"]]


@pytest.fixture
async def book(tmp_path: Path) -> AsyncIterator[Book]:
    async with open_store(tmp_path / "data") as store:
        yield await book_of(store)


Wait = Callable[[ImportRun], Awaitable[object]]


class Slow(Upsert):
    """An import that waits: before it reads any row, and after its first one."""

    begun: Callable[[], Awaitable[object]]
    has_row: Callable[[], Awaitable[object]]

    async def run(self, rows: Iterator[list[ImportRow]], by: str) -> AsyncIterator[Result]:
        await self.begun()
        async for result in super().run(rows, by):
            yield result
            if result.row == 1:
                await self.has_row()


async def at_once(_: ImportRun) -> None:
    """Do not wait."""


async def ran(book: Book, begins: Wait = at_once, has_row: Wait = at_once) -> tuple[ImportJob, list[str]]:
    """Do a run that waits for these; return what became of it, and the outcomes that were counted."""
    run = await begun(book.store, book.place)
    counted: list[str] = []
    doing = ImportRun(book.store, run, lambda counts: counted.extend(Counter(counts).elements()))

    def upsert(into: Store, how: OnDuplicate) -> Upsert:
        slow = Slow(into.imports, into.contacts, into.groups, Images(), run.place, on_duplicate=how)
        slow.begun, slow.has_row = lambda: begins(doing), lambda: has_row(doing)
        return slow

    await doing.go(upsert)
    return await book.store.jobs.get(book.place, run.job), sorted(counted)


async def rows(book: Book, job: ImportJob) -> list[list[str]]:
    return [row[1:3] for row in (await report(book.store, book.place, job.id))[1:]]


async def test_of_several_reasons_the_first_is_told(book: Book) -> None:
    async def begins(doing: ImportRun) -> None:
        doing.stop("the first reason")
        doing.stop("another one")

    found, counted = await ran(book, begins)
    assert (found.state, found.reason, counted) == ("stopped", "the first reason", [])
    assert await book.found() == []


async def test_a_disk_without_room_for_the_file_is_told_in_words(book: Book) -> None:
    def is_full(_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    found, _ = await ran(book, has_row=is_full)
    said = "the server could not copy the file to its disk and read it: No space left on device"
    assert (found.state, found.reason) == ("stopped", said)


async def test_a_run_that_could_give_no_sign_for_long_reads_no_more(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another server may take it for stopped by then, and begin the same rows."""
    monkeypatch.setattr(import_run, "_HELD", -1)
    found, counted = await ran(book)
    assert (found.state, found.reason, counted) == ("stopped", "it could give no sign in time", [])
    assert await book.found() == []


async def test_a_person_who_stops_it_is_heard_with_the_next_sign(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_run, "_SIGN", 0.01)
    stop, heard = ImportRun.stop, asyncio.Event()

    def noted(self: ImportRun, reason: str = "") -> None:
        stop(self, reason)
        heard.set()

    monkeypatch.setattr(ImportRun, "stop", noted)

    async def begins(_: ImportRun) -> None:
        (job,) = await book.store.jobs.list(book.place)
        await book.store.jobs.stop(book.place, job.id)
        await heard.wait()

    found, _ = await ran(book, begins)
    assert (found.state, found.reason) == ("stopped", "")
    assert await book.found() == []


async def test_a_sign_that_failed_is_given_again_with_more(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """So a row is neither left out of the report nor told twice, though the store was away for a while."""
    monkeypatch.setattr(import_run, "_SIGN", 0.01)
    sign, told_again, fails = book.store.jobs.sign, asyncio.Event(), 2

    async def away(run: Run, told: RunProgress, report: bytes = b"") -> bool:
        nonlocal fails
        if told.rows and fails:
            fails -= 1
            raise UnavailableError
        is_ours = await sign(run, told, report)
        if told.rows:
            told_again.set()
        return is_ours

    monkeypatch.setattr(book.store.jobs, "sign", away)
    found, counted = await ran(book, has_row=lambda _: told_again.wait())
    assert (found.state, fails, found.told.counts) == ("finished", 0, {"created": 2, "refused": 1})
    assert await rows(book, found) == REPORTED
    assert counted == ["created", "created", "refused"]


async def test_what_a_last_sign_did_not_come_to_tell_the_end_tells(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_run, "_SIGN", 0.01)
    on_its_way = asyncio.Event()

    async def hangs(_run: Run, told: RunProgress, _report: bytes = b"") -> bool:
        if told.rows:
            on_its_way.set()
            await asyncio.Event().wait()
        return True

    monkeypatch.setattr(book.store.jobs, "sign", hangs)
    found, counted = await ran(book, has_row=lambda _: on_its_way.wait())
    assert (found.state, found.told.counts) == ("finished", {"created": 2, "refused": 1})
    assert await rows(book, found) == REPORTED
    assert counted == ["created", "created", "refused"]


async def test_an_end_that_cannot_be_told_raises_nothing(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever finds the run silent stops it then; rows that nobody was told of are not counted."""

    async def away(*_: object) -> None:
        raise UnavailableError

    monkeypatch.setattr(book.store.jobs, "end", away)
    found, counted = await ran(book)
    assert (found.state, counted) == ("running", [])
