"""Numbered migrations: `migrations/0001_….sql` and on, each applied once and in order, one process at a time.

The others wait for a row: that works on every engine that speaks PostgreSQL, and a process that dies lets go of it.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cardwright import __version__
from cardwright.book.migration_step import MigrationStep
from cardwright.errors import StoreError
from cardwright.store.postgres.driver import DriverError

if TYPE_CHECKING:
    from cardwright.store import Older, Tell
    from cardwright.store.postgres.driver import Connection

_FOLDER: Final = Path(__file__).with_name("migrations")
_KNOWN: Final = [(int(path.name[:4]), path) for path in sorted(_FOLDER.glob("[0-9]*.sql"))]
LAST: Final = _KNOWN[-1][0]
"""The number of today's schema."""
_MADE_MEANWHILE: Final = ("23505", "42P07", "42710")  # by another process, between the look and the command
# A lock on the table, which no transaction outlives: that of a row would be a write, and wait for the standby.
_GATE: Final = "BEGIN; LOCK TABLE cardwright IN ROW SHARE MODE NOWAIT; COMMIT"
_CLOSE_GATE: Final = "LOCK TABLE cardwright IN EXCLUSIVE MODE"
_CLOSED: Final = "55P03"
_SILENT: Final = "SET application_name = 'cardwright migrate'"  # so that others who come to do it do not end it
# Each is to end within 10 s.
_END_OTHERS: Final = """SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'cardwright' AND pid <> pg_backend_pid()"""
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
    found = await _checked(connection, where)
    if found == to or (found and older == "take"):
        return found, found
    if found and older == "refuse":
        raise StoreError(
            f"{where} has the schema of an older Cardwright ({found}, now {LAST}): run `cardwright migrate`"
        )
    await _prepare(connection, where)
    if found:
        await connection.execute(_SILENT)
    async with connection.transaction():
        if found:
            await connection.execute(_CLOSE_GATE)
            await connection.execute(_END_OTHERS)
        await connection.row("SELECT schema FROM cardwright FOR UPDATE")
        found = await _checked(connection, where)  # another process may have had its turn
        for number, path in (it for it in _KNOWN if found < it[0] <= to):
            if tell:
                tell(MigrationStep(number, path.stem[5:].replace("_", " "), 0, 0))
            await connection.execute(path.read_text("utf-8"))
        if not found:
            await connection.execute("INSERT INTO generation (id) VALUES ($1)", secrets.token_hex(6))
        await connection.execute("UPDATE cardwright SET schema = $1, program = $2", to, __version__)
    if found:
        await connection.execute("RESET application_name")
    return found, max(found, to)


async def pass_gate(connection: Connection, where: str) -> None:
    """Return if a new connection may read and write; StoreError while the schema is, or was, brought to a newer one.

    Whoever brings it there closes the gate, and ends all who passed it before: nobody writes in the old form after.
    """
    try:
        await connection.execute(_GATE)
    except DriverError as error:
        if error.state != _CLOSED:
            raise
        raise StoreError(f"{where} is being brought up to date") from error
    await _checked(connection, where)


async def _checked(connection: Connection, where: str) -> int:
    found, program = await version(connection)
    if found > LAST:
        raise StoreError(
            f"{where} was written by a newer Cardwright ({program}, schema {found}): run that version or a later one"
        )
    return found


async def _prepare(connection: Connection, where: str) -> None:
    """Make the row that says the schema, and is the lock of those who bring it up to date."""
    foreign = await connection.value("SELECT to_regclass('account')") is not None
    if foreign and await connection.value("SELECT to_regclass('cardwright')") is None:
        raise StoreError(f"{where} has tables of another program: give Cardwright a database of its own")
    try:
        await connection.execute(_STATE)
        await connection.execute("INSERT INTO cardwright (schema, program) VALUES (0, '') ON CONFLICT DO NOTHING")
    except DriverError as error:
        if error.state not in _MADE_MEANWHILE:
            raise
        await connection.execute("INSERT INTO cardwright (schema, program) VALUES (0, '') ON CONFLICT DO NOTHING")
