"""Numbered migrations: `migrations/0001_….sql` and on, each applied once and in order, one process at a time.

The others wait for a row: that works on every engine that speaks PostgreSQL, and a process that dies lets go of it.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cardwright import __version__
from cardwright.book.migration_step import MigrationStep
from cardwright.errors import UnavailableError
from cardwright.store.postgres.distribution import DISTRIBUTED, REFERENCE, SEQUENTIAL
from cardwright.store.postgres.driver import DriverError

if TYPE_CHECKING:
    from cardwright.store import Older, Tell
    from cardwright.store.postgres.driver import Connection

_FOLDER: Final = Path(__file__).with_name("migrations")
_KNOWN: Final = [(int(path.name[:4]), path) for path in sorted(_FOLDER.glob("[0-9]*.sql"))]
LAST: Final = _KNOWN[-1][0]
"""The number of today's schema."""
_ENCODING: Final = "UTF8"
_FOREIGN: Final = "has tables of another program: give Cardwright a database of its own"
# A name that something has already: a table, an index, a type, a function; a table of this name has other columns.
_TAKEN: Final = ("42P07", "42710", "42723", "42703")
_OTHERS: Final = """SELECT 1 FROM pg_type
    WHERE typnamespace = quote_ident(current_schema())::regnamespace AND typname = ANY($1) LIMIT 1"""
_OWN: Final = (*REFERENCE, *DISTRIBUTED, "unfinished_copy")
_MADE_MEANWHILE: Final = ("23505", "42P07", "42710")  # by another process, between the look and the command
# A lock on the table, which no transaction outlives: that of a row would be a write, and wait for the standby.
_GATE: Final = "BEGIN; LOCK TABLE cardwright IN ROW SHARE MODE NOWAIT; COMMIT"
_CLOSE_GATE: Final = "LOCK TABLE cardwright IN EXCLUSIVE MODE"
_CLOSED: Final = "55P03"
_SILENT: Final = "SET application_name = 'cardwright migrate'"  # so that others who come to do it do not end it
# Each is to end within 10 s.
_END_OTHERS: Final = """SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'cardwright' AND pid <> pg_backend_pid()"""
CONTACTS: Final = "SELECT coalesce(sum(contacts), 0) FROM campaign"
"""How many there are in all."""
_STATE: Final = """CREATE TABLE IF NOT EXISTS cardwright
    (one boolean PRIMARY KEY DEFAULT true CHECK (one), schema integer NOT NULL, program text NOT NULL)"""


async def version(connection: Connection) -> tuple[int, str]:
    """Return the number of the schema, and the version of Cardwright that made it; 0 for none."""
    if await connection.value("SELECT to_regclass('cardwright')") is None:
        return 0, ""
    row = await connection.row("SELECT schema, program FROM cardwright")
    return (int(row[0]), str(row[1])) if row else (0, "")


async def bring(
    connection: Connection, where: str, older: Older, tell: Tell | None, *, to: int = LAST
) -> tuple[int, int]:
    """Bring the database up to date, or `to` a schema before, and return the number that it had and has."""
    schema = await _checked(connection, where)
    if schema == to or (schema and older == "take"):
        return schema, schema
    if schema and older == "refuse":
        raise UnavailableError(
            f"{where} has the schema of an older Cardwright ({schema}, now {LAST}): run `cardwright migrate`"
        )
    await _prepare(connection, where)
    if schema:
        await connection.execute(_SILENT)
    try:
        schema = await _brought(connection, where, schema, to, tell)
    except DriverError as error:
        if schema or error.state not in _TAKEN:
            raise
        raise UnavailableError(f"{where} {_FOREIGN}") from error
    if schema:
        await connection.execute("RESET application_name")
    return schema, max(schema, to)


async def _brought(connection: Connection, where: str, schema: int, to: int, tell: Tell | None) -> int:
    """Run the migrations in one transaction, and return the number of the schema before: it may have changed."""
    async with connection.transaction():
        if connection.by_account:
            await connection.execute(SEQUENTIAL.format(scope="LOCAL"))
        if schema:
            await connection.execute(_CLOSE_GATE)
            await connection.execute(_END_OTHERS)
        await connection.row("SELECT schema FROM cardwright FOR UPDATE")
        schema = await _checked(connection, where)  # another process may have had its turn
        contacts = int(await connection.value(CONTACTS)) if schema and tell else 0
        for number, path in (it for it in _KNOWN if schema < it[0] <= to):
            if tell:
                tell(MigrationStep(number, to, path.stem[5:].replace("_", " "), 0, contacts))
            await connection.execute(path.read_text("utf-8"))
        if not schema:
            await connection.execute("INSERT INTO generation (id) VALUES ($1)", secrets.token_hex(6))
        await connection.execute("UPDATE cardwright SET schema = $1, program = $2", to, __version__)
    return schema


async def pass_gate(connection: Connection, where: str) -> None:
    """Return if a new connection may read and write; UnavailableError where another brings, or brought, the schema up.

    Whoever brings it there closes the gate, and ends all who passed it before: nobody writes in the old form after.
    """
    try:
        await connection.execute(_GATE)
    except DriverError as error:
        if error.state != _CLOSED:
            raise
        raise UnavailableError(f"{where} is being brought up to date") from error
    await _checked(connection, where)


async def _checked(connection: Connection, where: str) -> int:
    try:
        schema, program = await version(connection)
    except DriverError as error:
        if error.state not in _TAKEN:
            raise
        raise UnavailableError(f"{where} {_FOREIGN}") from error
    if schema > LAST:
        raise UnavailableError(
            f"{where} was written by a newer Cardwright ({program}, schema {schema}): run that version or a later one"
        )
    return schema


async def _prepare(connection: Connection, where: str) -> None:
    """Make the row that says the schema, and is the lock of those who bring it up to date."""
    taken = await connection.value(_OTHERS, _OWN)  # asked first: another process may be making them, after `cardwright`
    if await connection.value("SELECT to_regclass('cardwright')") is None:
        if taken:
            raise UnavailableError(f"{where} {_FOREIGN}")
        if (encoding := await connection.value("SHOW server_encoding")) != _ENCODING:
            raise UnavailableError(
                f"{where} has the encoding {encoding}, which cannot hold every text: make it by "
                "createdb --encoding=UTF8 --template=template0"
            )
    try:
        await connection.execute(_STATE)
        await connection.execute("INSERT INTO cardwright (schema, program) VALUES (0, '') ON CONFLICT DO NOTHING")
    except DriverError as error:
        if error.state not in _MADE_MEANWHILE:
            raise
        await connection.execute("INSERT INTO cardwright (schema, program) VALUES (0, '') ON CONFLICT DO NOTHING")
