"""A PostgreSQL store that is moved: all of its rows, read while nobody writes, or written while nobody uses it."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, Final

from cardwright import limits
from cardwright.book.index_terms import terms_of
from cardwright.errors import ConflictError, StoreError
from cardwright.store.moving import Slice, key_at, position_after
from cardwright.store.moving.tables import LARGE, OCTETS, SLICE
from cardwright.store.postgres import distribution, driver
from cardwright.store.postgres.address import named
from cardwright.store.postgres.contact_rows import ContactRow, columns_in
from cardwright.store.postgres.database import Database
from cardwright.store.postgres.distribution import SEQUENTIAL
from cardwright.store.postgres.driver import DriverError
from cardwright.store.postgres.faults import store_error
from cardwright.store.postgres.index import lexemes, scope
from cardwright.store.postgres.moved_tables import FORMS, MovedNames, names_of
from cardwright.store.postgres.numbers import drawn
from cardwright.store.rows import contact_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from cardwright.store.moving.tables import Table
    from cardwright.store.postgres.driver import Connection, DatabaseRow

_NAME: Final = "cardwright migrate"
_MARK: Final = "unfinished_copy"
_BEGIN: Final = f'CREATE TABLE {_MARK} (what text COLLATE "C" PRIMARY KEY, said text NOT NULL)'
_SAID: Final = f"SELECT said FROM {_MARK} WHERE what = $1"  # noqa: S608 - constant
_SAY: Final = f"INSERT INTO {_MARK} (what, said) VALUES ($1, $2)"  # noqa: S608 - constant
_GO_ON: Final = f"UPDATE {_MARK} SET said = $3 WHERE what = $1 AND said = $2"  # noqa: S608 - constant
_IS_MARKED: Final = f"SELECT to_regclass('{_MARK}') IS NOT NULL"
STATE: Final = (
    "SELECT id FROM generation",
    "SELECT version FROM credentials",
    "SELECT coalesce(sum(sequence), 0) FROM campaign",
    "SELECT coalesce(sum(last_contact) + sum(last_user), 0) FROM counter",
)
TERMS: Final = """INSERT INTO search (account, campaign, number, terms)
    SELECT a, c, n, array_to_tsvector(string_to_array(t, ' '))
    FROM unnest($1::bigint[], $2::integer[], $3::bigint[], $4::text[]) AS u(a, c, n, t)"""
_ENDED: Final = """UPDATE counter SET
    last_campaign = (SELECT coalesce(max(campaign), 0) FROM campaign WHERE campaign.account = $1),
    last_partner = (SELECT coalesce(max(partner), 0) FROM partner WHERE partner.account = $1)
    WHERE counter.account = $1"""
_OTHERS: Final = """SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'cardwright'"""
_LEAVING: Final = 2  # seconds in which the connections of a command that has just ended go away
_PAUSE: Final = 0.05


async def unfinished(connection: Connection) -> str:
    """Return what the store is an unfinished copy of; `""` when it is none."""
    return str(await connection.value(_SAID, "source")) if await connection.value(_IS_MARKED) else ""


@contextlib.asynccontextmanager
async def alone(address: str, *, fills: bool) -> AsyncIterator[PostgresRows]:
    """Give the rows of the store at an address, which nobody else writes meanwhile; with `fills` for writing.

    Raises StoreError when another process has it open.
    """
    await (await Database.open(address, "migrate" if fills else "refuse", create=fills)).close()
    where = named(address)
    try:
        connection = await driver.connect(address, _NAME)
        try:
            await _check_unused(connection, where)
            if await distribution.is_distributed(connection):
                await connection.execute(SEQUENTIAL.format(scope="SESSION"))
            async with contextlib.AsyncExitStack() as held:
                if not fills:
                    await connection.execute(f"SET lock_timeout = '{limits.STORE_TURN.value}s'")
                    await held.enter_async_context(connection.transaction(snapshot=True))
                    await connection.execute(f"LOCK TABLE {', '.join({*FORMS, 'counter'})} IN SHARE MODE")
                state = [str(await connection.value(query)) for query in STATE]
                yield PostgresRows(connection, where, " ".join(state))
        finally:
            connection.drop()
    except DriverError as error:
        raise store_error(error, where) from error


class PostgresRows:
    """What `moving.Filling` asks for."""

    def __init__(self, connection: Connection, where: str, state: str) -> None:
        self.state: Final = state
        self._connection = connection
        self._where = where
        self._names: tuple[Table, MovedNames] | None = None

    async def count(self, table: Table) -> int:
        """Return how many rows there are."""
        return int(await self._connection.value(f"SELECT count(*) FROM {table.name}"))  # noqa: S608 - constant

    async def slice(self, table: Table, position: str) -> Slice:
        """Return the rows that follow a position."""
        after = key_at(position)
        rows = await self._connection.rows(_query(table, begins=not after), *after)
        if not rows:
            return Slice((), position)
        names, width = await self._named(table), table.begins + len(FORMS[table.name].columns)
        try:
            return Slice([_neutral(names, table, row) for row in rows], position_after(rows[-1][width:]))
        except KeyError as error:
            told = f"{self._where}: a row of {table.name} belongs to none that is there: run `cardwright check`"
            raise StoreError(told) from error

    async def begin(self, state: str, source: str) -> str:
        """Mark the store as a copy of a source in this state, and return the state that the mark already named."""
        async with self._connection.transaction():
            if await self._connection.value(_IS_MARKED):
                return str(await self._connection.value(_SAID, "state"))
            if await self._connection.value("SELECT 1 FROM account LIMIT 1"):
                raise ConflictError(f"{self._where} holds accounts already: move into a store that is empty")
            await self._connection.execute(_BEGIN)
            for what, said in (("state", state), ("source", source), *[(f"table {name}", "") for name in FORMS]):
                await self._connection.execute(_SAY, what, said)
        return state

    async def position(self, table: Table) -> str:
        """Return how far the copy of a table has come."""
        return str(await self._connection.value(_SAID, f"table {table.name}"))

    async def keep(self, table: Table, rows: Sequence[tuple[Any, ...]], before: str, position: str) -> None:
        """Write rows, and that the copy has come to this position, in one commit; ConflictError beside another copy."""
        names = await self._named(table)
        form = FORMS[table.name]
        columns = (*form.columns, *form.made)
        async with self._connection.transaction():
            if not await self._connection.execute(_GO_ON, f"table {table.name}", before, position):
                raise ConflictError(f"{self._where} is being filled by another process")
            if table.name == "account":
                await self._keep_accounts(rows)
                return
            own = [_own(names, table, row) for row in rows]
            begins = ("account", "campaign")[: table.begins]
            await self._connection.copy(table.name, (*begins, *(column.name for column in columns)), own)
            if table.name == "contact":
                await self._index(own)

    async def end(self) -> None:
        """Take the mark away."""
        async with self._connection.transaction():
            for (account,) in await self._connection.rows("SELECT account FROM account"):
                await self._connection.execute(_ENDED, account)
            await self._connection.execute(f"DROP TABLE {_MARK}")
        await self._connection.execute("ANALYZE")  # else the planner takes full tables for empty ones until it is done

    async def _keep_accounts(self, rows: Sequence[tuple[Any, ...]]) -> None:
        numbers = [drawn() for _ in rows]
        accounts = [(number, *row[:4]) for number, row in zip(numbers, rows, strict=True)]
        counters = [(number, *row[4:]) for number, row in zip(numbers, rows, strict=True)]
        await self._connection.copy("account", ("account", "sid", "name", "key", "created"), accounts)
        await self._connection.copy("counter", ("account", "last_contact", "last_user"), counters)

    async def _index(self, contacts: Sequence[tuple[Any, ...]]) -> None:
        await self._connection.execute(TERMS, *zip(*map(_indexed, contacts), strict=True))

    async def _named(self, table: Table) -> MovedNames:
        """Return the names of now: those that a table before this one has brought are among them."""
        if self._names is None or self._names[0] is not table:
            self._names = table, await names_of(self._connection)
        return self._names[1]


def _query(table: Table, *, begins: bool) -> str:
    """Return the query for a slice; its values are the key of the row before it."""
    form = FORMS[table.name]
    keys = ", ".join(form.key)
    columns = ", ".join([*("account", "campaign")[: table.begins], *(column.name for column in form.columns), keys])
    where = "" if begins else f"WHERE ({keys}) > ({', '.join(f'${at}' for at in range(1, len(form.key) + 1))})"
    size = " + ".join(f"coalesce(octet_length({it}), 0)" for it in LARGE.get(table.name, ())) or "0"
    rows = f"SELECT *, {size} AS size FROM {form.rows or table.name} {where} ORDER BY {keys} LIMIT {SLICE}"  # noqa: S608 - constants
    if size == "0":
        return f"SELECT {columns} FROM ({rows}) AS part ORDER BY {keys}"  # noqa: S608 - constants
    earlier = f"sum(size) OVER (ORDER BY {keys} ROWS UNBOUNDED PRECEDING) - size AS earlier"
    sized = f"SELECT *, {earlier} FROM ({rows}) AS part"  # noqa: S608 - constants
    return f"SELECT {columns} FROM ({sized}) AS sized WHERE earlier < {OCTETS} ORDER BY {keys}"  # noqa: S608 - constants


def _neutral(names: MovedNames, table: Table, row: DatabaseRow) -> tuple[Any, ...]:
    owner = names.owners[tuple(row[: table.begins])] if table.begins else ()
    columns = FORMS[table.name].columns
    said = {
        column.says: column.codec.read(names, owner, value) if column.codec.read else value
        for column, value in zip(columns, row[table.begins :], strict=False)
    }
    return (*owner, *[said[name] for name in table.columns])


def _own(names: MovedNames, table: Table, row: tuple[Any, ...]) -> tuple[Any, ...]:
    owner, said = row[: table.begins], dict(zip(table.columns, row[table.begins :], strict=True))
    form = FORMS[table.name]
    values = [
        column.codec.write(names, owner, said[column.says]) if column.codec.write else said[column.says]
        for column in (*form.columns, *form.made)
    ]
    return (*names.numbers[owner], *values)


def _indexed(columns: tuple[Any, ...]) -> tuple[int, int, int, str]:
    """Return a contact's numbers and its terms."""
    account, campaign, *rest = columns
    row = ContactRow._make(rest)
    said = columns_in(row)
    partners = tuple(filter(None, said.partners.split(",")))
    terms = terms_of(scope(account, campaign), contact_of(said), partners, system=row.partner_user is not None)
    return account, campaign, row.number, lexemes(terms)


async def _check_unused(connection: Connection, where: str) -> None:
    """Raise StoreError when another process has the store open."""
    for _ in range(int(_LEAVING / _PAUSE)):
        others = await connection.value(_OTHERS)
        if not others:
            return
        await asyncio.sleep(_PAUSE)
    raise StoreError(
        f"{where} is in use by Cardwright ({others} connections): stop the servers, or what else uses it, first"
    )
