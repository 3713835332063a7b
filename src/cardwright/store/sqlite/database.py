"""One SQLite file: how it is opened, read, written and let go.

Open it after forking: neither SQLite nor threads survive a fork.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import apsw

from cardwright import limits
from cardwright.errors import StoreError
from cardwright.store.alarm import Alarm
from cardwright.store.sqlite import migrations
from cardwright.store.sqlite.faults import replaced, store_error
from cardwright.store.sqlite.finding.worded import worded
from cardwright.store.sqlite.lock import FileLock
from cardwright.store.sqlite.writer import Together, WriteConnection, Writer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cardwright.store import Older, Tell

T = TypeVar("T")
C = TypeVar("C", bound=apsw.Connection)
Item = TypeVar("Item")

FILE: Final = "cardwright.sqlite3"
LOCK: Final = "cardwright.lock"
_READERS: Final = 2  # threads for long reads; more would only fight for the interpreter
_BUSY: Final = limits.STORE_BUSY.value * 1_000  # milliseconds; our own processes take turns by the lock
_GLIMPSE: Final = 50  # milliseconds that a checkpoint waits for readers, and all writers for it
_PAUSE: Final = 0.5  # seconds until it tries again, in which the others write

_SHARE: Final = 4
"""Of the time of a slice, others have this part before the next: a machine that is busy wakes them late."""

_EVERY: Final = "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON"
_WRITER: Final = "PRAGMA cache_size = -32000; PRAGMA journal_size_limit = 67108864; PRAGMA temp_store = MEMORY"


class Database:
    """A SQLite file in a folder, with one thread that writes, and readers that never wait for it."""

    def __init__(self, folder: Path, older: Older = "migrate", tell: Tell | None = None) -> None:
        self.file: Final = folder / FILE
        self._local = threading.local()
        self._connections: list[apsw.Connection] = []
        try:
            folder.mkdir(0o700, parents=True, exist_ok=True)
            with contextlib.suppress(FileExistsError):  # SQLite gives its other files the mode of this one
                self.file.touch(0o600, exist_ok=False)
            self._lock = FileLock(folder / LOCK)
            self._here = self._connect()
            self._inode = self.file.stat().st_ino
            self._migrate(older, tell)
        except (apsw.Error, OSError) as error:
            raise store_error(error, self.file) from error
        self._alarm = Alarm()
        self._writer = Writer(self._connect_writer, self._lock, self.file, self._alarm)
        self._readers = ThreadPoolExecutor(_READERS, "cardwright-read")

    async def write(self, unit: Callable[[WriteConnection], T]) -> T:
        """Run `unit` in the next commit and return its result once that is on the disk.

        What `unit` raises is raised here, and nothing that it wrote is kept. Raises StoreFullError for a full disk,
        StoreError when it does not come to its turn in time.
        """
        return await self._writer.run(unit)

    async def write_slices(self, unit: Callable[[WriteConnection], object]) -> None:
        """Run `unit` in one commit after the other until it gives nothing; other processes have their turn in between.

        Who has just let go of the lock has it again before another, who waits for it, is awake.
        """
        begun = time.monotonic()
        while await self.write(unit):
            await asyncio.sleep((time.monotonic() - begun) / _SHARE)
            begun = time.monotonic()

    def write_together(self, together: Together[Item, T], item: Item) -> asyncio.Future[T]:
        """Run `together` in the next commit with `item` and those next to it; what it gives for `item` is there then.

        Not a coroutine: a request goes through each on its way in and out.
        """
        return self._writer.run_together(together, item)

    async def read(self, query: Callable[[apsw.Connection], T]) -> T:
        """Run `query` on one snapshot, in another thread: for whatever may take longer than a millisecond."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._snapshot, query)

    async def inspect(self, query: Callable[[apsw.Connection], T]) -> T:
        """Run `query` as `read` does, on a connection of its own.

        SQLite checks a full-text index by what the connection remembers of its structure: on one that has searched,
        and then not again since others wrote, it reports damage that is not there.
        """

        def run() -> T:
            with contextlib.closing(apsw.Connection(str(self.file), flags=apsw.SQLITE_OPEN_READWRITE)) as connection:
                connection.set_busy_timeout(_BUSY)
                connection.execute("BEGIN")
                return query(connection)

        try:
            return await asyncio.get_running_loop().run_in_executor(self._readers, run)
        except apsw.Error as error:
            raise store_error(error, self.file) from error

    def glance(self, query: Callable[[apsw.Connection], T]) -> T:
        """Run `query` right here: for a few rows found by their key, which cost less than a hop between threads."""
        try:
            return query(self._here)
        except apsw.Error as error:
            raise self._told(error) from error

    def check_writing(self) -> None:
        """Raise StoreError while writing fails; see `Writer.check`."""
        self._writer.check()

    def check_place(self) -> None:
        """Raise StoreError when there is another file in the place of this one, which nobody will find again."""
        try:
            is_there = self.file.stat().st_ino == self._inode
        except OSError:
            is_there = False
        if not is_there:
            raise StoreError(replaced(self.file))

    async def rinse(self) -> None:
        """Empty the write-ahead log, in which what was erased may still stand.

        That has to wait until nobody reads the state of before; a backup may do so for long. Meanwhile others write.
        Raises StoreError when it takes too long.
        """
        end = time.monotonic() + limits.ERASE_WAIT.value
        while not await asyncio.get_running_loop().run_in_executor(self._readers, self._checkpoint):
            self._alarm.tell(f"{self.file}: what was erased leaves the write-ahead log once no backup is under way")
            if time.monotonic() > end:
                raise StoreError(
                    f"it is gone, but {self.file}-wal still holds what it was, because a backup or another long read "
                    "is under way: the next removal empties it, or the stop of all that have the store open"
                )
            await asyncio.sleep(_PAUSE)

    def _checkpoint(self) -> bool:
        """Empty the write-ahead log; False when somebody reads in it, or writes without an end."""
        with (
            contextlib.closing(FileLock(self.file.with_name(LOCK))) as lock,
            contextlib.closing(apsw.Connection(str(self.file))) as connection,
        ):
            connection.set_busy_timeout(_GLIMPSE)
            try:
                lock.acquire(limits.STORE_TURN.value)
            except StoreError:
                return False
            try:
                return not connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()[0][0]
            except apsw.BusyError:
                return False

    def close(self) -> None:
        """Finish what was handed to the writer, then close every connection."""
        ended = self._writer.close()
        self._readers.shutdown()
        if not ended:  # its thread goes with the process
            return
        for connection in self._connections:
            connection.close()
        self._lock.close()

    def _snapshot(self, query: Callable[[apsw.Connection], T]) -> T:
        try:
            connection = self._reader()
            connection.execute("BEGIN")
            try:
                return query(connection)
            finally:
                connection.execute("END")
        except apsw.Error as error:
            raise self._told(error) from error

    def _told(self, error: apsw.Error) -> Exception:
        """Return what is raised for an error that a reader met, and tell the operator."""
        fault = store_error(error, self.file)
        self._alarm.tell(str(fault))
        return fault

    def _reader(self) -> apsw.Connection:
        """Return this thread's connection."""
        if not hasattr(self._local, "connection"):
            self._local.connection = self._connect()
        connection: apsw.Connection = self._local.connection
        return connection

    def _connect(self) -> apsw.Connection:
        return self._prepared(apsw.Connection(str(self.file)))

    def _connect_writer(self) -> WriteConnection:
        connection = self._prepared(WriteConnection(self.file))
        connection.execute(_WRITER).fetchall()
        return connection

    def _prepared(self, connection: C) -> C:
        connection.set_busy_timeout(_BUSY)
        # Plans that do not depend on the values: otherwise a statement with a join is prepared anew for each of them.
        connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
        connection.create_scalar_function("worded", cast("Any", worded), deterministic=True)
        connection.execute(_EVERY).fetchall()  # fetched, because what follows a statement with a row waits for that
        self._connections.append(connection)
        return connection

    def _migrate(self, older: Older, tell: Tell | None) -> None:
        self.schema_found = migrations.version(self._here)
        if not migrations.pending(self._here, self.file) or (self.schema_found and older == "take"):
            return
        if self.schema_found and older == "refuse":
            raise StoreError(
                f"{self.file} has the schema of an older Cardwright ({self.schema_found}, now {migrations.LAST}): "
                "run `cardwright migrate`"
            )
        self._lock.acquire(limits.STORE_TURN.value)
        try:
            self._here.execute("PRAGMA journal_mode = WAL").fetchall()  # kept in the file, for every later connection
            migrations.apply(self._here, self.file, tell=tell)
        finally:
            self._lock.release()
