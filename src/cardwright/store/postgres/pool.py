"""A few connections to the database, shared by all who read and write.

What runs on one is never cancelled: whoever waits for it may leave, and it goes on. Where it takes too long the
connection is dropped, without a request to cancel: a write whose wait for the standby is cancelled counts as done.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, TypeVar

from cardwright import limits
from cardwright.errors import StoreError
from cardwright.store.postgres import driver
from cardwright.store.postgres.address import named
from cardwright.store.postgres.driver import DriverError
from cardwright.store.postgres.faults import AGAIN, store_error

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from cardwright.store.alarm import Alarm
    from cardwright.store.postgres.driver import Connection

T = TypeVar("T")

_CONNECTIONS: Final = 8
_NONE_LEFT: Final = "53300"
_PAUSE: Final = 0.05  # seconds until a server that has no connection left is asked again
_SOUND: Final = ("22", "23", "40", "42")  # classes of faults that say nothing against the connection


class Pool:
    """Connections, made when they are needed."""

    def __init__(
        self, address: str, alarm: Alarm, made: Callable[[Connection], Awaitable[None]], most: int = _CONNECTIONS
    ) -> None:
        self.where: Final = named(address)
        self._address = address
        self._alarm = alarm
        self._made = made
        self._most = most
        self._slots = asyncio.Semaphore(most)
        self._idle: list[Connection] = []
        self._tasks: set[asyncio.Task[object]] = set()
        self._closed = False

    async def run(self, work: Callable[[Connection], Awaitable[T]], seconds: float = limits.STORE_TURN.value) -> T:
        """Return what `work` does with a connection, to its end also when the caller is cancelled.

        Raises DriverError for a fault of a statement that is to be done once more, else what `store_error` makes of
        it; StoreError after `seconds`, or where too many wait.
        """
        if len(self._tasks) >= self._most + limits.STORE_WAITING.value:
            raise StoreError(f"{self.where}: too many wait for it")
        task = asyncio.ensure_future(self._run(work, seconds))
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Wait for what is under way, then close every connection."""
        self._closed = True
        while self._tasks:
            await asyncio.wait(self._tasks)
        for connection in self._idle:
            await connection.close()
        self._idle.clear()

    def _ended(self, task: asyncio.Task[object]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # whoever asked has it, unless they left

    async def _run(self, work: Callable[[Connection], Awaitable[T]], seconds: float) -> T:
        ends = asyncio.get_running_loop().time() + limits.STORE_TURN.value
        await self._turn(ends)
        try:
            return await self._on(await self._connection(ends), work, seconds)
        except DriverError as error:
            raise self._told(error) from error
        finally:
            self._slots.release()

    async def _turn(self, ends: float) -> None:
        try:
            async with asyncio.timeout_at(ends):
                await self._slots.acquire()
        except TimeoutError as error:
            raise StoreError(f"{self.where} does not answer in time") from error

    async def _connection(self, ends: float) -> Connection:
        """Return a connection that nobody uses, or a new one; where the server has none left, wait for either."""
        while True:
            while self._idle:
                connection = self._idle.pop()
                if not connection.closed:
                    return connection
            try:
                return await self._new()
            except DriverError as error:
                if error.state != _NONE_LEFT or asyncio.get_running_loop().time() >= ends:
                    raise
            await asyncio.sleep(_PAUSE)

    async def _new(self) -> Connection:
        connection = await driver.connect(self._address)
        try:
            await self._made(connection)
        except BaseException:
            connection.drop()
            raise
        return connection

    async def _on(self, connection: Connection, work: Callable[[Connection], Awaitable[T]], seconds: float) -> T:
        late = asyncio.get_running_loop().call_later(seconds, connection.drop)
        try:
            return await work(connection)
        except DriverError as error:
            if not error.state.startswith(_SOUND):
                connection.drop()
            raise
        finally:
            late.cancel()
            if self._closed:
                await connection.close()
            elif not connection.closed:
                self._idle.append(connection)

    def _told(self, error: DriverError) -> Exception:
        """Return what is raised for a fault, and tell the operator, once a minute."""
        if error.state in AGAIN:
            return error
        fault = store_error(error, self.where)
        self._alarm.tell(str(fault))
        return fault
