"""A restore, by whatever tool, begins a new generation; nothing else does, but for where that cannot be known."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import apsw
import pytest

from cardwright.book.contacts import Contacts
from cardwright.errors import StoreError
from cardwright.store import open_store
from cardwright.store.sqlite.database import FILE
from cardwright.store.sqlite.generation import BESIDE, SKIPPED
from partner_client import client, prepare
from serving import Served, command, run, serve, started
from store.acme import Book, Images, book_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path


@contextlib.asynccontextmanager
async def opened(data: Path, sid: str = "") -> AsyncIterator[Book]:
    async with open_store(data) as store:
        yield Book(store, Contacts(store.contacts, Images()), sid)


def copied(backup: Path, data: Path) -> None:
    """As `cp` does: into the file that is there."""
    shutil.copyfile(backup / FILE, data / FILE)


def copied_with_times(backup: Path, data: Path) -> None:
    shutil.copy2(backup / FILE, data / FILE)


def moved(backup: Path, data: Path) -> None:
    shutil.copy2(backup / FILE, data / "new")
    (data / "new").replace(data / FILE)


def restored_by_sqlite(backup: Path, data: Path) -> None:
    """As `.restore` of SQLite's own shell does, which the server need not be stopped for."""
    with contextlib.closing(apsw.Connection(str(backup / FILE))) as source:
        into_live(source, data)


def into_live(source: apsw.Connection, data: Path) -> None:
    with (
        contextlib.closing(apsw.Connection(str(data / FILE))) as target,
        target.backup("main", source, "main") as copy,
    ):
        copy.step()


def the_folder(backup: Path, data: Path) -> None:
    """With the record beside it, as of then."""
    for name in (FILE, BESIDE):
        shutil.copyfile(backup / name, data / name)


def the_folder_with_times(backup: Path, data: Path) -> None:
    for name in (FILE, BESIDE):
        shutil.copy2(backup / name, data / name)


def another_folder(backup: Path, data: Path) -> None:
    """As on another machine."""
    shutil.rmtree(data)
    shutil.copytree(backup, data)


def nothing_beside(backup: Path, data: Path) -> None:
    copied(backup, data)
    (data / BESIDE).unlink()


def something_beside(backup: Path, data: Path) -> None:
    copied(backup, data)
    (data / BESIDE).write_bytes(b'["damaged')


@pytest.mark.parametrize(
    "tool",
    [
        copied,
        copied_with_times,
        moved,
        restored_by_sqlite,
        the_folder,
        the_folder_with_times,
        another_folder,
        nothing_beside,
        something_beside,
    ],
)
async def test_a_restore_begins_a_new_generation_and_no_id_comes_again(
    tmp_path: Path, tool: Callable[[Path, Path], None]
) -> None:
    data, backup = tmp_path / "data", tmp_path / "backup"
    async with opened(data) as empty:
        book = await book_of(empty.store)
        await book.create()
        sid = book.sid
    shutil.copytree(data, backup)
    age(backup)
    async with opened(data, sid) as book:
        lost = [await book.create() for _ in range(20)]
        await book.patch("1", first="Changed")
        before = await told(book)
    tool(backup, data)
    async with opened(data, sid) as book:
        new = [await book.create() for _ in range(20)]
        await book.patch("1", first="Other")
        assert set(await book.found()) == {"1", *new}
        assert set(new).isdisjoint(lost)
        assert (await told(book)).isdisjoint(before)
        after = await told(book)
        assert await book.store.check() == []
    async with opened(data, sid) as book:
        await book.create()
        assert after < await told(book), "the generation goes on when the store is opened again"


def age(folder: Path) -> None:
    """Make a copy of some minutes ago of one of now: what is written in a record, and the times of the files."""
    for name in (FILE, BESIDE):
        if name == BESIDE:
            *rest, at = json.loads((folder / name).read_bytes())
            (folder / name).write_bytes(json.dumps([*rest, at - 600 * 10**9]).encode())
        seconds = (folder / name).stat().st_mtime - 600
        os.utime(folder / name, (seconds, seconds))


async def told(book: Book) -> set[tuple[str, int]]:
    """What entity tags are made of."""
    generation = await book.contacts.generation()
    return {(generation, contact.revision) for contact in (await book.page()).contacts}


@pytest.fixture
async def book(tmp_path: Path) -> Book:
    """A contact in a store that was closed again."""
    async with opened(tmp_path) as opened_:
        book = await book_of(opened_.store)
        await book.create()
    return book


def generation(data: Path) -> str:
    with contextlib.closing(apsw.Connection(str(data / FILE))) as connection:
        return str(connection.execute("SELECT id FROM generation").get)


async def test_a_store_that_is_opened_again_goes_on(book: Book, tmp_path: Path) -> None:
    before = generation(tmp_path)
    for _ in range(3):
        async with opened(tmp_path, book.sid) as again:
            await again.create()
    command(tmp_path, "account", "add", "Other")
    run("export", book.sid, "1000", data=tmp_path)
    command(tmp_path, "backup", str(tmp_path / "copy"))
    async with opened(tmp_path, book.sid) as again, opened(tmp_path, book.sid) as other:
        made = [await one.create() for one in (again, other, again, other)]
    assert made == ["5", "6", "7", "8"]
    assert generation(tmp_path) == before


# Creates contacts until it is killed, and prints the id of each.
LOAD = """
import asyncio, sys
from cardwright.book.contacts import Contacts
from cardwright.book.requests import NewContact
from cardwright.store import open_store

async def main(folder, sid):
    async with open_store(folder) as store:
        contacts = Contacts(store.contacts, None)
        new = NewContact("Wile", "Coyote", "wile.coyote@example.com", ("10000",))
        while True:
            print(await contacts.create(sid, "1000", new, by="test"), flush=True)

asyncio.run(main(*sys.argv[1:]))
"""


def killed_after(lines: int, data: Path, sid: str) -> None:
    arguments = (sys.executable, "-c", LOAD, str(data), sid)
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        for _ in range(lines):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)


async def test_a_process_that_is_killed_begins_no_new_generation(book: Book, tmp_path: Path) -> None:
    before, made = generation(tmp_path), 1
    for lines in (1, 7, 40):
        killed_after(lines, tmp_path, book.sid)
    async with opened(tmp_path, book.sid) as again:
        made = int(await again.create())
        assert made == (await again.page()).total
    assert generation(tmp_path) == before


async def test_a_record_that_the_killed_process_did_not_write_is_none_of_a_restore(book: Book, tmp_path: Path) -> None:
    before = generation(tmp_path)
    async with opened(tmp_path, book.sid) as again:
        await again.create()
        said = (tmp_path / BESIDE).read_bytes()
        await again.create()
        with (tmp_path / BESIDE).open("r+b") as record:
            record.write(said)
    async with opened(tmp_path, book.sid) as again:
        assert await again.create() == "4"
    assert generation(tmp_path) == before


async def test_after_a_loss_of_power_no_id_that_may_have_been_given_comes_again(book: Book, tmp_path: Path) -> None:
    """What the disk holds of the record may be older than what it holds of the database, or newer."""
    before = generation(tmp_path)
    async with opened(tmp_path, book.sid) as again:
        await again.create()
        _, reached, reserved, *_ = json.loads((tmp_path / BESIDE).read_bytes())
        (tmp_path / "kept").write_bytes((tmp_path / BESIDE).read_bytes().replace(boot_of(tmp_path), b"another start"))
    shutil.copyfile(tmp_path / "kept", tmp_path / BESIDE)
    async with opened(tmp_path, book.sid) as again:
        made = int(await again.create())
    assert 2 + reserved - reached <= made < SKIPPED
    assert generation(tmp_path) != before


def boot_of(data: Path) -> bytes:
    return str(json.loads((data / BESIDE).read_bytes())[3]).encode()


async def test_a_restore_under_a_process_that_runs_is_seen_by_its_next_commit(book: Book, tmp_path: Path) -> None:
    async with opened(tmp_path, book.sid) as running:
        await running.store.backup(tmp_path / "backup")
        before = await running.contacts.generation()
        lost = [await running.create() for _ in range(5)]
        with contextlib.closing(apsw.Connection(str(tmp_path / "backup"))) as source:
            into_live(source, tmp_path)
        new = [await running.create() for _ in range(5)]
        assert set(new).isdisjoint(lost)
        assert await running.contacts.generation() != before
        assert await running.found() == ["1", *new]


async def test_a_store_that_is_replaced_under_a_process_that_runs_takes_no_more(book: Book, tmp_path: Path) -> None:
    """What it wrote would be in a file that nobody finds; the task that ends here ends the worker."""
    async with opened(tmp_path, book.sid) as running:
        await running.store.backup(tmp_path / "backup")
        await running.create()
        (tmp_path / "backup").replace(tmp_path / FILE)
        with pytest.raises(StoreError, match="was replaced while it was in use"):
            await running.create()
        with pytest.raises(StoreError, match="was replaced while it was in use"):
            await running.store.credentials.watch(lambda: None)


def test_pc_33_no_entity_tag_of_before_a_restore_fits_what_came_after_it(tmp_path: Path) -> None:
    data, backup = tmp_path / "data", tmp_path / "backup"
    with serve(data_of(data)) as server:
        prepare(server)
        made = client(server).create()
        command(data, "backup", str(backup))
        client(server).ask("PUT", made, data={"Title": "Lost"})
        tag = client(server).send("GET", made).headers["etag"]
    shutil.copyfile(backup, data / FILE)
    with started(data) as (url, process):
        ours = client(Served(url, server.sid, server.token, server.key, data, process, str(data)))
        ours.ask("PUT", made, data={"Title": "New"})
        new = ours.send("GET", made, headers={"if-none-match": tag})
        assert (new.status_code, ours.tree(new)["Title"]) == (200, "New")
        assert ours.send("PUT", made, data={"Title": ""}, headers={"if-match": tag}).status_code == 412
        held = ours.send("GET", made, headers={"if-none-match": new.headers["etag"]})
        assert held.status_code == 304
        assert ours.send("PUT", made, data={"Title": ""}, headers={"if-match": new.headers["etag"]}).status_code == 200


def data_of(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_who_only_reads_a_restored_store_begins_nothing(tmp_path: Path) -> None:
    command(tmp_path, "account", "add", "Acme")
    command(tmp_path, "backup", str(tmp_path / "backup"))
    command(tmp_path, "account", "add", "Lost")
    shutil.copyfile(tmp_path / "backup", tmp_path / FILE)
    before = generation(tmp_path), (tmp_path / BESIDE).read_bytes()
    assert json.loads(run("account", "list", "--json", data=tmp_path).stdout)[0]["Name"] == "Acme"
    assert (generation(tmp_path), (tmp_path / BESIDE).read_bytes()) == before


async def test_the_mark_on_the_disk_is_always_ahead(book: Book, tmp_path: Path) -> None:
    async with opened(tmp_path, book.sid) as again:
        reached = 0
        while reached < 3_000:
            await asyncio.gather(*(again.create() for _ in range(20)))
            _, reached, reserved, *_ = json.loads((tmp_path / BESIDE).read_bytes())
            assert reached <= reserved
