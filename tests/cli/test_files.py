"""Files that commands write: their user's alone, whole or as they were, and never one that is read."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from pathlib import Path

import pytest

from cardwright.cli.files import UsageError, refuse_to_overwrite, replacing
from cardwright.cli.opening import kept_files
from serving import ENVIRONMENT, PROGRAM, command, run

TABLE = "FirstName,EmailAddress\nWile,w@example.com\nRoad,r@example.com\n"


@pytest.fixture
def sid(tmp_path: Path) -> str:
    made: str = command(tmp_path / "data", "account", "add", "Acme")["AccountSID"]
    command(tmp_path / "data", "campaign", "add", made, "1000", "Desert")
    (tmp_path / "a.csv").write_text(TABLE)
    return made


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


@pytest.mark.parametrize("umask", [0, 0o022])
def test_a_written_file_is_its_users_alone_and_takes_the_place_of_the_old_one(tmp_path: Path, umask: int) -> None:
    file = tmp_path / "out"
    file.write_text("old")
    file.chmod(0o644)
    before = os.umask(umask)
    try:
        with replacing(file) as out:
            out.write(b"new")
            assert file.read_text() == "old"
            assert [mode(it) for it in tmp_path.iterdir() if it != file] == [0o600]
    finally:
        os.umask(before)
    assert (file.read_text(), mode(file), list(tmp_path.iterdir())) == ("new", 0o600, [file])


@pytest.mark.parametrize("keep", [False, True])
def test_a_failure_leaves_the_old_file_unless_what_was_written_counts(tmp_path: Path, keep: bool) -> None:  # noqa: FBT001
    file = tmp_path / "out"
    file.write_text("old")

    def write() -> None:
        with replacing(file, keep=keep) as out:
            out.write(b"new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write()
    assert (file.read_text(), list(tmp_path.iterdir())) == ("new" if keep else "old", [file])


def test_a_link_stays_and_a_device_is_written_as_it_is(tmp_path: Path) -> None:
    link, file = tmp_path / "link", tmp_path / "file"
    link.symlink_to(file)
    with replacing(link) as out:
        out.write(b"new")
    assert (link.is_symlink(), file.read_text()) == (True, "new")
    with replacing(Path("/dev/null")) as out:
        out.write(b"new")
    assert Path("/dev/null").is_char_device()


def test_a_folder_that_is_not_there_is_told_by_the_name_that_was_given(tmp_path: Path, sid: str) -> None:
    file = tmp_path / "none" / "out.vcf"
    done = run("export", sid, "1000", "-o", str(file), data=tmp_path / "data")
    assert (done.returncode, done.stderr) == (1, f"cardwright: No such file or directory: {file}\n")


def test_exports_and_reports_are_their_users_alone(tmp_path: Path, sid: str) -> None:
    out, csv, document = tmp_path / "out.vcf", tmp_path / "report.csv", tmp_path / "report.json"
    for report in (csv, document):
        command(tmp_path / "data", "import", sid, "1000", str(tmp_path / "a.csv"), "--report", str(report))
    run("export", sid, "1000", "-o", str(out), data=tmp_path / "data")
    assert [mode(file) for file in (out, csv, document)] == [0o600] * 3


@pytest.mark.parametrize("how", ["name", "symlink", "hard link"])
@pytest.mark.parametrize("over", ["a.csv", "map.toml", "data/cardwright.sqlite3", "config.toml"])
def test_no_file_that_is_read_is_written_over(tmp_path: Path, sid: str, over: str, how: str) -> None:
    data = tmp_path / "data"
    (tmp_path / "map.toml").write_text('"x" = "first"')
    (tmp_path / "config.toml").write_text(f"data = {json.dumps(str(data))}")
    source = tmp_path / over
    before, target = source.read_bytes(), tmp_path / "target.csv"
    if how == "symlink":
        target.symlink_to(source)
    elif how == "hard link":
        os.link(source, target)
    else:
        target = tmp_path / "data" / ".." / over
    given = ("import", sid, "1000", str(tmp_path / "a.csv"), "--map", str(tmp_path / "map.toml"))
    done = [run("--config", str(tmp_path / "config.toml"), *given, "--report", str(target))]
    if over not in {"a.csv", "map.toml"}:
        done.append(run("--config", str(tmp_path / "config.toml"), "export", sid, "1000", "-o", str(target)))
    for one, option in zip(done, ("--report", "--output"), strict=False):
        assert (one.returncode, one.stdout, one.stderr.count("\n")) == (2, "", 1)
        assert one.stderr.startswith(f"cardwright: {option}: {target} is ")
    assert source.read_bytes() == before
    assert run("contact", "list", sid, "1000", data=data).stdout == ""


def test_no_file_of_the_store_is_written_though_it_is_not_there_yet(tmp_path: Path, sid: str) -> None:
    data = tmp_path / "data"
    file, target = data / "cardwright.sqlite3-wal", tmp_path / "data" / ".." / "data" / "cardwright.sqlite3-wal"
    assert not file.exists()
    lines = {
        "--output": ("export", sid, "1000", "-o", str(target)),
        "--report": ("import", sid, "1000", str(tmp_path / "a.csv"), "--report", str(target)),
        "FILE": ("backup", str(target)),
    }
    for option, line in lines.items():
        done = run(*line, data=data)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == f"cardwright: {option}: {target} is {file}, which is read: name another file\n"
    assert not file.exists()


STORE = ["cardwright.sqlite3", *map("cardwright.sqlite3-{}".format, ("wal", "shm", "journal"))]
STORE += ["cardwright.lock", "cardwright.generation"]


@pytest.mark.parametrize("name", STORE)
def test_every_file_of_a_store_is_one_that_no_command_writes(tmp_path: Path, name: str) -> None:
    data, link = tmp_path / "data", tmp_path / "link"
    data.mkdir()
    link.symlink_to(data / name)
    for file, said in (
        (data / name, "is read"),
        (link, "which is read"),
        (data / ".." / "data" / name, "which is read"),
    ):
        with pytest.raises(UsageError, match=f"{name}.* {said}: name another file"):
            refuse_to_overwrite("--output", file, kept_files(str(data)))
    refuse_to_overwrite("--output", data / "cards.vcf", kept_files(str(data)))


@pytest.mark.parametrize("name", ["/dev/stdin", "-"])
@pytest.mark.parametrize("text", [TABLE, "FirstName,x\n" + f"Wile,{'y' * 100}\n" * 20_000])
def test_a_file_comes_through_a_pipe(tmp_path: Path, sid: str, name: str, text: str) -> None:
    done = run("import", sid, "1000", name, "--json", data=tmp_path / "data", text=text)
    assert (done.returncode, done.stderr) == (0, "")
    assert sum(json.loads(done.stdout).values()) == text.count("\n") - 1


def test_a_pipe_that_is_no_file_of_contacts_is_named(tmp_path: Path, sid: str) -> None:
    done = run("import", sid, "1000", "/dev/stdin", data=tmp_path / "data", text="what?\n")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("cardwright: /dev/stdin: ")


def test_an_export_goes_through_a_pipe(tmp_path: Path, sid: str) -> None:
    command(tmp_path / "data", "import", sid, "1000", str(tmp_path / "a.csv"))
    line = (*PROGRAM, "export", sid, "1000", "-o", "/dev/stdout", "--data", str(tmp_path / "data"))
    assert subprocess.run(line, capture_output=True, check=True, env=ENVIRONMENT).stdout.count(b"BEGIN:VCARD") == 2
