"""File permissions: a store that others could change, or put another in the place of, is not opened.

Who may write to the folder can have the server read and write any file that its user may; docs/adr/0015 says what
counts as others.
"""

from __future__ import annotations

import grp
import os
import pwd
import stat
from typing import TYPE_CHECKING, Final

from cardwright.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_PRIVATE: Final = "or give --data a folder in it that is not there yet, which is made for you alone"


def refuse_shared(folder: Path, files: Iterable[str]) -> None:
    """Raise StoreError if others may write to the folder or its files, or one is a link; it says what to do."""
    _check(folder, f"give --data the folder that it leads to, {os.path.realpath(folder)}", f", {_PRIVATE}")
    for name in files:
        _check(folder / name, "put the file itself in its place", "")


def _check(path: Path, instead: str, otherwise: str) -> None:
    try:
        status = path.lstat()
    except OSError:
        return  # it is not there, or opening it says what is wrong
    if stat.S_ISLNK(status.st_mode):
        raise StoreError(f"{path} is a link: {instead}")
    if status.st_mode & stat.S_IWOTH:
        raise StoreError(f"everybody may write to {path}: run `chmod go-w {path}`{otherwise}")
    if status.st_mode & stat.S_IWGRP and _is_shared(status):
        raise StoreError(f"group {_name(status.st_gid)} may write to {path}: run `chmod g-w {path}`{otherwise}")


def _is_shared(status: os.stat_result) -> bool:
    """Say whether the group is others: not where it is its owner's own, nor where it is what lets us in."""
    if status.st_uid != os.geteuid():
        return os.geteuid() == 0
    try:
        group, user = grp.getgrgid(status.st_gid), pwd.getpwuid(status.st_uid).pw_name
    except KeyError:  # a container that names no users
        return status.st_gid != status.st_uid
    return group.gr_name != user or bool(set(group.gr_mem) - {user})


def _name(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)
