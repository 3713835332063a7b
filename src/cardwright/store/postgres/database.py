"""A PostgreSQL database: how it is opened, read, written and let go."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final, Self, TypeVar

from cardwright import limits, metrics
from cardwright.errors import NotFoundError, StoreError, StoreFullError
from cardwright.store.alarm import Alarm
from cardwright.store.postgres import address as addresses
from cardwright.store.postgres import distribution, generation, migrations
from cardwright.store.postgres.driver import DriverError
from cardwright.store.postgres.faults import store_error
from cardwright.store.postgres.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from cardwright.store import Older, Tell
    from cardwright.store.postgres.driver import Connection

T = TypeVar("T")

_READY: Final = 1  # seconds that a look may take
LONG: Final = 24 * 60 * 60  # seconds for what an operator, or nobody, waits for


class Database:
    """The tables behind an address, with a pool of connections."""

    def __init__(self, address: str) -> None:
        self.alarm: Final = Alarm()
        self.generation = ""
        """What names the history that revisions belong to; looked up by each new connection.

        Empty for who only copies or checks.
        """
        self.schemas = 0, 0
        """The numbers of the schema that the database had when it was opened, and of the one that it has now."""
        self.credentials = 0
        """The version of credentials when the database was opened: what was remembered since is true of it."""
        self.by_account = False
        """Whether the engine is distributed, so that each account has its own statements."""
        self._waiting = 0
        self._pool = Pool(address, self.alarm, self._made)
        self._failed = False

    @classmethod
    async def open(
        cls, address: str, older: Older = "migrate", tell: Tell | None = None, *, create: bool = True
    ) -> Self:
        """Open a database, with today's schema; raises StoreError when that cannot be done.

        Raises NotFoundError when it is empty and `create` is false, InvalidError when the address cannot be one.
        """
        addresses.check(address)
        self = cls(address)
        try:
            self.schemas = await self._again(lambda c: self._brought(c, older, tell, create=create), LONG)
        except BaseException:
            await self.close()
            raise
        return self

    @property
    def where(self) -> str:
        """How the database is told to people."""
        return self._pool.where

    async def read(self, query: Callable[[Connection], Awaitable[T]]) -> T:
        """Return what `query` finds; each of its statements reads a moment of its own."""
        return await self._again(query)

    async def snapshot(self, query: Callable[[Connection], Awaitable[T]], seconds: float = LONG) -> T:
        """Return what `query` finds; all of its statements read one moment."""

        async def look(connection: Connection) -> T:
            async with connection.transaction(snapshot=True):
                return await query(connection)

        return await self._again(look, seconds)

    async def write(self, unit: Callable[[Connection], Awaitable[T]]) -> T:
        """Run `unit` in a transaction, and return its result once that is on the disk, and on the standby's.

        What `unit` raises is raised here, and nothing that it wrote is kept. It runs once more after a serialization
        failure. Raises StoreFullError for a full disk, StoreError where the database does not answer: what was on its
        way then may have been done or not, and is not done again.
        """

        async def work(connection: Connection) -> T:
            async with connection.transaction():
                return await unit(connection)

        return await self.written(self._again(work))

    async def written(self, done: Awaitable[T], units: int = 1) -> T:
        """Return what a write of so many units gives, and remember whether writing works."""
        began = time.monotonic()
        try:
            result = await done
        except (StoreError, StoreFullError):
            self._failed = True
            metrics.COMMIT_FAILURES.count()
            raise
        self._failed = False
        metrics.COMMIT_SECONDS.observe(time.monotonic() - began)
        metrics.COMMIT_UNITS.observe(units)
        return result

    @property
    def waiting(self) -> int:
        """How many wait for a commit."""
        return self._waiting

    def wait(self, more: int) -> None:
        """Count those who wait for a commit: `more` have come, or, below 0, are under way."""
        self._waiting += more
        metrics.UNITS_WAITING.set(self._waiting)

    async def run(self, work: Callable[[Connection], Awaitable[T]], seconds: float = limits.STORE_TURN.value) -> T:
        """Return what `work` does with a connection, which begins and ends its transactions itself."""
        return await self._again(work, seconds)

    async def ready(self) -> None:
        """Return if the database can be read, and written when it lately could not; StoreError within a second."""
        try:
            async with asyncio.timeout(_READY):
                await (self.write(_touch) if self._failed else self.read(_look))
        except TimeoutError as error:
            raise StoreError(f"{self.where} does not answer within a second") from error

    async def close(self) -> None:
        """Wait for what is under way, then let go of the database."""
        await self._pool.close()

    async def _again(self, work: Callable[[Connection], Awaitable[T]], seconds: float = limits.STORE_TURN.value) -> T:
        """Do `work`, and once more after a serialization failure or a deadlock."""
        try:
            return await self._pool.run(work, seconds)
        except DriverError:
            try:
                return await self._pool.run(work, seconds)
            except DriverError as error:
                raise store_error(error, self.where) from error

    async def _made(self, connection: Connection) -> None:
        """Look, on a new connection, which history this is: it may be another server, or an older state."""
        connection.by_account = self.by_account = await distribution.is_distributed(connection)
        if self.schemas[1]:
            try:
                await migrations.pass_gate(connection, self.where)
            except StoreError as error:
                self.alarm.tell(str(error))
                raise
        if self.generation:
            self.generation = await generation.settled(connection)

    async def _brought(
        self, connection: Connection, older: Older, tell: Tell | None, *, create: bool
    ) -> tuple[int, int]:
        if not create and not (await migrations.version(connection))[0]:
            raise NotFoundError(f"the {self.where} holds no store: `cardwright serve` makes one")
        schemas = await migrations.bring(connection, self.where, older, tell)
        if older != "take":  # who copies or checks it writes nothing
            self.generation = await generation.settled(connection)
        self.credentials = await connection.value("SELECT version FROM credentials")
        return schemas


async def _look(connection: Connection) -> None:
    await connection.value("SELECT version FROM credentials")


async def _touch(connection: Connection) -> None:
    await connection.execute("UPDATE credentials SET version = version")
