"""Counters of requests that all worker processes share, as a storage of the limits library.

They live in an unlinked file that is mapped before the workers are forked: a table of fixed size, one slot an account.
Its lock is the kernel's, so that a worker which is killed does not keep it.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import mmap
import os
import struct
import tempfile
import weakref
from typing import TYPE_CHECKING, Final

from limits.storage import Storage

from cardwright import limits
from cardwright.clock import since_boot

if TYPE_CHECKING:
    from collections.abc import Iterator

SLOTS: Final = limits.RATE_ACCOUNTS.value
_PROBES: Final = 16
"""Slots that one account may be found in; when all are taken, the window that ends first makes room."""
_SLOT: Final = struct.Struct("=8sQd")  # digest of the account, requests counted, when the window ends
_FREE: Final = bytes(8)


class SharedWindows(Storage):
    """Fixed windows for the workers that were forked from the process that made it."""

    STORAGE_SCHEME = None

    def __init__(self) -> None:
        super().__init__()
        self._file, name = tempfile.mkstemp()
        weakref.finalize(self, os.close, self._file)
        os.unlink(name)  # noqa: PTH108 - it was never a path of ours
        os.truncate(self._file, SLOTS * _SLOT.size)
        self._table = mmap.mmap(self._file, SLOTS * _SLOT.size)

    @property
    def base_exceptions(self) -> type[Exception]:
        """What an operation may raise."""
        return OSError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count `amount` for `key` and return the count; a window that has ended starts anew, for `expiry` seconds."""
        with self._locked():
            at, digest, count, end = self._slot(key)
            if end <= since_boot():
                count, end = 0, since_boot() + expiry
            _SLOT.pack_into(self._table, at, digest, count + amount, end)
            return count + amount

    def get(self, key: str) -> int:
        """Return what is counted for `key`."""
        with self._locked():
            _, _, count, end = self._slot(key)
            return count if end > since_boot() else 0

    def get_expiry(self, key: str) -> float:
        """Return the time at which the window of `key` ends, as `since_boot` counts it."""
        with self._locked():
            return max(self._slot(key)[3], since_boot())

    def check(self) -> bool:
        """Say that the table is there: nothing can take it away."""
        return True

    def reset(self) -> None:
        """Forget all windows."""
        with self._locked():
            self._table[:] = bytes(len(self._table))

    def clear(self, key: str) -> None:
        """Forget the window of `key`."""
        with self._locked():
            _SLOT.pack_into(self._table, self._slot(key)[0], _FREE, 0, 0.0)

    def _slot(self, key: str) -> tuple[int, bytes, int, float]:
        """Return where `key` is kept, or may be, with its digest, its count and its end."""
        digest = hashlib.blake2b(key.encode(), digest_size=8).digest()
        first = int.from_bytes(digest, "little")
        ends: list[tuple[float, int]] = []
        for probe in range(_PROBES):
            at = (first + probe) % SLOTS * _SLOT.size
            found, count, end = _SLOT.unpack_from(self._table, at)
            if found == digest:
                return at, digest, count, end
            ends.append((end, at))
        return min(ends)[1], digest, 0, 0.0

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        fcntl.lockf(self._file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN)
