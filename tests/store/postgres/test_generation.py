"""A restore on PostgreSQL, by whatever tool, begins a new generation, and gives no number again; nothing else does."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from typing import TYPE_CHECKING, Final

import pytest

from cardwright.book.contacts import Contacts
from cardwright.store import open_store
from cardwright.store.postgres import PostgresStore
from cardwright.store.postgres.generation import SKIPPED
from postgres import Cluster, binaries, cluster
from serving import until
from store.acme import Book, Images, book_of
from store.postgres.conftest import opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ARCHIVING: Final = ("listen_addresses=", "fsync=off", "wal_level=replica", "archive_mode=on")


@pytest.fixture
def fresh(postgres: Cluster) -> Iterator[str]:
    """The address of a database that has nothing in it."""
    with postgres.database() as address:
        yield address


def program(running: Cluster, name: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs, as an operator would."""
    folder = binaries()
    assert folder
    command = [str(folder / name), "-h", str(running.folder), "-U", running.user, *arguments]
    subprocess.run(command, check=True, capture_output=True, timeout=60)


def into_another(running: Cluster, database: str, dump: str) -> str:
    name = f"{database}_again"
    program(running, "createdb", name)
    program(running, "pg_restore", "-d", name, dump)
    return name


def over_what_is_there(running: Cluster, database: str, dump: str) -> str:
    program(running, "pg_restore", "--clean", "--if-exists", "-d", database, dump)
    return database


def in_its_place(running: Cluster, database: str, dump: str) -> str:
    program(running, "dropdb", database)
    program(running, "createdb", database)
    program(running, "pg_restore", "-d", database, dump)
    return database


@pytest.mark.parametrize("restored", [into_another, over_what_is_there, in_its_place])
async def test_after_a_restore_no_number_and_no_name_comes_again(
    fresh: str, postgres: Cluster, tmp_path: Path, restored: Callable[[Cluster, str, str], str]
) -> None:
    dump, name = str(tmp_path / "dump"), postgres.name_of(fresh)
    async with opened(fresh) as store:
        book = await book_of(store)
        await book.create()
        before = await store.contacts.generation()
        program(postgres, "pg_dump", "--format=custom", "-f", dump, name)
        given = [await book.create() for _ in range(3)]
        reached = (await store.imports.state(book.place)).sequence
    async with opened(postgres.address(restored(postgres, name, dump))) as store:
        assert await store.contacts.generation() != before
        new = await Book(store, Contacts(store.contacts, Images()), book.sid).create()
        assert new not in given
        assert int(new) == 1 + SKIPPED + 1
        assert (await store.imports.state(book.place)).sequence > reached
        assert await store.check() == []


async def test_who_comes_at_once_skips_once(fresh: str, postgres: Cluster) -> None:
    async with opened(fresh) as store:
        await (await book_of(store)).create()
    postgres.run("UPDATE generation SET server = 'other'", postgres.name_of(fresh))
    stores = await asyncio.gather(*(PostgresStore.open(fresh) for _ in range(6)))
    assert len({await store.contacts.generation() for store in stores}) == 1
    await asyncio.gather(*(store.close() for store in stores))
    assert postgres.run("SELECT last_contact FROM counter", postgres.name_of(fresh)) == str(1 + SKIPPED)


async def test_who_only_looks_begins_none(fresh: str, postgres: Cluster) -> None:
    async with opened(fresh):
        pass
    name = postgres.name_of(fresh)
    postgres.run("UPDATE generation SET server = 'other'", name)
    before = postgres.run("SELECT id, server FROM generation", name)
    async with open_store(fresh, create=False, older="take") as store:
        assert await store.check() == []
    assert postgres.run("SELECT id, server FROM generation", name) == before


async def test_a_restart_begins_none() -> None:
    with cluster(("listen_addresses=", "fsync=off")) as running:
        running.run("CREATE DATABASE c")
        async with opened(running.address("c")) as store:
            before = await store.contacts.generation()
        running.kill()
        running.start()
        async with opened(running.address("c")) as store:
            assert await store.contacts.generation() == before


async def test_a_recovery_to_a_moment_begins_one() -> None:
    """A base backup and archived WAL, stopped before what came last."""
    with cluster(ARCHIVING) as running, cluster(ARCHIVING) as recovered:
        recovered.stop()
        shutil.rmtree(recovered.data)
        archive = running.folder / "archive"
        archive.mkdir()
        archive.chmod(0o777)
        running.set("archive_command", f"cp %p {archive}/%f")
        running.run("CREATE DATABASE c")
        async with opened(running.address("c")) as store:
            book = await book_of(store)
            await book.create()
            before = await store.contacts.generation()
            recovered.copy(running)
            running.run("SELECT pg_create_restore_point('then')")
            given = [await book.create() for _ in range(3)]
        last = running.run("SELECT pg_walfile_name(pg_switch_wal())")
        until((archive / last).exists)
        running.stop()
        (recovered.data / "standby.signal").rename(recovered.data / "recovery.signal")
        with (recovered.data / "postgresql.auto.conf").open("a") as file:
            file.write("primary_conninfo = ''\nrecovery_target_name = 'then'\nrecovery_target_action = 'promote'\n")
            file.write(f"restore_command = 'cp {archive}/%f %p'\n")
        recovered.start()
        until(lambda: recovered.run("SELECT pg_is_in_recovery()") == "f")
        async with opened(recovered.address("c")) as store:
            again = Book(store, Contacts(store.contacts, Images()), book.sid)
            assert await again.found() == ["1"]
            assert await store.contacts.generation() != before
            assert await again.create() not in given
