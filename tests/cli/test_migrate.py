"""Only `serve` and `migrate` change the schema of a store; another command says what to run, or needs none of it."""

from __future__ import annotations

import contextlib
import json
import lzma
import signal
import subprocess
import sys
from pathlib import Path

import apsw
import pytest

from cardwright.book.migration_step import MigrationStep
from cardwright.cli import progress
from cardwright.store.sqlite import migrations
from cardwright.store.sqlite.database import FILE
from serving import command, run, started

# `cardwright`, but that a migration says when it has come to a contact, and waits for a minute.
SLOW = """
import time
from cardwright.cli import main
from cardwright.store.sqlite import migrations

def waiting(*columns):
    print("at", flush=True)
    time.sleep(60)

migrations._terms = waiting
main()
"""
# `cardwright`, but that a move says when it has begun to copy tokens, and waits for a minute.
WAITING = """
import asyncio
from cardwright.cli import main
from cardwright.store.sqlite.moving import SqliteRows

kept = SqliteRows.keep

async def keep(rows, table, *given):
    if table.name == "token":
        print("at", flush=True)
        await asyncio.sleep(60)
    await kept(rows, table, *given)

SqliteRows.keep = keep
main()
"""
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


SCHEMA_2 = Path(__file__).parents[1] / "store" / "schemas" / "0002.sqlite3.xz"


@pytest.mark.parametrize("how", ["migrate", "serve"])
def test_what_a_migration_does_and_how_far_it_is_is_said(tmp_path: Path, how: str) -> None:
    (tmp_path / FILE).write_bytes(lzma.decompress(SCHEMA_2.read_bytes()))
    (tmp_path / FILE).chmod(0o600)
    if how == "migrate":
        done = run("migrate", "--json", data=tmp_path)
        assert (done.returncode, json.loads(done.stdout)["Schema"]) == (0, migrations.LAST)
        said = done.stderr
    else:
        with started(tmp_path):
            said = (tmp_path / "server.log").read_text()
    last = migrations.LAST
    assert said.startswith(f"Schema 3 of {last} (blocks)\nSchema 4 of {last} (terms)\n")
    assert f"Schema 7 of {last} (match keys)\n" in said


def test_how_far_a_long_step_is_is_said_every_other_second(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    tell, now = progress.MigrationProgress(), 100.0
    monkeypatch.setattr(progress.time, "monotonic", lambda: now)
    for done in range(0, 9_000, 1_000):
        tell(MigrationStep(7, 9, "match keys", done, 9_000))
        now += 0.9
    lines = capsys.readouterr().err.splitlines()
    step = "Schema 7 of 9 (match keys)"
    assert lines == [step, f"{step}: 3,000 of 9,000 contacts", f"{step}: 6,000 of 9,000 contacts"]
    tell(MigrationStep(7, 9, "match keys", 0, 0))
    assert capsys.readouterr().err == ""


def test_ctrl_c_ends_a_migration(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(lzma.decompress(SCHEMA_2.read_bytes()))
    (tmp_path / FILE).chmod(0o600)
    arguments = [sys.executable, "-c", SLOW, "migrate", "--data", str(tmp_path)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "at\n"
        process.send_signal(signal.SIGINT)
        process.communicate()
    assert process.returncode not in {0, 1}
    assert schema(tmp_path / FILE) == 2


def test_serve_brings_the_schema_up_to_date(old: Path) -> None:
    with started(old):
        assert schema(old / FILE) == migrations.LAST


def test_migrate_makes_no_store(tmp_path: Path) -> None:
    done = run("migrate", data=tmp_path / "none")
    assert (done.returncode, done.stdout) == (1, "")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("half", [("--from", "a"), ("--to", "a")])
def test_a_move_needs_both_ends(half: tuple[str, str]) -> None:
    done = run("migrate", *half)
    said = "cardwright: --from and --to go together: name the store to move, and where to\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)


def test_a_move_that_is_told_to_end_ends_and_goes_on_later(tmp_path: Path) -> None:
    command(tmp_path / "a", "account", "add", "Acme")
    names = ("migrate", "--from", str(tmp_path / "a"), "--to", str(tmp_path / "b"))
    with subprocess.Popen([sys.executable, "-c", WAITING, *names], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "at\n"
        process.terminate()
    assert process.returncode == 128 + signal.SIGTERM
    assert run("account", "list", data=tmp_path / "b").stderr.endswith(
        "run `cardwright migrate --from … --to …` again\n"
    )
    assert run(*names).returncode == 0
    assert json.loads(run("account", "list", "--json", data=tmp_path / "b").stdout)[0]["Name"] == "Acme"
