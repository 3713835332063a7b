"""Stores of every schema that ever was: they open, whole; a migration that is cut short leaves them as they were."""

from __future__ import annotations

import contextlib
import lzma
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import apsw
import pytest

from cardwright.book.index_terms import terms
from cardwright.errors import StoreError
from cardwright.store import open_store
from cardwright.store.sqlite import migrations
from cardwright.store.sqlite.contact_rows import COLUMNS, Rows
from cardwright.store.sqlite.database import FILE
from store.older_store import book_in, check_found, check_kept

if TYPE_CHECKING:
    from cardwright.book.migration_step import MigrationStep

SCHEMAS = sorted((Path(__file__).parent / "schemas").glob("*.xz"))
GROUPS_SINCE = 8
WITH_CONTACTS = [file for file in SCHEMAS if not file.name.startswith("0001")]


def unpacked(file: Path, folder: Path) -> Path:
    (folder / FILE).write_bytes(lzma.decompress(file.read_bytes()))
    (folder / FILE).chmod(0o600)
    return folder


def schema(folder: Path) -> int:
    with contextlib.closing(apsw.Connection(str(folder / FILE))) as connection:
        return migrations.version(connection)


@pytest.mark.parametrize("store", ["sqlite", "postgres"])
def test_each_migration_has_a_number_of_its_own(store: str) -> None:
    """Of two with one number, a store that has seen the first never sees the second."""
    files = sorted((Path(migrations.__file__).parents[1] / store / "migrations").glob("*.sql"))
    assert [int(file.name[:4]) for file in files] == list(range(1, len(files) + 1))


def test_every_schema_has_its_store() -> None:
    """A migration comes with a store of its schema: run tests/store/schemas/make.py, and commit the file."""
    assert {int(file.name[:4]) for file in SCHEMAS} == set(range(1, migrations.LAST + 1))


@pytest.mark.parametrize("file", SCHEMAS, ids=lambda file: file.name[:-11])
def test_a_store_of_a_schema_has_that_schema(file: Path, tmp_path: Path) -> None:
    assert schema(unpacked(file, tmp_path)) == int(file.name[:4])


@pytest.mark.parametrize("file", SCHEMAS, ids=lambda file: file.name[:-11])
async def test_a_store_of_every_schema_opens_and_is_used(file: Path, tmp_path: Path) -> None:
    async with open_store(unpacked(file, tmp_path)) as store:
        assert store.schemas == (int(file.name[:4]), migrations.LAST)
        assert await store.check() == []
        assert [account.sid for account in await store.accounts.all()] == ["IRacme"]
        made = await book_in(store).create()
        assert made in await book_in(store).found(search="wile")
        assert await store.check() == []


@pytest.mark.parametrize(("number", "has"), [(10, 9), (12, 13), (16, 17)])
async def test_a_store_with_the_number_that_a_migration_had_for_a_minute_opens_too(
    number: int, has: int, tmp_path: Path
) -> None:
    file = unpacked(Path(__file__).parent / f"schemas/{has:04}.sqlite3.xz", tmp_path) / FILE
    with contextlib.closing(apsw.Connection(str(file))) as connection:
        connection.execute(f"PRAGMA user_version = {number}")
    async with open_store(tmp_path) as store:
        assert store.schemas == (has, migrations.LAST)
        assert await store.check() == []
        await check_kept(store, card=True, group=True)
        made = await book_in(store).create()
        assert made in await book_in(store).found(search="wile")


@pytest.mark.parametrize("file", WITH_CONTACTS, ids=lambda file: file.name[:-11])
async def test_all_that_was_kept_is_there(file: Path, tmp_path: Path) -> None:
    async with open_store(unpacked(file, tmp_path)) as store:
        number = int(file.name[:4])  # by the program of schema 2 a change ended the card
        await check_kept(store, card=number > 2, group=number >= GROUPS_SINCE)


@pytest.mark.parametrize("file", WITH_CONTACTS, ids=lambda file: file.name[:-11])
async def test_the_index_is_as_it_would_be_written_today(file: Path, tmp_path: Path) -> None:
    async with open_store(unpacked(file, tmp_path)) as store:
        await check_found(store)
    with contextlib.closing(apsw.Connection(str(tmp_path / FILE))) as connection:
        stored = Rows(connection, 1).stored
        for row in connection.execute(f"SELECT {COLUMNS} FROM contact").fetchall():  # noqa: S608 - constant
            indexed = {term for (term,) in connection.execute("SELECT term FROM term WHERE doc = ?", (row[0],))}
            assert indexed == set(terms(row[1], stored(row)).split(" "))


# Migrates a store, says which contact it has come to, and waits at each until it is told to go on.
SLOW = """
import asyncio, sys
from cardwright.store import open_store
from cardwright.store.sqlite import migrations

def waiting(*columns, terms=migrations._terms):
    print("at", flush=True)
    sys.stdin.readline()
    return terms(*columns)

async def main():
    async with open_store(sys.argv[1]):
        pass

migrations._terms = waiting
asyncio.run(main())
"""


def killed_at(data: Path, contacts: int) -> None:
    """Begin to migrate, and kill the process once it has come to so many contacts."""
    arguments = [sys.executable, "-c", SLOW, str(data)]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        for _ in range(contacts):
            assert process.stdout.readline() == "at\n"
            process.stdin.write("on\n")
            process.stdin.flush()
        process.send_signal(signal.SIGKILL)


@pytest.mark.parametrize("contacts", [1, 3])
async def test_a_migration_that_is_killed_starts_again_clean(tmp_path: Path, contacts: int) -> None:
    data = unpacked(WITH_CONTACTS[0], tmp_path)
    killed_at(data, contacts)
    assert schema(data) == 2
    async with open_store(data) as store:
        assert store.schemas == (2, migrations.LAST)
        assert await store.check() == []
        assert await book_in(store).found() == ["M1", "2", "3", "4"]


async def test_a_migration_says_what_it_does_and_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "_EVERY", 2)
    steps: list[MigrationStep] = []
    async with open_store(unpacked(WITH_CONTACTS[0], tmp_path), tell=steps.append):
        pass
    told = [(step.schema, step.what, step.done, step.contacts) for step in steps]
    assert told[:2] == [(3, "blocks", 0, 4), (4, "terms", 0, 4)]
    assert [step for step in told if step[0] == 7] == [
        (7, "match keys", 0, 4),
        (7, "match keys", 2, 4),
        (7, "match keys", 4, 4),
    ]
    async with open_store(tmp_path, tell=steps.append):
        assert len(steps) == len(told)


async def test_a_migration_that_is_told_to_stop_leaves_all_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "_EVERY", 2)

    def stop(step: MigrationStep) -> None:
        if step.done:
            raise StoreError("stopped")

    data = unpacked(WITH_CONTACTS[0], tmp_path)
    with pytest.raises(StoreError, match="stopped"):
        async with open_store(data, tell=stop):
            pass
    assert schema(data) == 2
    async with open_store(data) as store:
        assert await store.check() == []
