"""Import jobs in running servers: any worker does them, and what is killed in the middle tells the truth."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
import pytest

from cardwright.book import accounts, partners
from cardwright.book.imports import Imports
from cardwright.book.ports import Place
from cardwright.store import open_store
from serving import ENVIRONMENT, START_SECONDS, started

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from cardwright.book.import_jobs import ImportJob
    from cardwright.book.ports import Store
    from postgres import Cluster

PLACE = Place("IRacme", "1000")
ROWS = 45_000
HEADER = b"FirstName,LastName,EmailAddress\n"


async def table(rows: int = ROWS) -> AsyncIterator[bytes]:
    yield HEADER
    for first in range(0, rows, 1000):
        yield b"".join(b"Ida,Moss %d,ida%d@example.com\n" % (n, n) for n in range(first, first + 1000))


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def data(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty store."""
    if request.param == "SQLite":
        yield str(tmp_path / "store")
    else:
        postgres: Cluster = request.getfixturevalue("postgres")
        with postgres.database() as address:
            yield address


@pytest.fixture
async def store(data: str) -> AsyncIterator[Store]:
    async with open_store(data) as opened:
        await accounts.add_account(opened.accounts, "Acme", PLACE.sid)
        await partners.add_campaign(opened.partners, *PLACE, "First")
        yield opened


@contextlib.contextmanager
def serving(data: str, folder: Path, *options: str) -> Iterator[str]:
    """Run a server over the store, with its log in a folder of its own."""
    folder.mkdir()
    with started(folder, *options, address=data) as (url, _):
        yield url


def processes(data: str, *, of: int | None = None) -> list[int]:
    """Return the processes of imports, or, with `of`, the one that started it; there is one store for each test."""
    found = []
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            if folder.name.isdecimal() and b"cardwright.import_process" in (folder / "cmdline").read_bytes():
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                if of is not None and int(folder.name) == of:
                    return [parent]
                line = Path(f"/proc/{parent}/cmdline").read_bytes().split(b"\0")
                if data.encode() in line:
                    found.append(int(folder.name))
    return found


async def until(store: Store, job: str, is_so: Callable[[ImportJob], bool]) -> ImportJob:
    """Return the job once it is so."""
    async with asyncio.timeout(4 * START_SECONDS):
        found = await store.jobs.get(PLACE, job)
        while not is_so(found):
            await asyncio.sleep(0.05)
            found = await store.jobs.get(PLACE, job)
    return found


async def ended(store: Store, job: str) -> ImportJob:
    return await until(store, job, lambda found: not found.is_under_way)


async def told(store: Store, job: str) -> ImportJob:
    return await until(store, job, lambda found: found.told.rows > 0)


async def pass_(store: Store, seconds: int) -> None:
    """Let time pass for the jobs."""
    command = f"UPDATE import_job SET signed = signed - {seconds * 1000}"  # noqa: S608 - a number
    await store.database.write(lambda c: c.execute(command))


async def count(store: Store) -> int:
    return (await store.imports.state(PLACE)).contacts


async def changes_without_name(store: Store) -> int:
    """Return how far the index of names lags behind."""
    query = "SELECT sequence - named FROM campaign"
    on_postgresql = hasattr(store.database, "generation")
    return int(await store.database.read(lambda c: c.value(query) if on_postgresql else c.execute(query).get))


async def rows_in_report(store: Store, job: str) -> list[int]:
    text = b"".join([piece async for piece in await Imports(store.jobs, lambda: None).report(PLACE, job)]).decode()
    return [int(line.split(",")[1]) for line in text.splitlines()[1:]]


# A process that hears of the end of its worker ends its run itself: that is the same on every store.
@pytest.mark.parametrize(
    ("killed", "data"), [("worker", "SQLite"), ("both", "SQLite"), ("both", "PostgreSQL")], indirect=["data"]
)
async def test_what_is_killed_in_mid_import_says_how_far_it_came_and_goes_on(
    data: str, store: Store, tmp_path: Path, killed: str
) -> None:
    imports = Imports(store.jobs, lambda: None)
    job = await imports.upload(PLACE, "people.csv", table(), "test")
    with serving(data, tmp_path / "1", "--workers", "2"):
        await imports.run(PLACE, job, "import", (await imports.job(PLACE, job)).choice)
        await told(store, job)
        (process,) = processes(data)
        (worker,) = processes(data, of=process)
        if killed == "both":
            os.kill(process, signal.SIGSTOP)  # it does not hear of the end of its worker
        os.kill(worker, signal.SIGKILL)
        if killed == "both":
            os.kill(process, signal.SIGKILL)
            await pass_(store, 31)
        found = await ended(store, job)
        assert found.state == "stopped"
        assert "was stopped, or its process ended" in found.reason
        assert 0 < found.told.rows < ROWS
        assert found.told.counts["created"] + found.told.untold.get("created", 0) == await count(store)
        assert await rows_in_report(store, job) == list(range(1, found.told.rows + 1))
        await imports.go_on(PLACE, job)
        found = await ended(store, job)
        assert found.told.rows == sum(found.told.counts.values()) == await count(store) == ROWS
        assert await rows_in_report(store, job) == list(range(1, ROWS + 1))


async def test_two_servers_run_what_waits_and_others_are_answered(data: str, store: Store, tmp_path: Path) -> None:
    imports = Imports(store.jobs, lambda: None)
    job = await imports.upload(PLACE, "people.csv", table(), "test")
    with serving(data, tmp_path / "1") as first:
        await imports.run(PLACE, job, "import", (await imports.job(PLACE, job)).choice)
        await told(store, job)
        with serving(data, tmp_path / "2") as second:
            assert len(processes(data)) == 1
            async with httpx2.AsyncClient() as client:
                assert (await client.get(f"{second}/readyz")).status_code == 200
                assert (await ended(store, job)).told.counts == {"created": ROWS}
                metrics = [(await client.get(f"{url}/metrics")).text for url in (first, second)]
    said = [re.search(r'cardwright_import_rows_total{outcome="created"} (\S+)', text) for text in metrics]
    assert sum(float(it[1]) for it in said if it) == ROWS


async def test_after_an_import_the_index_of_names_is_filled_before_anybody_asks(
    data: str, store: Store, tmp_path: Path
) -> None:
    """By the process of the import, once that is told to have ended; a server that stops meanwhile is not held up."""
    imports = Imports(store.jobs, lambda: None)
    job = await imports.upload(PLACE, "people.csv", table(1000), "test")
    with serving(data, tmp_path / "1"):
        await imports.run(PLACE, job, "import", (await imports.job(PLACE, job)).choice)
        assert (await ended(store, job)).told.counts == {"created": 1000}
        async with asyncio.timeout(2 * START_SECONDS):
            behind = await changes_without_name(store)
            while behind:
                await asyncio.sleep(0.05)
                behind = await changes_without_name(store)


def test_the_process_of_an_import_says_when_its_run_has_ended_and_hears_the_server_still() -> None:
    ours, theirs = socket.socketpair()
    ours.settimeout(START_SECONDS)
    program = "import sys; from cardwright import import_process; import_process._end_output(); sys.stdin.read()"
    with ours, subprocess.Popen((sys.executable, "-c", program), stdin=theirs, stdout=theirs, env=ENVIRONMENT) as it:
        theirs.close()
        assert ours.recv(1) == b""
        assert it.poll() is None
        ours.shutdown(socket.SHUT_WR)
        assert it.wait(START_SECONDS) == 0


@pytest.mark.timeout(300)  # half a minute goes by until the other server believes it
async def test_what_a_server_that_is_killed_has_left_goes_on_at_another(
    data: str, store: Store, tmp_path: Path
) -> None:
    imports = Imports(store.jobs, lambda: None)
    job = await imports.upload(PLACE, "people.csv", table(), "test")
    (first := tmp_path / "1").mkdir()
    with started(first, address=data) as (_, process):
        await imports.run(PLACE, job, "import", (await imports.job(PLACE, job)).choice)
        await told(store, job)
        os.killpg(process.pid, signal.SIGKILL)  # before the other starts: by then all may be imported
        with serving(data, tmp_path / "2"):
            found = await ended(store, job)
            assert found.state == "stopped"
            assert found.told.rows < ROWS
            await imports.go_on(PLACE, job)
            found = await ended(store, job)
            assert (found.state, found.told.rows, await count(store)) == ("finished", ROWS, ROWS)
            assert await rows_in_report(store, job) == list(range(1, ROWS + 1))


@pytest.mark.parametrize("data", ["SQLite"], indirect=True)  # so it is here: the process is told to end
async def test_a_server_that_stops_leaves_a_stopped_import_and_the_next_goes_on(
    data: str, store: Store, tmp_path: Path
) -> None:
    imports = Imports(store.jobs, lambda: None)
    job = await imports.upload(PLACE, "people.csv", table(), "test")
    with serving(data, tmp_path / "1"):
        await imports.run(PLACE, job, "import", (await imports.job(PLACE, job)).choice)
        await told(store, job)
    found = await store.jobs.get(PLACE, job)
    assert (found.state, found.told.untold) == ("stopped", {})
    assert found.told.counts["created"] == await count(store)
    with serving(data, tmp_path / "2"):
        await imports.go_on(PLACE, job)
        assert (await ended(store, job)).told.counts == {"created": ROWS}
