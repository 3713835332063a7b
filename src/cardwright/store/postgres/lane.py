"""Group commit: those who come while one call is under way make up the next, all of them in one statement.

A commit that is safe on the disk, and a lock of the campaign's counters, cost far more than a row; shared by all who
wait, they cost each of them little. A fault of one row does not reach the others: they are tried again one by one.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import TYPE_CHECKING, Final, Generic, NamedTuple, Protocol, TypeAlias, TypeVar

from cardwright import limits
from cardwright.errors import StoreError
from cardwright.store.postgres.faults import RefusedError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Hashable, Sequence

    from cardwright.store.postgres.database import Database
    from cardwright.store.postgres.driver import Connection

_MOST: Final = 1_000  # of one call
_OCTETS: Final = 16 * 1024 * 1024  # of cards and images of one call, one that waits at least


class Waits(Protocol):
    """What can wait in a lane."""

    @property
    def account(self) -> Hashable:
        """Whose it is: on a distributed engine a call is about one account."""

    @property
    def octets(self) -> int:
        """How much is held for it, as far as that may be much."""

    @property
    def alone(self) -> Sequence[Hashable]:
        """What nobody else in the same call may touch."""


Item = TypeVar("Item", bound=Waits)
T = TypeVar("T")


Together: TypeAlias = "Callable[[Connection, Sequence[Item]], Awaitable[Sequence[T | Exception]]]"


class _Waiting(NamedTuple, Generic[Item, T]):
    item: Item
    answer: asyncio.Future[T]
    since: float


class Lane(Generic[Item, T]):
    """Those who wait for a write of one kind, and the one call that is under way for all of them.

    `together` does it, in a transaction or in one statement; it gives for each its result, or what is wrong with it.
    """

    def __init__(self, database: Database, together: Together[Item, T], emptied: Callable[[], object]) -> None:
        self._database = database
        self._together = together
        self._emptied = emptied
        self._waiting: deque[_Waiting[Item, T]] = deque()
        self._serving: asyncio.Task[None] | None = None

    def add(self, item: Item) -> asyncio.Future[T]:
        """Return what is made of an item, once that is on the disk, or what is wrong with it."""
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(item, answer, time.monotonic()))
        self._database.wait(+1)
        if self._serving is None:
            self._serving = asyncio.ensure_future(self._serve())
        return answer

    async def close(self) -> None:
        """Wait until everybody has their answer."""
        while self._serving is not None:
            await asyncio.wait((self._serving,))

    async def _serve(self) -> None:
        try:
            await asyncio.sleep(0)  # those who come in this turn of the event loop come along
            while self._waiting:
                await self._do(self._next())
        finally:
            self._serving = None
            if not self._waiting:
                self._emptied()

    def _next(self) -> list[_Waiting[Item, T]]:
        """Take those who come next; one that is not to touch what another of them does waits for the call after."""
        before = len(self._waiting)
        batch: list[_Waiting[Item, T]] = []
        later: list[_Waiting[Item, T]] = []
        alone: set[Hashable] = set()
        octets, oldest = 0, time.monotonic() - limits.STORE_TURN.value
        while self._waiting and len(batch) < _MOST and octets < _OCTETS:
            one = self._waiting.popleft()
            if one.since < oldest:
                _fail(one, StoreError(f"{self._database.where} does not answer in time"))
                continue
            if not alone.isdisjoint(one.item.alone):
                later.append(one)
                continue
            alone.update(one.item.alone)
            octets += one.item.octets
            batch.append(one)
        self._waiting.extendleft(reversed(later))
        self._database.wait(len(self._waiting) - before)
        return batch

    async def _do(self, batch: Sequence[_Waiting[Item, T]]) -> None:
        items = [one.item for one in batch]
        outcomes: Sequence[T | Exception]
        try:
            outcomes = await self._database.written(self._database.run(lambda c: self._together(c, items)), len(items))
        except RefusedError as error:
            if len(batch) > 1:
                for one in batch:
                    await self._do([one])
                return
            outcomes = [error]
        except Exception as error:  # noqa: BLE001 - whoever waits has to hear of it
            outcomes = [error] * len(batch)
        for one, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, Exception):
                _fail(one, outcome)
            elif not one.answer.done():
                one.answer.set_result(outcome)


class Lanes(Generic[Item, T]):
    """One lane for all, or where the engine is distributed one for each account that writes.

    There a call over two accounts would be a transaction of two nodes. Of the lanes as many are served at once as the
    pool has connections. What takes several statements is `apart`: one account a call on every engine.
    """

    def __init__(self, database: Database, together: Together[Item, T], *, apart: bool = False) -> None:
        self._database = database
        self._together = together
        self._apart = apart
        self._lanes: dict[Hashable, Lane[Item, T]] = {}

    def add(self, item: Item) -> asyncio.Future[T]:
        """Return what is made of an item, once that is on the disk, or what is wrong with it.

        Raises StoreError where too many wait.
        """
        if self._database.waiting >= limits.STORE_WAITING.value:
            raise StoreError(f"{self._database.where}: too many wait for it")
        of = item.account if self._apart or self._database.by_account else None
        lane = self._lanes.get(of)
        if lane is None:
            lane = self._lanes[of] = Lane(self._database, self._together, lambda: self._lanes.pop(of, None))
        return lane.add(item)

    async def close(self) -> None:
        """Wait until everybody has their answer."""
        for lane in list(self._lanes.values()):
            await lane.close()


def _fail(one: _Waiting[Item, T], error: Exception) -> None:
    if not one.answer.done():
        one.answer.set_exception(error)
