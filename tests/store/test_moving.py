"""Everything of a store moves into another and back, whoever is killed meanwhile; nothing else is touched."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import apsw
import pytest

from cardwright.book.card_ports import Book as AddressBook
from cardwright.book.contacts import Contacts
from cardwright.errors import ConflictError, NotFoundError, StoreError
from cardwright.store import moved, open_store
from cardwright.store.moving.tables import TABLES
from cardwright.store.postgres import moved_tables as postgres_tables
from cardwright.store.postgres import moving as postgres_moving
from cardwright.store.sqlite import moved_tables as sqlite_tables
from cardwright.store.sqlite import moving as sqlite_moving
from cardwright.store.sqlite.database import FILE, LOCK
from cardwright.store.sqlite.lock import FileLock
from serving import ENVIRONMENT, run, serve, started
from store.acme import WILE, Book, Images, book_of
from store.moving import bytes_of, fill, run_sql

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cardwright.book.ports import Store
    from cardwright.store.moving import MoveStep
    from postgres import Cluster

# `cardwright`, but that a slice has 3 rows, and the process is killed as it has written some of them.
KILLED = """
import os, signal
from cardwright.cli import main
from cardwright.store.postgres import moving as postgres
from cardwright.store.sqlite import moving as sqlite

sqlite.SLICE = postgres.SLICE = 3
left = [25]

def counted(kept):
    async def keep(*given):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        await kept(*given)
    return keep

for rows in (sqlite.SqliteRows, postgres.PostgresRows):
    rows.keep = counted(rows.keep)
main()
"""


def untold(_: MoveStep) -> None:
    """For who looks at the result alone."""


@pytest.fixture
def database(postgres: Cluster) -> Iterator[str]:
    """The address of a database that has nothing in it."""
    with postgres.database() as address:
        yield address


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite store with rows in every table."""
    data = tmp_path_factory.mktemp("filled") / "source"
    asyncio.run(make(data))
    return data


async def make(data: Path) -> None:
    async with open_store(data) as store:
        await fill(store)
    run_sql(data, "UPDATE campaign SET id = '/removed/00' WHERE id = '3' AND account = 1")  # its removal was cut short


@pytest.fixture
def source(filled: Path, tmp_path: Path) -> Path:
    """A copy of that."""
    return Path(shutil.copytree(filled, tmp_path / "source"))


async def faults(data: str | Path) -> list[str]:
    async with open_store(data, create=False, older="refuse") as store:
        return await store.check()


async def test_there_and_back_all_is_equal_and_the_source_is_as_it_was(source: Path, database: str) -> None:
    before = bytes_of(source)
    there = await moved(str(source), database, untold)
    assert [one.table for one in there] == [table.name for table in TABLES]
    assert all(one.rows for one in there), there
    assert await faults(database) == await faults(source) == []
    back = source.parent / "back"
    assert await moved(database, str(back), untold) == there
    assert bytes_of(source) == before
    assert await faults(back) == []


async def test_between_two_of_a_kind(source: Path, postgres: Cluster) -> None:
    other = source.parent / "other"
    there = await moved(str(source), str(other), untold)
    with postgres.database() as one, postgres.database() as two:
        assert await moved(str(other), one, untold) == there
        assert await moved(one, two, untold) == there


async def test_who_goes_on_in_the_copy_finds_everything(tmp_path: Path, database: str) -> None:
    """Ids, revisions, the sequence of changes, cards, undo, idempotency keys, tokens: as if nothing had happened."""
    source, back = tmp_path / "source", tmp_path / "back"
    await make(source)
    await moved(str(source), database, untold)
    await moved(database, str(back), untold)
    said = [await goes_on(data) for data in (str(source), database, str(back))]
    assert said[0] == said[1] == said[2]


async def goes_on(data: str) -> list[object]:
    async with open_store(data, create=False, older="refuse") as store:
        found: list[object] = []
        for account in await store.accounts.all():
            book = Book(store, Contacts(store.contacts, Images()), account.sid)
            found += [account, await store.accounts.tokens(account.sid), await store.partners.campaigns(account.sid)]
            if account.name == "Cog":
                continue
            page = await book.page(page_size=1000)
            full = [await store.contacts.get(book.place, int(one.number), full=True) for one in page.contacts]
            found += [full, await store.changes.after(book.place, 0, 1_000, full=True)]
            found += [
                await book.found(search="José"),
                await book.found(search="Chief"),
                await book.found(search="head"),
            ]
            for shelf in (AddressBook(*book.place), AddressBook(book.sid, "")):
                found += [await store.cards.following(shelf), await store.cards.properties(shelf)]
                found.append(await names_since(store, shelf))
            found.append(await book.contacts.create(book.sid, "1000", WILE._replace(first="Key"), by="test", key="k"))
            found += [await book.create(first="Next"), (await store.imports.state(book.place))]
        return found


async def names_since(store: Store, shelf: AddressBook) -> tuple[list[str], list[str]]:
    """What a client is told that knew the book before the last cards were renamed and removed."""
    began = [place._replace(sequence=max(place.sequence - 8, 0)) for place in await store.cards.state(shelf)]
    synced = await store.cards.changed(shelf, began, 1_000)
    return [card.name for card in synced.cards], list(synced.gone)


def killed(source: str, target: str) -> subprocess.CompletedProcess[str]:
    """Move, until the process is killed, or to the end if it is not."""
    command = [sys.executable, "-c", KILLED, "migrate", "--from", source, "--to", target, "--json"]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=ENVIRONMENT)


@pytest.mark.parametrize("direction", ["to PostgreSQL", "to SQLite"])
async def test_a_move_that_is_killed_goes_on_where_it_was(source: Path, database: str, direction: str) -> None:
    there = await moved(str(source), str(source.parent / "expected"), untold)
    names = [str(source), database]
    if direction == "to SQLite":
        await moved(str(source), database, untold)
        names = [database, str(source.parent / "back")]
    kills = 0
    while (done := killed(*names)).returncode:
        assert done.returncode == -signal.SIGKILL, done.stderr
        kills += 1
        with pytest.raises(StoreError, match="is an unfinished copy of"):
            await faults(names[1])
    assert kills > 1
    said = json.loads(done.stdout)["Tables"]
    assert said == [{"Table": one.table, "Rows": one.rows, "Digest": one.digest} for one in there]
    assert await faults(names[1]) == []


@pytest.mark.parametrize("kind", ["SQLite", "PostgreSQL"])
async def test_a_target_that_holds_something_else_is_left_alone(source: Path, database: str, kind: str) -> None:
    target = str(source.parent / "target") if kind == "SQLite" else database
    async with open_store(target) as store:
        book = await book_of(store)
    with pytest.raises(ConflictError, match="holds accounts already"):
        await moved(str(source), target, untold)
    async with open_store(target) as store:
        assert [one.sid for one in await store.accounts.all()] == [book.sid]


class StoppedError(Exception):
    """Raised in the middle of a move."""


def stop(step: MoveStep) -> None:
    if step.table == "contact":
        raise StoppedError


@pytest.mark.parametrize("kind", ["SQLite", "PostgreSQL"])
async def test_a_copy_of_another_state_is_not_gone_on_with(source: Path, database: str, kind: str) -> None:
    target = str(source.parent / "target") if kind == "SQLite" else database
    with pytest.raises(StoppedError):
        await moved(str(source), target, stop)
    async with open_store(source) as store:
        await book_of(store, "New")
    with pytest.raises(ConflictError, match="was written to since"):
        await moved(str(source), target, untold)


async def test_what_differs_afterwards_is_told_and_nobody_opens_the_copy(source: Path) -> None:
    target = source.parent / "target"

    def change(step: MoveStep) -> None:
        if step.compares and step.table == "account":
            run_sql(target, "UPDATE contact SET title = title || 'x' WHERE rowid = (SELECT min(rowid) FROM contact)")

    with pytest.raises(StoreError, match=r"is not equal to the store in .* in contact: remove that copy"):
        await moved(str(source), str(target), change)
    with pytest.raises(StoreError, match="is an unfinished copy of the store in"):
        await faults(target)


async def test_a_store_that_a_server_has_open_is_not_moved(
    tmp_path: Path, postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_moving, "_LEAVING", 0.2)
    data, empty = tmp_path / "data", tmp_path / "empty"
    with serve(data) as served:
        done = run("migrate", "--from", str(data), "--to", str(empty))
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("cardwright: process ")
        assert done.stderr.endswith(f" has {data / FILE} open: stop the server, or what else uses it, first\n")
    assert served.process.wait() == 0
    with postgres.database() as address:
        await moved(str(data), address, untold)
        empty.mkdir()
        with started(empty, address=address):
            for source, target in ((address, str(tmp_path / "back")), (str(data), address)):
                with pytest.raises(StoreError, match=r"is in use by Cardwright \(\d+ connections\): stop the servers"):
                    await moved(source, target, untold)


async def test_nobody_writes_to_the_source_meanwhile(source: Path, database: str, postgres: Cluster) -> None:
    await moved(str(source), database, untold)
    async with postgres_moving.alone(database, fills=False):
        for form in postgres_tables.FORMS:
            with pytest.raises(subprocess.CalledProcessError):
                postgres.run(f"SET lock_timeout = 50; DELETE FROM {form}", postgres.name_of(database))  # noqa: S608 - constant
    with sqlite_moving.alone(source, fills=False), pytest.raises(StoreError, match=f"is held by process {os.getpid()}"):
        FileLock(source / LOCK).acquire(0.05)


def test_a_source_that_is_not_there_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        asyncio.run(moved(str(tmp_path / "none"), str(tmp_path / "target"), untold))
    assert list(tmp_path.iterdir()) == []


def test_every_table_and_column_of_sqlite_moves_or_is_made_anew(source: Path) -> None:
    with contextlib.closing(apsw.Connection(str(source / FILE))) as connection:
        tables = """SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'
            AND name NOT GLOB 'search_*'"""
        there = {
            table: {name for (name,) in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))}
            for (table,) in connection.execute(tables).fetchall()
        }
    known = {name: {column.name for column in form.columns} for name, form in sqlite_tables.FORMS.items()}
    for table, columns in sqlite_tables.ANEW_COLUMNS.items():
        known[table] |= columns
    assert {name: columns for name, columns in there.items() if name not in sqlite_tables.ANEW} == known
    assert there.keys() >= sqlite_tables.ANEW.keys()


async def test_every_table_and_column_of_postgresql_moves_or_is_made_anew(database: str, postgres: Cluster) -> None:
    async with open_store(database):
        pass
    query = """SELECT json_object_agg(table_name, columns) FROM (
        SELECT table_name, json_agg(column_name) AS columns FROM information_schema.columns
        WHERE table_schema = 'public' GROUP BY table_name) AS t"""
    there = {
        name: set(columns) for name, columns in json.loads(postgres.run(query, postgres.name_of(database))).items()
    }
    known = {
        table.name: {column.name for column in (*form.columns, *form.made)}
        | set(("account", "campaign")[: table.begins])
        for table in TABLES
        for form in [postgres_tables.FORMS[table.name]]
    }
    counters = {"last_contact", "last_user"}
    known["account"] = known["account"] - counters | {"account"}
    known["counter"] = counters
    for table, columns in postgres_tables.ANEW_COLUMNS.items():
        known[table] |= columns
    assert {name: columns for name, columns in there.items() if name not in postgres_tables.ANEW} == known
    assert there.keys() >= postgres_tables.ANEW.keys()


@pytest.mark.parametrize("forms", [sqlite_tables.FORMS, postgres_tables.FORMS], ids=["SQLite", "PostgreSQL"])
def test_each_store_says_every_column_once(forms: dict[str, sqlite_tables.MovedTable]) -> None:
    for table in TABLES:
        says = [column.says for column in forms[table.name].columns if column.says]
        assert sorted(says) == sorted(table.columns), table.name
    assert forms.keys() == {table.name for table in TABLES}


async def test_a_store_is_not_moved_into_itself(tmp_path: Path, postgres: Cluster) -> None:
    """However it is named; also one that holds nothing yet, which an empty target would be."""
    (tmp_path / "link").symlink_to("data")
    with postgres.database() as address:
        for one in (str(tmp_path / "data"), address):
            async with open_store(one):
                pass
        pairs = [
            (str(tmp_path / "data"), str(tmp_path / "data")),
            (str(tmp_path / "data"), f"{tmp_path}/./link/"),
            (address, address),
            (address, address.replace("postgresql:///", "postgres:///")),
        ]
        for source, target in pairs:
            async with asyncio.timeout(30):
                with pytest.raises(ConflictError, match="is the store that is to be moved"):
                    await moved(source, target, lambda _: None)
        for one in (str(tmp_path / "data"), address):
            async with open_store(one, create=False) as store:
                assert await store.accounts.all() == []
