"""A store that others may write to, or that is a link, is refused with one line that says what to do."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from cardwright.errors import StoreError
from cardwright.store.sqlite import permissions
from serving import command, run
from store.opening import opens

if TYPE_CHECKING:
    from pathlib import Path

STORE = "cardwright.sqlite3"
GROUP = 54_321  # names nobody


@pytest.fixture
def data(tmp_path: Path) -> Path:
    command(tmp_path / "data", "account", "add", "Acme")
    return tmp_path / "data"


def refused(data: Path) -> str:
    with pytest.raises(StoreError) as caught:
        opens(data)
    return str(caught.value)


@pytest.mark.parametrize("mode", [0o707, 0o777, 0o1777])
def test_a_folder_that_everybody_may_write_to_is_refused(data: Path, mode: int) -> None:
    data.chmod(mode)
    assert refused(data) == (
        f"everybody may write to {data}: run `chmod go-w {data}`, "
        "or give --data a folder in it that is not there yet, which is made for you alone"
    )
    made = data / "mine"  # as in a container whose volume is everybody's
    opens(made)
    assert stat.S_IMODE(made.stat().st_mode) & 0o777 == 0o700


@pytest.mark.parametrize("name", [STORE, "cardwright.lock"])
def test_a_file_that_others_may_write_to_is_refused(data: Path, name: str) -> None:
    file = data / name
    file.chmod(0o602)
    assert refused(data) == f"everybody may write to {file}: run `chmod go-w {file}`"
    file.chmod(0o644)
    opens(data)


def test_a_link_is_refused_and_what_it_leads_to_named(data: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(data)
    assert refused(link) == f"{link} is a link: give --data the folder that it leads to, {data}"
    link.unlink()
    link.symlink_to(tmp_path / "nowhere")
    assert "is a link" in refused(link)
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("name", [STORE, f"{STORE}-wal", f"{STORE}-shm", "cardwright.lock"])
def test_a_file_that_is_a_link_is_refused_and_what_it_leads_to_is_left_alone(
    data: Path, tmp_path: Path, name: str
) -> None:
    file, victim = data / name, tmp_path / "victim"
    file.unlink(missing_ok=True)
    file.symlink_to(victim)
    assert refused(data) == f"{file} is a link: put the file itself in its place"
    assert not victim.exists()


SHARED = [
    # our number, owner, group, the group's name and members, whether others may write
    (1000, 1000, 1000, ("ann", []), False),  # a group of the user's own, with umask 002
    (1000, 1000, 1000, ("ann", ["ann"]), False),
    (1000, 1000, 1000, ("ann", ["bob"]), True),
    (1000, 1000, 50, ("staff", ["ann"]), True),
    (1000, 1000, 1000, None, False),  # a container that names no users
    (1000, 1000, 50, None, True),
    (1000, 0, 2000, None, False),  # a volume that a container is let into by its group
    (0, 0, 0, ("root", []), False),
    (0, 1000, 1000, ("ann", []), True),  # root is let in anyway: the group has no such reason
]


@pytest.mark.parametrize(("us", "owner", "group", "named", "shared"), SHARED)
def test_whose_group_counts_as_others(  # noqa: PLR0913, PLR0917 - a row of the table
    monkeypatch: pytest.MonkeyPatch,
    us: int,
    owner: int,
    group: int,
    named: tuple[str, list[str]] | None,
    shared: bool,  # noqa: FBT001 - as above
) -> None:
    """ADR 15."""

    def entry(_: int) -> object:
        if named is None:
            raise KeyError
        return permissions.grp.struct_group((named[0], "x", group, named[1]))

    names = {0: "root", 1000: "ann"}
    user = permissions.pwd.struct_passwd((names.get(owner, "?"), "x", owner, group, "", "/", "/bin/sh"))
    monkeypatch.setattr(permissions.grp, "getgrgid", entry)
    monkeypatch.setattr(permissions.pwd, "getpwuid", lambda _: user)
    monkeypatch.setattr(permissions.os, "geteuid", lambda: us)
    found = os.stat_result((0o40770, 0, 0, 2, owner, group, 0, 0, 0, 0))
    assert permissions._is_shared(found) is shared  # noqa: SLF001 - no test can be each of these users


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to another group")
def test_a_folder_that_another_group_may_write_to_is_refused(data: Path) -> None:
    os.chown(data, -1, GROUP)
    data.chmod(0o770)
    assert refused(data).startswith(f"group {GROUP} may write to {data}: run `chmod g-w {data}`, or give --data ")
    data.chmod(0o750)
    opens(data)


@pytest.mark.parametrize("arguments", [("account", "list"), ("serve",), ("account", "add", "Acme")])
def test_every_command_says_so_in_one_line(data: Path, arguments: tuple[str, ...]) -> None:
    data.chmod(0o777)
    done = run(*arguments, data=data)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert f"run `chmod go-w {data}`" in done.stderr
