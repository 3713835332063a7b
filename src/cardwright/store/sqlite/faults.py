"""SQLite's errors and the system's, as errors of `cardwright.errors` with a line for the operator."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Final

import apsw

from cardwright.errors import CardwrightError, StoreError, StoreFullError

if TYPE_CHECKING:
    from pathlib import Path

_DAMAGED: Final = "is damaged: run `cardwright check`, and put a backup in its place"
_UNUSABLE: Final = "cannot be opened for writing: check its owner, its permissions and the disk"

# The first row that fits an error says what the operator reads.
_MESSAGES: Final[tuple[tuple[type[apsw.Error], str], ...]] = (
    (apsw.NotADBError, "is not a Cardwright store"),
    (apsw.CorruptError, _DAMAGED),
    (apsw.BusyError, "is held by another program"),
    (apsw.LockedError, "is held by another program"),
    (apsw.ReadOnlyError, _UNUSABLE),
    (apsw.CantOpenError, _UNUSABLE),
    (apsw.PermissionsError, _UNUSABLE),
)


def store_error(error: apsw.Error | OSError, file: Path) -> CardwrightError:
    """Return the error to raise in place of one that SQLite or the system raised about `file`."""
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return StoreFullError(f"no room to write {file}: free some disk space")
    if isinstance(error, OSError):
        return StoreError(f"{file} cannot be used: {error.strerror}")
    if isinstance(error, apsw.FullError) or getattr(error, "extendedresult", 0) == apsw.SQLITE_IOERR_SHMSIZE:
        return StoreFullError(f"no room to write {file}: free some disk space")
    for kind, message in _MESSAGES:
        if isinstance(error, kind):
            return StoreError(f"{file} {message}")
    return StoreError(f"{file}: {error}")


def replaced(file: Path) -> str:
    """Return what is said when there is another file in the place of the one that is open."""
    return f"{file} was replaced while it was in use: stop the server before a store is restored"
