"""What a command says of a data folder without a store, or with one that is damaged."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import apsw
import pytest

from cardwright.errors import StoreError
from cardwright.store import open_store
from serving import command, free_port, run

if TYPE_CHECKING:
    from pathlib import Path

DATABASE = "cardwright.sqlite3"
MEND = "give --data the folder of one"


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "--json"),
        ("backup", "copy"),
        ("account", "list"),
        ("account", "remove", "IR1"),
        ("token", "list", "IR1"),
        ("key", "reset", "IR1"),
    ],
)
def test_only_serve_and_account_add_make_a_store(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    data = tmp_path / "data"
    done = run(*arguments, data=data)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"cardwright: {data} holds no store: {MEND}\n")
    assert not data.exists()


@pytest.mark.parametrize("arguments", [("check", "--json"), ("account", "list")])
def test_an_empty_file_is_no_store(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "cardwright.sqlite3").touch()
    done = run(*arguments, data=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"cardwright: {tmp_path} holds no store: {MEND}\n")


@pytest.mark.parametrize("arguments", [("account", "add", "Acme"), ("check",), ("serve",)])
def test_data_without_a_name_is_refused(arguments: tuple[str, ...]) -> None:
    port = ("--port", str(free_port())) if arguments == ("serve",) else ()
    done = run(*arguments, *port, "--data", "")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "cardwright: data: is empty: give it a folder\n")


@pytest.mark.parametrize("at", [0, 4096])
def test_a_damaged_store_is_a_fault(tmp_path: Path, at: int) -> None:
    command(tmp_path, "account", "add", "Acme")
    with (tmp_path / DATABASE).open("r+b") as file:
        file.seek(at)
        file.write(b"\x55" * 65_536)
    done = run("check", "--json", data=tmp_path)
    said = json.loads(done.stdout)
    assert (done.returncode, said["ok"], done.stderr) == (1, False, "")
    assert all(DATABASE in fault for fault in said["faults"])
    assert said["faults"]


@pytest.mark.parametrize(
    "part", ["account", "sqlite_autoindex_account_1", "sqlite_autoindex_account_2", "token", "campaign", "partner"]
)
async def test_a_store_that_lets_nobody_in_is_not_ready(tmp_path: Path, part: str) -> None:
    command(tmp_path, "account", "add", "Acme")
    with apsw.Connection(str(tmp_path / DATABASE)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        page = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (part,)).get
    async with open_store(tmp_path) as store:
        await store.ready()
    with (tmp_path / DATABASE).open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(bytes(4096))
    async with open_store(tmp_path) as store:
        with pytest.raises(StoreError, match="is damaged: run `cardwright check`"):
            await store.ready()
    done = run("serve", "--port", str(free_port()), data=tmp_path)
    *logged, told = done.stderr.splitlines()
    assert (done.returncode, done.stdout, told.startswith("cardwright: ")) == (1, "", True)
    assert "is damaged: run `cardwright check`" in told
    assert all("ERROR cardwright.store" in line for line in logged)


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    command(tmp_path / "data", "account", "add", "Acme")
    (tmp_path / "backups").mkdir()
    command(tmp_path / "data", "backup", str(tmp_path / "backups" / "monday"))
    return tmp_path / "backups" / "monday"


def test_a_backup_is_checked_in_its_place_and_left_as_it_is(backup: Path) -> None:
    before = backup.read_bytes()
    assert command(backup, "check") == {"ok": True, "faults": []}
    assert run("check", data=backup).stdout == "The store is sound.\n"
    assert (backup.read_bytes(), list(backup.parent.iterdir())) == (before, [backup])
    assert command(backup.parent.parent / "data" / DATABASE, "check") == {"ok": True, "faults": []}


def test_a_damaged_backup_is_told_and_what_to_do(backup: Path) -> None:
    with backup.open("r+b") as file:
        file.seek(8_192)
        file.write(b"\x55" * 4_096)
    done = run("check", data=backup)
    *faults, advice = done.stdout.splitlines()
    assert (done.returncode, done.stderr, bool(faults)) == (1, "", True)
    assert "put the latest backup" in advice
    assert list(backup.parent.iterdir()) == [backup]


@pytest.mark.parametrize("content", [b"", b"no store", b"SQLite format 3\0" + bytes(4_080)])
def test_a_file_that_is_no_store_is_one_line(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    done = run("check", data=file)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"cardwright: {file} is not a Cardwright store\n")
    other = run("account", "list", data=file)
    assert (other.returncode, other.stderr) == (1, f"cardwright: {file} is a file: give --data the folder of a store\n")


def test_a_store_that_cannot_be_reached_is_not_called_damaged(tmp_path: Path) -> None:
    """A backup in its place would lose what is there."""
    command(tmp_path, "account", "add", "Acme")
    with apsw.Connection(str(tmp_path / DATABASE)) as connection:
        connection.execute("PRAGMA user_version = 9999").fetchall()
    for data, says in ((str(tmp_path), "a newer Cardwright"), ("postgresql://me@127.0.0.1:1/cards", "does not answer")):
        done = run("check", "--json", "--data", data)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("cardwright: ")
        assert says in done.stderr
        assert "backup" not in done.stderr
