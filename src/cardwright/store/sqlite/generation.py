"""The generation of a store: what a revision, an id or a sequence number is good for.

A restore brings an older state back, and what is written then gets numbers that other contents had before. So a
restore, by whatever tool, begins a new generation: entity tags name it, and numbers that were given are skipped.

Each commit counts the rows it writes, in the table `generation`; a record beside the database says how far that has
come. A database that says less, or is of another generation, is an older state. See docs/adr/0016-generations.md.
"""

from __future__ import annotations

import os
import secrets
import time
from typing import TYPE_CHECKING, Final, NamedTuple, cast

import msgspec

from cardwright.clock import boot

if TYPE_CHECKING:
    from pathlib import Path

    import apsw

BESIDE: Final = "cardwright.generation"
_WIDTH: Final = 512  # octets: within a sector, so a record is written whole or not at all
_LATE: Final = 10 * 1_000_000_000  # nanoseconds between a record's own time and that of its file, on a busy machine
_RESERVED: Final = 1_000  # rows, at least, that the mark on the disk is ahead
_COMMITS: Final = 64  # commits as large as this one until the mark is moved on: that waits for the disk
SKIPPED: Final = 1_000_000
"""Numbers that are skipped where nothing says how many were given: no contact that a million others followed."""


class Record(NamedTuple):
    """What stands beside the database."""

    generation: str
    reached: int
    """How many rows had been written; of the last commit, though the disk may hold that of one before."""
    reserved: int
    """How many may have been written at most, whatever the disk has lost."""
    boot: str
    """The start of the machine in which it was written; `""` for what is on the disk, and was written by the last."""
    at: int
    """When it was written, in nanoseconds since 1970: as the time of the file says, unless it is a copy."""


_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(Record).decode


class Generation:
    """Tells, in each commit, whether the database goes on where it was left. Used with the lock between processes."""

    def __init__(self, folder: Path) -> None:
        self._descriptor = os.open(folder / BESIDE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._boot = boot() or "unknown"
        self._written = b""
        self._record: Record | None = None
        self._next: Record | None = None
        """What is to be said once the transaction is on the disk."""

    def check(self, connection: apsw.Connection) -> None:
        """Begin a new generation, in the transaction, unless the database goes on where the record says."""
        self._next = None
        generation, reached = _said(connection)
        record = self._read()
        if not record or not self._goes_on(record, generation, reached):
            _begin(connection, reached, self._skipped(record, generation, reached))

    def count(self, connection: apsw.Connection, rows: int) -> None:
        """Count what the transaction has written, before it is committed."""
        counted = connection.execute("UPDATE generation SET reached = reached + ? RETURNING id, reached", (rows,))
        generation, reached = cast("tuple[str, int]", counted.fetchall()[0])
        record = self._record
        if not record or record.generation != generation:
            record = None  # of another generation: it is left as it is until this one is on the disk
        elif not record.boot or reached > record.reserved:
            ahead = reached + max(_RESERVED, _COMMITS * rows)
            record = self._record = record._replace(reserved=ahead, boot=self._boot)
            self._write(record, durably=True)
        self._next = record._replace(reached=reached) if record else Record(generation, reached, reached, self._boot, 0)

    def keep(self) -> None:
        """Say beside the database what was reached, once the transaction is on the disk."""
        if self._next:
            is_new = not self._record or self._record.generation != self._next.generation
            self._record, self._next = self._next, None
            self._write(self._record, durably=is_new)

    def close(self, connection: apsw.Connection) -> None:
        """Have the record on the disk, if it says what the database does, and let go of it."""
        try:
            record = self._read()
            if record and record.boot and record[:2] == _said(connection) and self._goes_on(record, *record[:2]):
                self._write(record._replace(boot=""), durably=True)
        finally:
            os.close(self._descriptor)

    def _goes_on(self, record: Record, generation: str, reached: int) -> bool:
        if not generation or record.generation != generation or not self._is_in_place(record):
            return False
        if not record.boot:  # the last process ended well
            return reached == record.reached
        # A process that was killed may have committed and not said so. Who lost its memory may have said more.
        return record.boot == self._boot and reached >= record.reached

    def _skipped(self, record: Record | None, generation: str, reached: int) -> int:
        """Return how many rows may have been written since the state of the database, at most."""
        if record is None and not generation:
            return 0  # it is new
        if record is None or record.generation != generation or not self._is_in_place(record):
            return SKIPPED
        most = record.reached if record.boot in {"", self._boot} else record.reserved
        return max(0, most - reached)

    def _is_in_place(self, record: Record) -> bool:
        """Say whether the record stands where it was written: a copy of the file has another time."""
        if os.pread(self._descriptor, _WIDTH, 0) == self._written:
            return True
        status = os.fstat(self._descriptor)
        return status.st_mtime_ns == status.st_ctime_ns and abs(status.st_mtime_ns - record.at) < _LATE

    def _read(self) -> Record | None:
        data = os.pread(self._descriptor, _WIDTH, 0)
        if data != self._written:
            try:
                self._record = _decode(data)
            except msgspec.DecodeError:  # there is none yet, or it is damaged
                self._record = None
        return self._record

    def _write(self, record: Record, *, durably: bool) -> None:
        self._written = _encode(record._replace(at=time.time_ns())).ljust(_WIDTH)
        os.pwrite(self._descriptor, self._written, 0)
        if durably:
            os.fsync(self._descriptor)


def _said(connection: apsw.Connection) -> tuple[str, int]:
    return cast("tuple[str, int]", connection.execute("SELECT id, reached FROM generation").fetchall()[0])


def _begin(connection: apsw.Connection, reached: int, skipped: int) -> None:
    connection.execute("UPDATE generation SET id = ?, reached = ?", (secrets.token_hex(6), reached + skipped))
    if skipped:
        numbers = "UPDATE account SET last_contact = last_contact + ?1, last_user = last_user + ?1"
        connection.execute(numbers, (skipped,))
        connection.execute("UPDATE campaign SET sequence = sequence + ?", (skipped,))
