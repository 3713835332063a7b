"""The queue of units of work between event loop and writer thread, with a time limit on the wait.

They are handed over in batches. The writer begins a batch when it has the lock between processes; one that it has not
begun within the bound is given up: its units raise StoreError, and nothing of them is ever done.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, NamedTuple

from cardwright import limits, metrics
from cardwright.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Unit(NamedTuple):
    """A unit of work of any kind: all kinds wait together."""

    together: Callable[..., Any] | None
    work: Any
    """What is given to `together`; without that, what is called with the connection."""
    answer: asyncio.Future[Any]


class Batch:
    """Units that were handed over in one turn of the event loop."""

    __slots__ = ("begun", "given_up", "since", "units")

    def __init__(self, units: list[Unit]) -> None:
        self.units = units
        self.since = time.monotonic()
        self.begun = False
        self.given_up = False


class WaitingUnits:
    """The queue between event loop and writer. `refusal` says why it is late."""

    def __init__(self, refusal: Callable[[], str]) -> None:
        self._refusal = refusal
        self._gathered: list[Unit] = []
        self._queue: SimpleQueue[Batch | None] = SimpleQueue()
        self._waiting: deque[Batch] = deque()
        self._mutex = threading.Lock()  # between `begin` in the writer's thread, and giving up
        self._handed = self._begun = 0  # units: one thread counts the first, the other the second
        self._watched_by: asyncio.AbstractEventLoop | None = None
        self.late = False
        """A batch was given up, and none was begun since: whoever comes now is refused at once."""

    def add(self, together: Callable[..., Any] | None, work: object) -> asyncio.Future[Any]:
        """Return the answer to a unit.

        Units that come in one turn of the event loop, the only one at a time, are handed over together at its end: the
        requests that one commit has answered make up the next, and the two threads do not fight for the interpreter.
        """
        loop = asyncio.get_running_loop()
        answer = loop.create_future()
        if self.late:
            answer.set_exception(StoreError(self._refusal()))
            return answer
        if not self._gathered:
            loop.call_soon(self.hand_over)
        self._gathered.append(Unit(together, work, answer))
        return answer

    def hand_over(self) -> None:
        """Let the writer have what was gathered."""
        if not self._gathered:
            return
        batch, self._gathered = Batch(self._gathered), []
        while self._waiting and self._waiting[0].begun:
            self._waiting.popleft()
        self._waiting.append(batch)
        self._handed += len(batch.units)
        metrics.UNITS_WAITING.set(self._handed - self._begun)
        self._queue.put(batch)
        loop = batch.units[0].answer.get_loop()
        if self._watched_by is not loop and not loop.is_closed():
            self._watched_by = loop
            loop.call_later(limits.STORE_TURN.value, self._look, loop)

    def end(self) -> None:
        """Let the writer end once it has done what was handed over."""
        self.hand_over()
        self._queue.put(None)

    def take(self, most: int) -> tuple[list[Batch], bool]:
        """Wait for a batch, and return it with those behind it, some `most` units; False once the writer is to end."""
        batches: list[Batch] = []
        count = 0
        batch = self._queue.get()
        while batch is not None:
            batches.append(batch)
            count += len(batch.units)
            if count >= most:
                return batches, True
            try:
                batch = self._queue.get_nowait()
            except Empty:
                return batches, True
        return batches, False

    def begin(self, batches: Iterable[Batch]) -> list[Unit]:
        """Return the units that are to be done now: those that were not given up."""
        with self._mutex:
            self.late = False
            units: list[Unit] = []
            for batch in batches:
                batch.begun = True
                self._begun += len(batch.units)
                if not batch.given_up:
                    units += batch.units
        metrics.UNITS_WAITING.set(self._handed - self._begun)
        return units

    def give_up(self) -> None:
        """End the wait of every unit that was not begun."""
        with self._mutex:
            batches = [batch for batch in self._waiting if not batch.begun]
            for batch in batches:
                batch.given_up = True
            self._waiting.clear()
            self.late = self.late or bool(batches)  # they come to `begin` still, which ends that
        refusal = self._refusal()
        for unit in (unit for batch in batches for unit in batch.units):
            if not unit.answer.done() and not unit.answer.get_loop().is_closed():
                unit.answer.set_exception(StoreError(refusal))

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Give up when the oldest batch is late; look again while anything waits."""
        waiting = next((batch for batch in self._waiting if not batch.begun), None)
        left = limits.STORE_TURN.value - (time.monotonic() - waiting.since) if waiting else 0
        if waiting and left <= 0:
            self.give_up()
        if waiting and left > 0:
            loop.call_later(left, self._look, loop)
        else:
            self._watched_by = None
