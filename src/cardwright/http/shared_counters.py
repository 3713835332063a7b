"""Counters that all worker processes share: of the requests of an account, for its limit, and of all, for metrics.

They live in memory that is mapped before the workers are forked: a table of fixed size, one slot a name. No file is
behind it: a page of one that was never written ends who touches it (SIGBUS), where the disk has no room for it by then.
The lock is the kernel's, on a file without a name, so that a worker which is killed does not keep it.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import math
import mmap
import os
import struct
import tempfile
import weakref
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.clock import since_boot

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROBES: Final = 16
"""Slots that one name may be found in; when all are taken, the window that ends first makes room."""
_SLOT: Final = struct.Struct("=8sQd")  # digest of the name, what is counted, when the window ends


class Window(NamedTuple):
    """What is counted under a name, and until when."""

    counted: int
    end: float
    """As `since_boot` counts time."""


class SharedCounters:
    """Counters for the workers that are forked from the process that makes it."""

    def __init__(self, slots: int) -> None:
        self._slots = slots
        self._file, name = tempfile.mkstemp()
        weakref.finalize(self, os.close, self._file)
        os.unlink(name)  # noqa: PTH108 - it was never a path of ours
        self._table = mmap.mmap(-1, slots * _SLOT.size)

    def add(self, name: str, amount: int = 1, seconds: float = math.inf) -> Window:
        """Count `amount` and return the count; a window that has ended starts anew, for so many seconds."""
        with self._locked():
            at, digest, window = self._find(name)
            now = since_boot()
            count, end = window if window.end > now else Window(0, now + seconds)
            _SLOT.pack_into(self._table, at, digest, count + amount, end)
            return Window(count + amount, end)

    def count(self, name: str) -> int:
        """Return what is counted."""
        with self._locked():
            _, _, window = self._find(name)
            return window.counted if window.end > since_boot() else 0

    def _find(self, name: str) -> tuple[int, bytes, Window]:
        """Return where `name` is kept, or may be, with its digest and its window."""
        digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
        first = int.from_bytes(digest, "little")
        ends: list[tuple[float, int]] = []
        for probe in range(_PROBES):
            at = (first + probe) % self._slots * _SLOT.size
            kept, count, end = _SLOT.unpack_from(self._table, at)
            if kept == digest:
                return at, digest, Window(count, end)
            ends.append((end, at))
        return min(ends)[1], digest, Window(0, 0.0)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        fcntl.lockf(self._file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN)
