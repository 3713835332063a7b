"""The same fixtures as those of the folder above, for tests that run against PostgreSQL.

A test module here inherits the classes of a suite `store.*_contract`, and runs on a database of its own:

    class TestGroups(GroupContract):
        pass
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import re
import sys
from typing import TYPE_CHECKING, Final

import pytest

from cardwright.store.postgres import PostgresStore, moved_tables
from cardwright.store.postgres.driver import Connection
from store.postgres.naming import EXCEPTIONS, unnamed
from store.postgres.refused import ELSEWHERE, refused

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence

    from postgres import Cluster
    from store.counts_contract import Leap
    from store.jobs_contract import Quiet
    from store.merges_contract import Octets
    from store.removals_contract import Rows, Tables

_SEVERAL: Final = re.compile(r"\b(keep|put_contacts)\(")
# What others refer to comes last. Faster than TRUNCATE where there is little.
_EMPTY: Final = """
    DELETE FROM import_piece; DELETE FROM import_job; DELETE FROM remembered_mapping;
    DELETE FROM partner_user; DELETE FROM partner; DELETE FROM session; DELETE FROM token; DELETE FROM campaign;
    DELETE FROM contact;
    DELETE FROM search; DELETE FROM card; DELETE FROM original; DELETE FROM group_card; DELETE FROM image;
    DELETE FROM share_link; DELETE FROM kept_upload;
    DELETE FROM merged; DELETE FROM duplicate; DELETE FROM duplicates_looked; DELETE FROM not_same;
    DELETE FROM change; DELETE FROM repeat; DELETE FROM block; DELETE FROM sort_name;
    DELETE FROM card_name; DELETE FROM book_state; DELETE FROM left_name; DELETE FROM book_property;
    DELETE FROM counter; DELETE FROM account"""


@pytest.fixture(autouse=True)
def named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a test in which the store sends a statement that touches a distributed table and names no account."""

    def checked(method: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[object]]:
        def send(connection: Connection, sql: str, *values: object) -> Awaitable[object]:
            sender = sys._getframe(1).f_globals["__name__"]  # noqa: SLF001 - a test asks for what it likes
            if sender.startswith("cardwright.") and not sender.endswith(".migrations"):
                assert sql in EXCEPTIONS or not unnamed(sql), f"{sql} does not name the account of {unnamed(sql)}"
                assert sql in ELSEWHERE or not refused(sql), f"{sql}: {refused(sql)}"
                assert not connection.by_account or not _SEVERAL.search(sql), f"{sql} takes several accounts"
            return method(connection, sql, *values)

        return send

    async def copy(
        connection: Connection, table: str, columns: Sequence[str], records: Iterable[Sequence[object]]
    ) -> None:
        rows = list(records)
        at = columns.index("account")
        assert len({row[at] for row in rows}) <= 1, f"rows of several accounts are copied into {table}"
        await copied(connection, table, columns, rows)

    async def copy_octets(connection: Connection, table: str, columns: Sequence[str], octets: bytes) -> None:
        accounts = set(_accounts(octets))
        assert columns[0] == "account"
        assert len(accounts) <= 1, f"rows of several accounts are copied into {table}"
        await octets_copied(connection, table, columns, octets)

    copied, octets_copied = Connection.copy, Connection.copy_octets
    monkeypatch.setattr(Connection, "copy", copy)
    monkeypatch.setattr(Connection, "copy_octets", copy_octets)
    for name in ("rows", "row", "value", "execute"):
        monkeypatch.setattr(Connection, name, checked(getattr(Connection, name)))


def _accounts(octets: bytes) -> Iterator[bytes]:
    """Give the first column of each row in the binary format of COPY."""
    source = io.BytesIO(octets[19:])
    while (count := int.from_bytes(source.read(2), signed=True)) >= 0:
        account, *_ = [source.read(int.from_bytes(source.read(4))) for _ in range(count)]
        yield account


@pytest.fixture(scope="session")
def database(postgres: Cluster) -> Iterator[str]:
    """The address of a database of this process's tests, with today's schema."""

    async def make(address: str) -> None:
        await (await PostgresStore.open(address)).close()

    with postgres.database() as address:
        asyncio.run(make(address))
        yield address


@pytest.fixture
def address(postgres: Cluster, database: str) -> str:
    """What `opened` is given: the database, with no rows but those that a new one has."""
    postgres.run(_EMPTY, postgres.name_of(database))
    return database


@contextlib.asynccontextmanager
async def opened(address: str) -> AsyncIterator[PostgresStore]:
    store = await PostgresStore.open(address)
    try:
        yield store
    finally:
        await store.close()


@pytest.fixture
async def store(address: str) -> AsyncIterator[PostgresStore]:
    """A store that is open and empty."""
    async with opened(address) as store:
        yield store


@pytest.fixture
async def other(store: PostgresStore, address: str) -> AsyncIterator[PostgresStore]:  # noqa: ARG001 - it is opened first
    """The same data opened a second time, as another worker process would."""
    async with opened(address) as other:
        yield other


@pytest.fixture
def leap() -> Leap:
    """Skip numbers of contacts."""

    async def skip(store: PostgresStore, numbers: int) -> None:
        command = "UPDATE counter SET last_contact = last_contact + $1"
        await store.database.write(lambda c: c.execute(command, numbers))

    return skip


@pytest.fixture
def rows() -> Rows:
    """Count the rows of a table."""

    async def count(store: PostgresStore, table: str) -> int:
        return await store.database.read(lambda c: c.value(f"SELECT count(*) FROM {table}"))  # noqa: S608 - named by a test

    return count


@pytest.fixture
def tables() -> Tables:
    """Give the names of its tables; `test_moving.py` sees that they are all."""
    return {*moved_tables.FORMS, *moved_tables.ANEW}


@pytest.fixture
def octets() -> Octets:
    """Give all that a store has written, in small letters: the rows of every table."""

    async def read(store: PostgresStore) -> bytes:
        async def look(connection: Connection) -> bytes:
            names = "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'"
            tables = [row[0] for row in await connection.rows(names)]
            rows = [await connection.rows(f"SELECT t.* FROM {table} AS t") for table in tables]  # noqa: S608 - its own
            return repr([tuple(row) for table in rows for row in table]).lower().encode()

        return await store.database.read(look)

    return read


@pytest.fixture
def quiet() -> Quiet:
    """Let time pass for import jobs."""

    async def passed(store: PostgresStore, seconds: int) -> None:
        command = "UPDATE import_job SET signed = signed - $1::bigint * 1000"
        await store.database.write(lambda c: c.execute(command, seconds))

    return passed
