"""Only `serve` and `migrate` change the schema of a store; another command says what to run, or needs none of it."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING

import apsw
import pytest

from cardwright.store.sqlite import migrations
from cardwright.store.sqlite.database import FILE
from serving import command, run, started

if TYPE_CHECKING:
    from pathlib import Path

OLD = migrations.LAST - 1
ANY = "IR0123456789"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A store with an account, as the schema before today's has it."""
    data = tmp_path / "old"
    data.mkdir()
    with contextlib.closing(apsw.Connection(str(data / FILE))) as connection:
        connection.execute("PRAGMA journal_mode = WAL").fetchall()
        migrations.apply(connection, data / FILE, to=OLD)
        connection.execute("INSERT INTO account (sid, name, key, created) VALUES (?, 'Acme', x'00', 0)", (ANY,)).close()
    return data


def schema(file: Path) -> int:
    with contextlib.closing(apsw.Connection(str(file))) as connection:
        return migrations.version(connection)


@pytest.mark.parametrize(
    "arguments",
    [
        ("account", "list"),
        ("account", "add", "Acme"),
        ("account", "remove", ANY),
        ("campaign", "list", ANY),
        ("contact", "list", ANY, "1000"),
        ("export", ANY, "1000"),
        ("import", ANY, "1000", "--dry-run", "/dev/null"),
        ("key", "reset", ANY),
        ("partner", "list", ANY),
        ("token", "list", ANY),
    ],
)
def test_a_command_leaves_an_older_schema_and_says_what_to_run(old: Path, arguments: tuple[str, ...]) -> None:
    before = (old / FILE).read_bytes()
    done = run(*arguments, data=old)
    said = f"cardwright: {old / FILE} has the schema of an older Cardwright ({OLD}, now {migrations.LAST}): "
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{said}run `cardwright migrate`\n")
    assert (old / FILE).read_bytes() == before


def test_a_backup_before_an_upgrade_has_the_older_schema_and_is_sound(old: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy" / FILE
    copy.parent.mkdir()
    command(old, "backup", str(copy))
    assert run("check", data=copy.parent).stdout == "The store is sound.\n"
    assert [schema(copy), schema(old / FILE)] == [OLD, OLD]


def test_migrate_brings_the_schema_up_to_date_and_again_changes_nothing(old: Path) -> None:
    assert command(old, "migrate") == {"SchemaBefore": OLD, "Schema": migrations.LAST}
    assert command(old, "migrate") == {"SchemaBefore": migrations.LAST, "Schema": migrations.LAST}
    (account,) = json.loads(run("account", "list", "--json", data=old).stdout)
    assert account["AccountSID"] == ANY


def test_serve_brings_the_schema_up_to_date(old: Path) -> None:
    with started(old):
        assert schema(old / FILE) == migrations.LAST


def test_migrate_makes_no_store(tmp_path: Path) -> None:
    done = run("migrate", data=tmp_path / "none")
    assert (done.returncode, done.stdout) == (1, "")
    assert not (tmp_path / "none").exists()
