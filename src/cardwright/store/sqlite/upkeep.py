"""What an operator does with a store: check it, copy it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import apsw

from cardwright.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

_PAGES: Final = 1_000  # copied at a time


def faults(connection: apsw.Connection) -> list[str]:
    """Return what is wrong with the stored data, one line each."""
    broken = [str(line) for (line,) in connection.execute("PRAGMA integrity_check") if line != "ok"]
    dangling = [
        f"row {row} of {table} belongs to a row of {parent} that is missing"
        for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check")
    ]
    return broken + dangling


def copy(connection: apsw.Connection, target: Path) -> None:
    """Write a consistent copy to `target`; StoreError when that file exists already or cannot be written."""
    try:
        target.touch(exist_ok=False)
    except OSError as error:
        raise StoreError(f"{target} cannot be written: {error.strerror}") from error
    try:
        with apsw.Connection(str(target)) as made, made.backup("main", connection, "main") as backup:
            while not backup.done:
                backup.step(_PAGES)
    except BaseException:
        target.unlink()
        raise
