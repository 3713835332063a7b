"""Backups: a consistent copy of the file, by SQLite's own backup, while others read and write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import apsw

from cardwright.errors import StoreError
from cardwright.store.sqlite.faults import store_error

if TYPE_CHECKING:
    from pathlib import Path

_PAGES: Final = 1_000  # copied at a time


def copy(connection: apsw.Connection, target: Path) -> None:
    """Write a consistent copy to `target`; StoreError when that file exists already or cannot be written."""
    try:
        target.touch(0o600, exist_ok=False)
    except OSError as error:
        raise StoreError(f"{target} cannot be written: {error.strerror}") from error
    try:
        with apsw.Connection(str(target)) as made, made.backup("main", connection, "main") as backup:
            while not backup.done:
                backup.step(_PAGES)
    except apsw.FullError as error:
        target.unlink()
        raise store_error(error, target) from error
    except BaseException:
        target.unlink()
        raise
