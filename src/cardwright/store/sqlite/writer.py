"""Group commit: one thread runs all units of work that wait in one transaction, commits, and then answers them.

A commit that is safe on the disk costs far more than the unit in it; shared by all who wait, it costs each of them
little. A unit that fails is rolled back by its savepoint, alone.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from itertools import groupby
from operator import attrgetter
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias, TypeVar

import apsw

from cardwright.store.sqlite.faults import store_error
from cardwright.store.sqlite.finding.block_counts import settle

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from cardwright.store.sqlite.lock import FileLock

T = TypeVar("T")
Item = TypeVar("Item")

_COMES: Final = "INSERT INTO search (rowid, terms) VALUES (?, ?)"
_LEAVES: Final = "INSERT INTO search (search, rowid, terms) VALUES ('delete', ?, ?)"

_MOST: Final = 1_000  # units after which no more are added to a commit: bounds how long the first of them waits


class WriteConnection(apsw.Connection):
    """What a unit of work is given: a connection, and what is written once for a whole batch."""

    def __init__(self, file: Path) -> None:
        super().__init__(str(file))
        self.search: list[Entry] = []
        """Changes to the full-text index, in order: it is slow at taking them one savepoint at a time."""
        self.touched: list[int] = []
        """Contacts that changed in what the index does not hold."""


class Entry(NamedTuple):
    """A contact's terms that come into the index, or leave it."""

    comes: bool
    contact: int
    terms: str


Together: TypeAlias = Callable[["WriteConnection", Sequence[Item]], Sequence[T | Exception]]
"""Does the work of several units that are alike; gives for each its result, or the exception that it ends in."""


class _Unit(NamedTuple):  # of any kind: all kinds wait together
    together: Together[Any, Any] | None
    work: Any
    """What is given to `together`; without that, what is called with the connection."""
    answer: asyncio.Future[Any]


class _Failure(NamedTuple):
    error: Exception


class Writer:
    """The thread that writes; it and its connection are made by the first unit."""

    def __init__(self, connect: Callable[[], WriteConnection], lock: FileLock, file: Path) -> None:
        self._connect = connect
        self._lock = lock
        self._file = file
        self._waiting: list[_Unit] = []
        self._queue: SimpleQueue[list[_Unit] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def run(self, work: Callable[[WriteConnection], T]) -> asyncio.Future[T]:
        """Hand over a unit of work; its result is there after the commit, or what it or the commit raised."""
        return self._enqueue(None, work)

    def run_together(self, together: Together[Item, T], item: Item) -> asyncio.Future[T]:
        """Hand over a unit that is done in one go with those next to it that have the same `together`; as `run`."""
        return self._enqueue(together, item)

    def _enqueue(self, together: Together[Any, Any] | None, work: object) -> asyncio.Future[Any]:
        """Return the answer to a unit.

        Units that come in one turn of the event loop, the only one at a time, are handed over together at its end: the
        requests that one commit has answered make up the next, and the two threads do not fight for the interpreter.
        """
        loop = asyncio.get_running_loop()
        answer = loop.create_future()
        if not self._waiting:
            loop.call_soon(self._hand_over)
        self._waiting.append(_Unit(together, work, answer))
        return answer

    def close(self) -> None:
        """Commit and answer what was handed over so far, then end the thread."""
        self._hand_over()
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()

    def _hand_over(self) -> None:
        if not self._waiting:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name="cardwright-write", daemon=True)
            self._thread.start()
        units, self._waiting = self._waiting, []
        self._queue.put(units)

    def _serve(self) -> None:
        connection: WriteConnection | None = None
        open_ = True
        while open_:
            batch, open_ = self._batch()
            if not batch:
                return
            try:
                connection = connection or self._connect()
                outcomes = self._commit(connection, batch)
            except (apsw.Error, OSError) as error:
                outcomes = [_Failure(store_error(error, self._file))] * len(batch)
            _answer(zip((unit.answer for unit in batch), outcomes, strict=True))

    def _batch(self) -> tuple[list[_Unit], bool]:
        """Wait for units, and return them with all that wait behind them; False once the writer is to end."""
        batch: list[_Unit] = []
        units = self._queue.get()
        while units is not None:
            batch += units
            if len(batch) >= _MOST:
                return batch, True
            try:
                units = self._queue.get_nowait()
            except Empty:
                return batch, True
        return batch, False

    def _commit(self, connection: WriteConnection, units: list[_Unit]) -> list[object]:
        with self._lock:
            connection.execute("BEGIN IMMEDIATE")
            try:
                outcomes: list[object] = []
                for together, alike in groupby(units, key=attrgetter("together")):
                    works = [unit.work for unit in alike]
                    outcomes += self._attempts(connection, together, works)
                _index(connection)
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            finally:
                connection.search.clear()
                connection.touched.clear()
        return outcomes

    def _attempts(
        self, connection: WriteConnection, together: Together[Any, Any] | None, works: Sequence[Any]
    ) -> list[object]:
        if together is None:
            return [self._attempt(connection, work) for work in works]
        outcomes = self._attempt(connection, lambda connection: together(connection, works))
        if not isinstance(outcomes, _Failure):
            return [_Failure(it) if isinstance(it, Exception) else it for it in outcomes]
        if len(works) == 1:
            return [outcomes]
        return [one for work in works for one in self._attempts(connection, together, [work])]

    def _attempt(self, connection: WriteConnection, work: Callable[[WriteConnection], T]) -> T | _Failure:
        connection.execute("SAVEPOINT unit")
        indexed = len(connection.search)
        try:
            outcome: T | _Failure = work(connection)
        except Exception as error:
            if not connection.in_transaction:  # the disk is full or failed: SQLite has undone the whole transaction
                raise
            connection.execute("ROLLBACK TO unit")
            del connection.search[indexed:]
            outcome = _Failure(store_error(error, self._file) if isinstance(error, apsw.Error) else error)
        connection.execute("RELEASE unit")
        return outcome


def _index(connection: WriteConnection) -> None:
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
        if not loop.is_closed():
            loop.call_soon_threadsafe(_deliver, deliveries)


def _deliver(deliveries: list[tuple[asyncio.Future[Any], object]]) -> None:
    for answer, outcome in deliveries:
        if answer.done():  # whoever asked has gone
            continue
        if isinstance(outcome, _Failure):
            answer.set_exception(outcome.error)
        else:
            answer.set_result(outcome)
