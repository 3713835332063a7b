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

from cardwright.book.contacts import Contacts
from cardwright.book.index_terms import terms
from cardwright.contact.model import Contact, Email, Name
from cardwright.errors import StoreError
from cardwright.store import open_store
from cardwright.store.sqlite import migrations
from cardwright.store.sqlite.contact_rows import COLUMNS, Rows
from cardwright.store.sqlite.database import FILE
from store.acme import RICH, Book, Images
from store.importing import cards, outcomes
from store.schemas.make import GROUP

if TYPE_CHECKING:
    from cardwright.book.migration_step import MigrationStep
    from cardwright.book.ports import Store

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


def book_in(store: Store) -> Book:
    return Book(store, Contacts(store.contacts, Images()), "IRacme")


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


@pytest.mark.parametrize("file", WITH_CONTACTS, ids=lambda file: file.name[:-11])
async def test_all_that_was_kept_is_there(file: Path, tmp_path: Path) -> None:
    async with open_store(unpacked(file, tmp_path)) as store:
        book = book_in(store)
        contacts = (await book.page()).contacts
        assert [(one.id, one.contact.name.first, one.contact.title) for one in contacts] == [
            ("M1", "Road", "Own title"),
            ("2", "Wile", "Genius"),
            ("3", "Søren", "Acme Partner Manager"),
            ("4", "José", "Chief"),
        ]
        assert contacts[3].contact == RICH._replace(title="Chief", revision=contacts[3].contact.revision)
        assert [partner.id for partner in contacts[3].partners] == ["10000", "10001"]
        assert (await book.contacts.image(book.sid, "1000", "2")).data == b"GIF 2"
        card = (await book.contacts.full(book.sid, "1000", "4")).card
        if file.name.startswith("0002"):  # by the program of then a change ended the card
            assert card == b""
        else:
            assert b"TITLE:Chief" in card
            assert card.replace(b"\r\n ", b"").count(b"x" * 20_000) == 1
        changes = await store.changes.after(book.place, 0, 100, full=True)
        assert [one.kind for one in changes].count("created") == 6
        assert [one.before.contact.title for one in changes if one.before and one.number in {2, 4}] == [
            "Acme Partner Manager",
            "Head",
        ]
        groups = [(1, GROUP)] if int(file.name[:4]) >= GROUPS_SINCE else []
        assert await store.groups.following(book.place) == groups
        back = await book.contacts.restore(book.sid, "1000", "5", by="test")
        assert back.contact.name.first == "Gone"


@pytest.mark.parametrize("file", WITH_CONTACTS, ids=lambda file: file.name[:-11])
async def test_the_index_is_as_it_would_be_written_today(file: Path, tmp_path: Path) -> None:
    async with open_store(unpacked(file, tmp_path)) as store:
        book = book_in(store)
        assert await book.found(search="soren lecki") == ["3"]
        other = Contact(Name("José", "Núñez"), emails=(Email("other@example.com"),), uid=RICH.uid)
        (same,) = await outcomes(book, cards(other))
        assert (same.outcome, same.contact) == ("skipped", "4")
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
