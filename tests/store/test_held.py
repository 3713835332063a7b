"""Another process holds the store, or a commit fails: who waits is answered, nothing is half done, and it is told."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx2
import pytest

from cardwright import limits
from cardwright.book import accounts
from cardwright.errors import StoreError, StoreFullError
from partner_client import WILE, client, serve_prepared
from serving import ENVIRONMENT, PROGRAM, until
from store.accounts_table import insert, names

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import apsw

    from cardwright.store.sqlite import SqliteStore

# Says when it is in the middle of a commit, and stays there until it is told to go on.
HOLDER = """
import asyncio, sys
from cardwright.store import open_store

def unit(connection):
    print("holds", flush=True)
    sys.stdin.readline()

async def main():
    async with open_store(sys.argv[1]) as store:
        await store.database.write(unit)

asyncio.run(main())
"""


@contextlib.contextmanager
def holding(data: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that was stopped in the middle of a commit."""
    argv = (sys.executable, "-c", HOLDER, str(data))
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            assert process.stdout.readline() == "holds\n"
            process.send_signal(signal.SIGSTOP)
            yield process
        finally:
            process.send_signal(signal.SIGCONT)
            process.communicate("\n")


def test_a_process_stopped_in_a_commit_does_not_hold_others_for_ever(tmp_path: Path) -> None:
    """Readers go on, writers get 503, a command exit 1, the log one line; it works again when the process goes on."""
    with contextlib.contextmanager(serve_prepared)(tmp_path) as server:
        ours = client(server)
        ready = f"{server.url}/readyz"
        with holding(tmp_path) as holder:
            arguments = (*PROGRAM, "campaign", "add", server.sid, "2000", "Two", "--data", str(tmp_path))
            with subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT) as command:
                with ThreadPoolExecutor(2) as clients:  # who waits, waits ten seconds: all of them at the same time
                    refused = list(clients.map(lambda _: ours.send("POST", data=WILE), range(2)))
                said = command.communicate()[1]
            assert [(one.status_code, one.headers["retry-after"]) for one in refused] == [(503, "5")] * 2
            assert ours.tree(refused[0])["Status"] == "ERROR"
            assert (command.returncode, said.count("\n")) == (1, 1)
            assert f"is held by process {holder.pid} for more than 10 s" in said
            assert ours.ask("GET")["Contacts"] == []
            until(lambda: httpx2.get(ready).status_code == 503)
            assert httpx2.get(ready).json() == {"status": "not ready"}
        until(lambda: httpx2.get(ready).status_code == 200)
        made = ours.send("POST", data=WILE)
        assert made.status_code == 200
        assert [contact["Uri"] for contact in ours.ask("GET")["Contacts"]] == [ours.tree(made)["Uri"]]
        log = (tmp_path / "server.log").read_text()
        assert log.count(f"is held by process {holder.pid} for more than 10 s") == 1


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "STORE_TURN", limits.STORE_TURN._replace(value=1))


@contextlib.contextmanager
def locked(data: Path) -> Iterator[None]:
    descriptor = os.open(data / "cardwright.lock", os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@pytest.mark.usefixtures("short")
async def test_what_was_given_up_is_never_done(store: SqliteStore, tmp_path: Path) -> None:
    await store.database.write(insert("before"))
    with locked(tmp_path / "data"):
        units = [store.database.write(insert(name)) for name in ("a", "b")]
        outcomes = await asyncio.gather(*units, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [StoreError] * 2
        with pytest.raises(StoreError, match="held by process"):
            await store.database.write(insert("at once"))
        with pytest.raises(StoreError, match="held by process"):
            await store.ready()
    await eventually_ready(store)
    await store.database.write(insert("after"))
    assert names(store) == ["before", "after"]


@pytest.mark.usefixtures("short")
async def test_a_store_closes_though_another_process_holds_it(store: SqliteStore, tmp_path: Path) -> None:
    with locked(tmp_path / "data"):
        with pytest.raises(StoreError, match="held by process"):
            await store.database.write(insert("never"))
        await store.close()


async def eventually_ready(store: SqliteStore) -> None:
    for _ in range(1000):
        with contextlib.suppress(StoreError):
            await store.ready()
            return
        await asyncio.sleep(0.01)
    await store.ready()


async def test_a_writer_outlives_whatever_a_commit_raises(store: SqliteStore) -> None:
    """A MemoryError outside of a unit of work ended the thread, and with it all writing, silently."""

    def fails() -> bool:
        raise MemoryError

    def unit(connection: apsw.Connection) -> None:
        insert("lost")(connection)
        connection.set_commit_hook(fails)

    with pytest.raises(StoreError, match="MemoryError"):
        await store.database.write(unit)
    with pytest.raises(StoreError, match="MemoryError"):
        await store.ready()
    with pytest.raises(StoreError, match="MemoryError"):  # not even the little that `ready` writes can be kept
        await store.database.write(lambda c: c.execute("UPDATE credentials SET version = version").close())
    await store.database.write(lambda c: c.set_commit_hook(None))
    await eventually_ready(store)
    await store.database.write(insert("kept"))
    assert names(store) == ["kept"]


async def test_a_full_disk_is_logged_once_and_not_ready_until_something_is_kept(
    store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    await store.database.write(insert("before"))
    pages = store.database.glance(lambda c: c.execute("PRAGMA page_count").get)
    await store.database.write(lambda c: c.execute(f"PRAGMA max_page_count = {pages}").close())
    with caplog.at_level(logging.ERROR):
        for name in "abc":
            with pytest.raises(StoreFullError):
                await store.database.write(insert(name + "x" * 100_000))
    assert [record.getMessage().partition(": ")[2] for record in caplog.records] == ["free some disk space"]
    with pytest.raises(StoreError, match="no room"):
        await store.ready()
    await eventually_ready(store)


async def test_readiness_costs_the_same_for_every_store(store: SqliteStore) -> None:
    """It took 46 ms for 300,000 partner accounts, on the event loop."""
    steps = 0

    def count() -> bool:
        nonlocal steps
        steps += 1
        return False

    await accounts.add_account(store.accounts, "Acme")
    store.database.glance(lambda c: c.set_progress_handler(count, 1))
    cost = []
    for first, end in ((0, 10), (10, 5_000)):
        rows = [(str(number),) for number in range(first, end)]
        await store.database.write(lambda c, rows=rows: c.executemany(PARTNER, rows).close())
        steps = 0
        await store.ready()
        cost.append(steps)
    assert cost[0] == cost[1] > 0


PARTNER = "INSERT INTO partner (account, id, name) SELECT account, ?, '' FROM account"
