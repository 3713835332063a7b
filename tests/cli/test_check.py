"""What a command says of a data folder without a store, or with one that is damaged."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import apsw
import pytest

from cardwright.errors import StoreError
from cardwright.store import open_store
from serving import command, run

if TYPE_CHECKING:
    from pathlib import Path

DATABASE = "cardwright.sqlite3"


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
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"cardwright: {data} holds no store\n")
    assert not data.exists()


@pytest.mark.parametrize("arguments", [("check", "--json"), ("account", "list")])
def test_an_empty_file_is_no_store(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "cardwright.sqlite3").touch()
    done = run(*arguments, data=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"cardwright: {tmp_path} holds no store\n")


@pytest.mark.parametrize("arguments", [("account", "add", "Acme"), ("check",), ("serve",)])
def test_data_without_a_name_is_refused(arguments: tuple[str, ...]) -> None:
    done = run(*arguments, "--data", "")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "cardwright: data: is empty: give it a folder\n")


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
def test_a_store_that_lets_nobody_in_is_not_ready(tmp_path: Path, part: str) -> None:
    command(tmp_path, "account", "add", "Acme")
    with apsw.Connection(str(tmp_path / DATABASE)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        page = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (part,)).get
    store = open_store(tmp_path)
    asyncio.run(store.ready())
    store.close()
    with (tmp_path / DATABASE).open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(bytes(4096))
    store = open_store(tmp_path)
    with pytest.raises(StoreError, match="is damaged: run `cardwright check`"):
        asyncio.run(store.ready())
    store.close()
    done = run("serve", data=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "is damaged: run `cardwright check`" in done.stderr
