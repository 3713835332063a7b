"""The runner of import jobs: what waits is run, one after the other, and whatever ends a run, its job is told so.

The process of a run is a small program here, which is told the same and answers as the real one does; that one runs in
`tests/cli/test_import_jobs.py`.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from cardwright import metrics
from cardwright.book import import_runner
from cardwright.book.import_jobs import ENDED
from cardwright.book.import_runner import ImportRunner
from cardwright.errors import UnavailableError
from cardwright.store import open_store
from store.acme import Book, book_of
from store.jobs_contract import uploaded

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from cardwright.book.import_jobs import ImportJob

ENDS = "import sys; open({log!r}, 'a').write(sys.stdin.readline())"
COUNTS = ENDS + "; print('{{\"created\": 2}}', flush=True); print('{{\"refused\": 1}}')"
OBEYS = ENDS + "; sys.stdin.read(); print('{{\"created\": 1}}'); open({log!r}, 'a').write('told to end\\n')"
DEAF = ENDS + "; import time; time.sleep(600)"
FILLS = (
    ENDS + "; import select, socket; socket.socket(fileno=1).shutdown(socket.SHUT_WR)"
    "; cut = select.select([0], [], [], SECONDS)[0]"
    "; open({log!r}, 'a').write('cut short\\n' if cut else 'filled\\n')"
)
GARBLED = ENDS + "; print('no count', flush=True); sys.stdin.read()"


@pytest.fixture
async def book(tmp_path: Path) -> AsyncIterator[Book]:
    async with open_store(tmp_path / "data") as store:
        yield await book_of(store)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """What the processes write: a line for each run that they were given."""
    return tmp_path / "log"


@asynccontextmanager
async def runner(book: Book, log: Path, program: str) -> AsyncIterator[ImportRunner]:
    command = [sys.executable, "-ISc", program.format(log=str(log))]
    running = ImportRunner(book.store.jobs, command, "where the store is")
    running.start()
    try:
        yield running
    finally:
        await running.aclose()


def lines(log: Path) -> list[str]:
    return log.read_text().splitlines() if log.exists() else []


async def asked(book: Book) -> str:
    """Upload a file, and ask for its import."""
    job = await uploaded(book.store, book.place)
    await book.store.jobs.ask(book.place, job, "import", (await book.store.jobs.get(book.place, job)).choice)
    return job


async def until(is_so: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while not await is_so():  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.01)


async def ended(book: Book, job: str) -> ImportJob:
    async def has_ended() -> bool:
        return not (await book.store.jobs.get(book.place, job)).is_under_way

    await until(has_ended)
    return await book.store.jobs.get(book.place, job)


async def begun(log: Path) -> None:
    async def has_begun() -> bool:
        return bool(lines(log))

    await until(has_begun)


async def test_a_process_is_told_which_run_of_which_store_it_does(book: Book, log: Path) -> None:
    job = await asked(book)
    async with runner(book, log, ENDS):
        await ended(book, job)
    data, (place, named, _runner) = json.loads(lines(log)[0])
    assert (data, place, named) == ("where the store is", [book.sid, "1000"], job)


async def test_what_waits_is_run_one_after_the_other_and_each_has_an_end(book: Book, log: Path) -> None:
    jobs = [await asked(book) for _ in range(3)]
    async with runner(book, log, ENDS):
        found = [await ended(book, job) for job in jobs]
    assert [(it.state, it.reason) for it in found] == [("stopped", ENDED)] * 3
    assert [json.loads(line)[1][1] for line in lines(log)] == jobs


async def test_who_is_woken_looks_at_once(book: Book, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_runner, "_LOOK", 1000)
    async with runner(book, log, ENDS) as running:
        await asyncio.sleep(0.05)
        job = await asked(book)
        running.wake()
        await ended(book, job)


async def test_what_another_server_was_asked_for_is_found_by_looking(
    book: Book, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_runner, "_LOOK", 0.01)
    async with runner(book, log, ENDS):
        await ended(book, await asked(book))


async def test_rows_are_counted_as_the_process_tells_them(book: Book, log: Path) -> None:
    before = {it: rows_counted(it) for it in ("created", "refused")}
    job = await asked(book)
    async with runner(book, log, COUNTS):
        await ended(book, job)
    assert {it: rows_counted(it) - before[it] for it in before} == {"created": 2, "refused": 1}


def rows_counted(outcome: str) -> float:
    return sum(values[0] for labels, values in metrics.IMPORT_ROWS.values() if labels == (outcome,))


async def test_a_process_that_does_not_start_stops_the_run_and_the_log_says_why(
    book: Book, log: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    job = await asked(book)
    running = ImportRunner(book.store.jobs, [str(log / "none")], "")
    running.start()
    found = await ended(book, job)
    await running.aclose()
    assert (found.state, found.reason) == ("stopped", ENDED)
    assert "the process of an import does not start" in caplog.text


async def test_a_process_whose_run_has_ended_brings_the_names_up_to_date(book: Book, log: Path) -> None:
    job = await asked(book)
    async with runner(book, log, FILLS.replace("SECONDS", "0.5")):
        await ended(book, job)

        async def is_told() -> bool:
            return len(lines(log)) > 1

        await until(is_told)
    assert lines(log)[1:] == ["filled"]


async def test_no_run_waits_until_the_names_are_up_to_date(book: Book, log: Path) -> None:
    """The process is told to end, and so it is when the server stops."""
    jobs = [await asked(book) for _ in range(2)]
    async with runner(book, log, FILLS.replace("SECONDS", "600")):
        for job in jobs:
            await ended(book, job)
    first, then, second, last = lines(log)
    assert [json.loads(line)[1][1] for line in (first, second)] == jobs
    assert (then, last) == ("cut short", "cut short")


async def test_an_end_of_the_server_is_told_to_the_process_which_ends_in_its_own_way(book: Book, log: Path) -> None:
    before = rows_counted("created")
    job = await asked(book)
    async with runner(book, log, OBEYS):
        await begun(log)
    assert lines(log)[1:] == ["told to end"]
    assert rows_counted("created") - before == 1
    assert (await book.store.jobs.get(book.place, job)).state == "stopped"


async def test_one_that_does_not_end_is_killed(book: Book, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_runner, "_GRACE", 0.05)
    job = await asked(book)
    async with runner(book, log, DEAF):
        await begun(log)
    assert (await book.store.jobs.get(book.place, job)).state == "stopped"


async def test_one_that_writes_what_nobody_understands_is_ended_and_the_next_is_run(
    book: Book, log: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(import_runner, "_LOOK", 0.01)
    caplog.set_level(logging.ERROR)
    async with runner(book, log, GARBLED):
        found = [await ended(book, await asked(book)) for _ in range(2)]
    assert [(it.state, it.reason) for it in found] == [("stopped", ENDED)] * 2
    assert "said what nobody understands" in caplog.text


async def test_while_the_store_is_away_nothing_is_begun_and_then_it_goes_on(
    book: Book, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_runner, "_LOOK", 0.01)
    jobs = book.store.jobs
    take, looks = jobs.take, 0

    async def away(runner: str) -> object:
        nonlocal looks
        looks += 1
        if looks < 3:
            raise UnavailableError
        return await take(runner)

    monkeypatch.setattr(jobs, "take", away)
    job = await asked(book)
    async with runner(book, log, ENDS):
        await ended(book, job)
    assert looks >= 3


async def test_what_is_too_old_goes_at_the_beginning_all_of_it(
    book: Book, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And then once a minute, not with each of the looks between."""
    monkeypatch.setattr(import_runner, "_LOOK", 0.001)
    jobs = [await asked(book) for _ in range(2)]
    more = [True, True, False]

    async def expire() -> bool:
        return more.pop(0)

    monkeypatch.setattr(book.store.jobs, "expire", expire)
    async with runner(book, log, ENDS):
        for job in jobs:
            await ended(book, job)
    assert more == []


async def test_one_that_was_not_started_ends_at_once(book: Book) -> None:
    await ImportRunner(book.store.jobs, [], "").aclose()
