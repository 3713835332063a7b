"""What all worker processes of a machine remember: octets under a name, so that each need not find out for itself.

They live in an unlinked file that is made before the workers are forked. It is a ring: what is kept is written behind
what was kept before, and over the oldest. What one worker has counted, another reads in a fraction of a millisecond.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import struct
import tempfile
import threading
import weakref
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

import msgspec

from cardwright import limits

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")

_SLOTS: Final = 4_096
_PROBES: Final = 8
"""Slots that one name may be found in; when all are taken, the oldest makes room."""
_NAME: Final = 16  # octets
_SLOT: Final = struct.Struct("=16sQQ")  # digest of the name, where it begins, how many octets; where it begins 0: none
_END: Final = struct.Struct("=Q")
_TABLE: Final = _SLOTS * _SLOT.size
_PLACES: Final = 4
"""What is longer than the ring divided so is not kept."""


class SharedMemory:
    """A memory for the workers that are forked from the process that makes it.

    Places in the ring are counted on from its beginning, and never anew: what begins more than the ring's size before
    the end was written over. A worker that is killed while it writes leaves a name without its octets, never with
    those of another: the end is moved first, and the name comes last.
    """

    def __init__(self, octets: int = limits.SHARED_MEMORY.value) -> None:
        self._size = octets
        self._mutex = threading.Lock()  # the kernel's lock parts processes, not threads
        self._file, name = tempfile.mkstemp()
        weakref.finalize(self, os.close, self._file)
        os.unlink(name)  # noqa: PTH108 - it was never a path of ours
        os.truncate(self._file, _TABLE + _END.size + octets)  # takes no room on the disk before it is written

    def get(self, name: str) -> bytes | None:
        """Return what was kept under a name last; None when that has made room."""
        with self._locked():
            _, begin, length = self._find(_digest(name))
            if not self._is_there(begin):
                return None
            return os.pread(self._file, length, self._offset(begin))

    def put(self, name: str, data: bytes) -> None:
        """Keep it; what is too long for the ring is not kept, nor anything that the disk has no room for."""
        if len(data) > self._size // _PLACES:
            return
        digest = _digest(name)
        with self._locked(), contextlib.suppress(OSError):
            slot, _, _ = self._find(digest)
            begin = self._end()
            if begin % self._size + len(data) > self._size:
                begin += self._size - begin % self._size
            os.pwrite(self._file, _SLOT.pack(digest, 0, 0), slot)
            os.pwrite(self._file, _END.pack(begin + len(data)), _TABLE)
            if os.pwrite(self._file, data, self._offset(begin)) == len(data):
                os.pwrite(self._file, _SLOT.pack(digest, begin, len(data)), slot)

    def _find(self, digest: bytes) -> tuple[int, int, int]:
        """Return the slot of a name, or the one that it may have, and where its octets begin and how many they are."""
        first = int.from_bytes(digest[:8], "little")
        taken: list[tuple[int, int]] = []
        for probe in range(_PROBES):
            slot = (first + probe) % _SLOTS * _SLOT.size
            slot_digest, begin, length = _SLOT.unpack(os.pread(self._file, _SLOT.size, slot))
            if slot_digest == digest:
                return slot, begin, length
            taken.append((begin, slot))
        return min(taken)[1], 0, 0

    def _is_there(self, begin: int) -> bool:
        return 0 < begin >= self._end() - self._size

    def _end(self) -> int:
        """Return where the ring was written last; it begins at its own size, so that 0 is nowhere."""
        (end,) = _END.unpack(os.pread(self._file, _END.size, _TABLE))
        return max(int(end), self._size)

    def _offset(self, begin: int) -> int:
        return _TABLE + _END.size + begin % self._size

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        with self._mutex:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)


class SharedValues(Generic[T]):
    """Values of one kind that workers tell each other; nothing, where there is no shared memory.

    Only the digest of a key is kept, and the values are to name nobody: what is erased cannot be found there.
    """

    def __init__(self, memory: SharedMemory | None, kind: str, form: Any) -> None:  # noqa: ANN401 - a type, of any form
        self._memory = memory
        self._kind = kind
        self._encode = msgspec.msgpack.Encoder().encode
        self._decoder: msgspec.msgpack.Decoder[T] = msgspec.msgpack.Decoder(form)

    def get(self, key: object) -> T | None:
        """Return what any worker has told last under a key, whose `repr` says all of it."""
        data = self._memory.get(f"{self._kind} {key!r}") if self._memory else None
        return None if data is None else self._decoder.decode(data)

    def put(self, key: object, value: T) -> None:
        """Tell it to all workers."""
        if self._memory:
            self._memory.put(f"{self._kind} {key!r}", self._encode(value))


def _digest(name: str) -> bytes:
    return hashlib.blake2b(name.encode(), digest_size=_NAME).digest()
