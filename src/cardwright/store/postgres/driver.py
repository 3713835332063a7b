"""The driver of PostgreSQL's protocol: the one module that knows which it is, so that another could take its place.

What it raises is a `DriverError` with the SQLSTATE, or with one of the states below for what no server has said.
"""

from __future__ import annotations

import contextlib
import os
import ssl
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import asyncpg

from cardwright.store.postgres.address import files_named, hosts_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Sequence

    DatabaseRow = tuple[Any, ...]

LOST: Final = "08006"
"""The connection broke: what was under way may have been done, or not."""
UNREACHABLE: Final = "08001"
"""No connection was made."""
UNREPLICATED: Final = "CW001"
"""A commit stands on this server alone: its wait for the standby was cancelled."""
UNSAID: Final = "CW002"
"""What the address or the environment says of the connection cannot be understood, by the driver or by the server."""
UNPROVEN: Final = "CW003"
"""The server speaks no TLS, or its certificate is not one to trust."""
UNREAD: Final = "CW004"
"""A certificate or a key that the address or the environment names cannot be read."""
_READ_ONLY: Final = "25006"
_WAIT: Final = "SyncRepWaitForLSN"
"""The function of the server that warns of a wait that was cancelled: its words are in the language of the server."""
_NO_TLS: Final = "rejected SSL upgrade"
_CONNECT: Final = 5  # seconds for one connection, shared by the hosts that may take it
_EACH: Final = 1  # second for a host at least, also of many
_NEXT: Final = (UNREACHABLE, _READ_ONLY, "57P03")
"""What sends on to the next host: it does not answer, takes no writes, or is starting."""
_NAME: Final = "cardwright"
# Settings that an operator makes for others: a statement of the store, a migration or a check above all, may take long
# and is never cut, and what it reads within a transaction is what others have committed. As `pg_dump` does; set once
# connected, for a pooler knows no such parameters of a connection. A commit is on the disk before it is answered,
# and on the standby where the operator asks for one; what waits for more is left. Few new terms wait to be taken into
# their index: a search looks at each of them, and one create in some hundred takes them in.
_SETTINGS: Final = """SELECT set_config(name, said, false) FROM pg_settings JOIN (VALUES ('jit', 'off'),
      ('statement_timeout', '0'), ('lock_timeout', '0'), ('transaction_timeout', '0'), ('idle_session_timeout', '0'),
      ('idle_in_transaction_session_timeout', '0'), ('default_transaction_isolation', 'read committed'),
      ('gin_pending_list_limit', '512'), ('synchronous_commit', 'on')
    ) AS ours(name, said) USING (name)
    WHERE setting <> said AND (name <> 'synchronous_commit' OR setting IN ('off', 'local'))"""


class DriverError(Exception):
    """A statement or a connection failed."""

    def __init__(self, state: str, message: str) -> None:
        self.state = state
        super().__init__(message)


class Connection:
    """A connection to a server that takes writes."""

    def __init__(self, connection: Any) -> None:  # noqa: ANN401 - the driver has no types
        self.accounts: Final[dict[str, int]] = {}
        """Numbers of accounts by their SIDs, as far as this connection has met them."""
        self.by_account = False
        """Whether a statement is to name one account and no other: those of a distributed engine."""
        self._connection = connection
        self._unreplicated = False
        connection.add_log_listener(self._noticed)

    @property
    def closed(self) -> bool:
        """Whether it can be used no more."""
        return bool(self._connection.is_closed())

    async def rows(self, query: str, *values: object) -> list[DatabaseRow]:
        """Return all rows of a query."""
        with _translated():
            records: list[DatabaseRow] = await self._connection.fetch(query, *values)
        return records

    async def row(self, query: str, *values: object) -> DatabaseRow | None:
        """Return the first row of a query, None when there is none."""
        with _translated():
            record: DatabaseRow | None = await self._connection.fetchrow(query, *values)
        return record

    async def value(self, query: str, *values: object) -> Any:  # noqa: ANN401 - what the query says
        """Return the first column of the first row, None when there is none."""
        with _translated():
            return await self._connection.fetchval(query, *values)

    async def execute(self, command: str, *values: object) -> int:
        """Run a command, and return how many rows it wrote; without values, several commands."""
        with _translated():
            said = str(await self._connection.execute(command, *values))
        count = said.rpartition(" ")[2]
        return int(count) if count.isdecimal() else 0

    async def copy(self, table: str, columns: Sequence[str], records: Iterable[Sequence[object]]) -> None:
        """Write rows by COPY."""
        with _translated():
            await self._connection.copy_records_to_table(table, columns=columns, records=records)

    async def copy_octets(self, table: str, columns: Sequence[str], octets: bytes) -> None:
        """Write rows by COPY that are in PostgreSQL's binary format already."""
        source = memoryview(octets)  # the driver takes `bytes` for the name of a file
        with _translated():
            await self._connection.copy_to_table(table, columns=columns, source=source, format="binary")

    @contextlib.asynccontextmanager
    async def transaction(self, *, snapshot: bool = False) -> AsyncIterator[None]:
        """Begin a transaction, and commit it at the end, or take it back for what is raised.

        With `snapshot` it reads one moment, and writes nothing. A commit that has not reached the standby it is to
        wait for is a DriverError, with the state `UNREPLICATED`.
        """
        how: dict[str, object] = {"isolation": "repeatable_read", "readonly": True} if snapshot else {}
        transaction = self._connection.transaction(**how)
        with _translated():
            await transaction.start()
        try:
            yield
        except BaseException:
            with contextlib.suppress(DriverError), _translated():
                await transaction.rollback()
            raise
        with _translated():
            await transaction.commit()
        self.check_replicated()

    def check_replicated(self) -> None:
        """Raise DriverError if the last commit stands on this server alone."""
        if self._unreplicated:
            self._unreplicated = False
            raise DriverError(UNREPLICATED, "a commit was not replicated")

    async def close(self) -> None:
        """Say goodbye to the server."""
        with contextlib.suppress(DriverError), _translated():
            await self._connection.close(timeout=1)

    def drop(self) -> None:
        """Let go of the connection at once; nothing is cancelled on the server, and what is under way may be done."""
        self._connection.terminate()

    def _noticed(self, _: object, notice: Any) -> None:  # noqa: ANN401 - the driver has no types
        if notice.server_source_function == _WAIT:
            self._unreplicated = True


async def connect(address: str, name: str = _NAME) -> Connection:
    """Connect to the first host of the address that takes writes; what it does not say comes from the usual places.

    Those are `PGHOST`, `PGPASSFILE`, `PGSSLMODE` … of the environment, `~/.pgpass`, and `~/.postgresql` for TLS.
    A host that hangs, or whose machine is off, is left for the next: each has its part of the time.
    """
    hosts: list[tuple[str, int] | None] = [*hosts_of(address)] or [None]
    failed: DriverError | None = None
    for host in hosts:
        try:
            return await _connected(address, host, name, max(_EACH, _CONNECT / len(hosts)))
        except DriverError as error:
            if error.state not in _NEXT:
                raise
            failed = failed if failed and failed.state != _READ_ONLY else error
    raise failed or DriverError(UNREACHABLE, "no host")


async def _connected(address: str, host: tuple[str, int] | None, name: str, seconds: float) -> Connection:
    """Connect to the host, or to whichever the address names, if it takes writes."""
    with _translated(UNREACHABLE), _understood(address):
        made = await asyncpg.connect(
            address,
            **({} if host is None else {"host": host[0], "port": host[1]}),
            timeout=seconds,
            target_session_attrs="read-write",
            server_settings={"application_name": name},
            max_cached_statement_lifetime=0,
        )
    with _translated():
        try:
            await made.fetch(_SETTINGS)
        except BaseException:
            made.terminate()
            raise
    return Connection(made)


@contextlib.contextmanager
def _translated(otherwise: str = LOST) -> Any:  # noqa: ANN401 - a context manager
    """Raise a DriverError for what the driver raises; without a SQLSTATE it has the state `otherwise`."""
    try:
        yield
    except asyncpg.PostgresError as error:
        raise DriverError(str(error.sqlstate or otherwise), str(error)) from error
    except (asyncpg.InternalClientError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
        raise DriverError(otherwise, f"{type(error).__name__}") from error


@contextlib.contextmanager
def _understood(address: str) -> Any:  # noqa: ANN401 - a context manager
    """Raise a DriverError for a connection that was not made for another reason than that nobody answers."""
    try:
        yield
    except asyncpg.TargetServerAttributeNotMatched as error:
        raise DriverError(_READ_ONLY, "no host takes writes") from error
    except (asyncpg.ClientConfigurationError, asyncpg.UndefinedObjectError, ValueError) as error:
        raise DriverError(UNSAID, type(error).__name__) from error
    except (FileNotFoundError, PermissionError, IsADirectoryError) as error:
        if all(map(_is_readable, files_named(address))):  # else it is the server's socket
            raise
        raise DriverError(UNREAD, type(error).__name__) from error
    except ssl.SSLError as error:
        raise DriverError(UNPROVEN, type(error).__name__) from error
    except ConnectionError as error:
        if not str(error).endswith(_NO_TLS):
            raise
        raise DriverError(UNPROVEN, type(error).__name__) from error


def _is_readable(file: str) -> bool:
    return Path(file).is_file() and os.access(file, os.R_OK)
