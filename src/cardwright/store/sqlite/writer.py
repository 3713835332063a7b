"""Group commit: one thread runs all units of work that wait in one transaction, commits, and then answers them.

A commit that is safe on the disk costs far more than the unit in it; shared by all who wait, it costs each of them
little. A unit that fails is rolled back alone: by its savepoint, or with the transaction where nothing else is in it.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Sequence
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias, TypeVar

import apsw

from cardwright import limits, metrics
from cardwright.errors import StoreError
from cardwright.store.sqlite import migrations
from cardwright.store.sqlite.faults import replaced, store_error
from cardwright.store.sqlite.finding.block_counts import settle
from cardwright.store.sqlite.generation import Generation
from cardwright.store.sqlite.waiting import WaitingUnits

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterable
    from pathlib import Path

    from cardwright.store.alarm import Alarm
    from cardwright.store.sqlite.lock import FileLock
    from cardwright.store.sqlite.waiting import Batch, Unit

T = TypeVar("T")
Item = TypeVar("Item")

_COMES: Final = "INSERT INTO search (rowid, terms) VALUES (?, ?)"
_LEAVES: Final = "INSERT INTO search (search, rowid, terms) VALUES ('delete', ?, ?)"

_PAUSE: Final = 0.1  # seconds until the next attempt of what cannot be left undone
_MOST: Final = 1_000  # units after which no more are added to a commit: bounds how long the first of them waits


class WriteConnection(apsw.Connection):
    """What a unit of work is given: a connection, and what is written once for a whole batch."""

    def __init__(self, file: Path) -> None:
        super().__init__(str(file))
        self.search: list[IndexEntry] = []
        """Changes to the full-text index, in order: it is slow at taking them one savepoint at a time."""
        self.touched: list[int] = []
        """Contacts that changed in what the index does not hold."""


class IndexEntry(NamedTuple):
    """A contact's terms that come into the index, or leave it."""

    comes: bool
    contact: int
    terms: str


Together: TypeAlias = Callable[["WriteConnection", Sequence[Item]], Sequence[T | Exception]]
"""Does the work of several units that are alike; gives for each its result, or the exception that it ends in."""


class _Failure(NamedTuple):
    error: Exception


class _Undo(NamedTuple):
    """What is run before a unit, when it fails, and after it, so that nothing it wrote is kept when it fails."""

    before: str
    failed: str
    after: str


_AMONG_OTHERS: Final = _Undo("SAVEPOINT unit", "ROLLBACK TO unit", "RELEASE unit")
_ALONE: Final = _Undo("", "ROLLBACK; BEGIN IMMEDIATE", "")
"""Of what has the transaction to itself: SQLite need not copy each page before it is changed."""


class Writer:
    """The thread that writes; it and its connection are made by the first unit."""

    def __init__(self, connect: Callable[[], WriteConnection], lock: FileLock, file: Path, alarm: Alarm) -> None:
        self._connect = connect
        self._open: tuple[WriteConnection, Generation, int] | None = None
        self._lock = lock
        self._file = file
        self._alarm = alarm
        self._waiting = WaitingUnits(self._refusal)
        self._thread: threading.Thread | None = None
        self._failed = ""
        self._faults = 0
        """Units that met a fault of the store, though the rest of their commit may have been kept."""
        self._probe: asyncio.Future[None] | None = None

    def run(self, work: Callable[[WriteConnection], T]) -> asyncio.Future[T]:
        """Hand over a unit of work; its result is there after the commit, or what it or the commit raised."""
        return self._enqueue(None, work)

    def run_together(self, together: Together[Item, T], item: Item) -> asyncio.Future[T]:
        """Hand over a unit that is done in one go with those next to it that have the same `together`; as `run`."""
        return self._enqueue(together, item)

    def check(self) -> None:
        """Raise StoreError while writing fails: since a commit failed, or was not begun in time, until one succeeds.

        A unit that writes little is on its way after each call: so it comes out that writing works again, and where
        nobody else writes, that it does not.
        """
        failed = self._refusal() if self._waiting.late else self._failed
        if self._probe is None or self._probe.done():
            self._probe = self._enqueue(None, _touch if failed else _pass)
            self._probe.add_done_callback(_heard)
        if failed:
            raise StoreError(failed)

    def close(self) -> bool:
        """Commit and answer what was handed over so far, then end the thread; give up what it does not begin.

        False when it does not end: it waits for another process, or for the disk, and uses what it has until then.
        """
        self._waiting.end()
        if self._thread is None:
            return True
        self._thread.join(limits.STORE_TURN.value)
        if self._thread.is_alive():
            self._waiting.give_up()
            return False
        if self._open:
            connection, generation, _ = self._open
            with contextlib.suppress(StoreError):  # held by another process, which has more to say than this one
                self._lock.acquire(limits.STORE_TURN.value)
                try:
                    generation.close(connection)
                finally:
                    self._lock.release()
        return True

    def _enqueue(self, together: Together[Any, Any] | None, work: object) -> asyncio.Future[Any]:
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name="cardwright-write", daemon=True)
            self._thread.start()
        return self._waiting.add(together, work)

    def _refusal(self) -> str:
        message = self._lock.held(limits.STORE_TURN.value)
        self._alarm.tell(message)
        return message

    def _serve(self) -> None:
        open_ = True
        while open_:
            batches, open_ = self._waiting.take(_MOST)
            units, outcomes = self._done(batches)
            while not self._answered(units, outcomes):
                time.sleep(_PAUSE)

    def _answered(self, units: Iterable[Unit], outcomes: Iterable[object]) -> bool:
        """Answer; False when there was no memory for that: what was done must be told."""
        try:
            _answer(zip((unit.answer for unit in units), outcomes, strict=True))
        except MemoryError:
            return False
        return True

    def _done(self, batches: list[Batch]) -> tuple[list[Unit], list[object]]:
        """Do what was not given up, and return it with its outcomes; whatever is raised is an outcome too."""
        units: list[Unit] | None = None
        try:
            with self._lock:
                units = self._waiting.begin(batches)
                began = time.monotonic()
                outcomes = self._commit(*self._opened(), units)
                metrics.COMMIT_SECONDS.observe(time.monotonic() - began)
                metrics.COMMIT_UNITS.observe(len(units))
        except BaseException as error:  # noqa: BLE001 - a writer that ended would hold everybody for ever
            units = self._waiting.begin(batches) if units is None else units
            outcomes = [_Failure(self._told(error))] * len(units)
        return units, outcomes

    def _opened(self) -> tuple[WriteConnection, Generation]:
        """Return what is written with, opened by the first commit; StoreError when the file is another one by now."""
        if self._open is None:
            self._open = self._connect(), Generation(self._file.parent), self._file.stat().st_ino
        connection, generation, inode = self._open
        if self._file.stat().st_ino != inode:
            raise StoreError(replaced(self._file))
        return connection, generation

    def _told(self, error: BaseException) -> Exception:
        """Return what a commit that failed by this error is answered with, and tell the operator."""
        if isinstance(error, apsw.Error | OSError):
            failure: Exception = store_error(error, self._file)
        elif isinstance(error, StoreError):
            failure = error
        else:
            failure = StoreError(f"{self._file} was not written: {error!r}")
        self._failed = str(failure)
        metrics.COMMIT_FAILURES.count()
        self._alarm.tell(self._failed)
        return failure

    def _commit(self, connection: WriteConnection, generation: Generation, units: list[Unit]) -> list[object]:
        before = connection.total_changes()
        faults = self._faults
        connection.execute("BEGIN IMMEDIATE")
        try:
            migrations.check_known(connection, self._file)  # another process may have brought it up to date
            generation.check(connection)
            outcomes: list[object] = []
            alike = [(it, list(those)) for it, those in groupby(units, key=attrgetter("together"))]
            is_alone = len(alike) == 1 and (alike[0][0] is not None or len(units) == 1)
            for together, those in alike:
                works = [unit.work for unit in those]
                outcomes += self._attempts(connection, together, works, _ALONE if is_alone else _AMONG_OTHERS)
            _index(connection)
            rows = connection.total_changes() - before
            if rows:
                generation.count(connection, rows)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        finally:
            connection.search.clear()
            connection.touched.clear()
        generation.keep()
        if rows and self._faults == faults:
            self._failed = ""
        return outcomes

    def _attempts(
        self, connection: WriteConnection, together: Together[Any, Any] | None, works: Sequence[Any], undo: _Undo
    ) -> list[object]:
        if together is None:
            return [self._attempt(connection, work, undo) for work in works]
        outcomes = self._attempt(connection, lambda connection: together(connection, works), undo)
        if not isinstance(outcomes, _Failure):
            return [_Failure(it) if isinstance(it, Exception) else it for it in outcomes]
        if len(works) == 1:
            return [outcomes]
        return [one for work in works for one in self._attempts(connection, together, [work], _AMONG_OTHERS)]

    def _attempt(self, connection: WriteConnection, work: Callable[[WriteConnection], T], undo: _Undo) -> T | _Failure:
        if undo.before:
            connection.execute(undo.before)
        indexed = len(connection.search)
        try:
            outcome: T | _Failure = work(connection)
        except Exception as error:
            if not connection.in_transaction:  # the disk is full or failed: SQLite has undone the whole transaction
                raise
            connection.execute(undo.failed)
            del connection.search[indexed:]
            outcome = _Failure(self._met(error) if isinstance(error, apsw.Error) else error)
        if undo.after:
            connection.execute(undo.after)
        return outcome

    def _met(self, error: apsw.Error) -> Exception:
        """Return what a unit is answered with that met an error of SQLite."""
        if not isinstance(error, apsw.ConstraintError):
            self._faults += 1
            return self._told(error)
        return store_error(error, self._file)


def _pass(_: WriteConnection) -> None:
    """Write nothing: whether it is the turn of this process at all."""


def _touch(connection: WriteConnection) -> None:
    """Write a row as it is: whether the disk takes anything."""
    connection.execute("UPDATE credentials SET version = version")


def _heard(probe: asyncio.Future[None]) -> None:
    """Take notice of how a probe ended: `check` says it."""
    if not probe.cancelled():
        probe.exception()


def _index(connection: WriteConnection) -> None:
    if not (connection.search or connection.touched):  # creates have written theirs in one statement
        return
    for comes, entries in groupby(connection.search, key=attrgetter("comes")):
        command = _COMES if comes else _LEAVES
        connection.executemany(command, ((entry.contact, entry.terms) for entry in entries))
    indexed = [(entry.contact, 1 if entry.comes else -1) for entry in connection.search]
    settle(connection, [*indexed, *((contact, 0) for contact in connection.touched)])


def _answer(answers: Iterable[tuple[asyncio.Future[Any], object]]) -> None:
    """Wake every event loop that waits, once."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], object]]] = {}
    for answer, outcome in answers:
        by_loop.setdefault(answer.get_loop(), []).append((answer, outcome))
    for loop, deliveries in by_loop.items():
        with contextlib.suppress(RuntimeError):  # the loop has been closed: nobody waits
            loop.call_soon_threadsafe(_deliver, deliveries)


def _deliver(deliveries: list[tuple[asyncio.Future[Any], object]]) -> None:
    for answer, outcome in deliveries:
        if answer.done():  # whoever asked has gone
            continue
        if isinstance(outcome, _Failure):
            answer.set_exception(outcome.error)
        else:
            answer.set_result(outcome)
