"""A SQLite store that is moved: all of its rows, read while nobody writes, or written while nobody uses it."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import struct
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

import apsw

from cardwright import limits
from cardwright.book.index_terms import terms_of
from cardwright.errors import ConflictError, StoreError
from cardwright.store.moving import Slice, key_at, position_after
from cardwright.store.moving.tables import LARGE, OCTETS, SLICE
from cardwright.store.rows import contact_of
from cardwright.store.sqlite.contact_rows import columns_in
from cardwright.store.sqlite.database import FILE, LOCK, Database
from cardwright.store.sqlite.faults import store_error
from cardwright.store.sqlite.generation import Generation
from cardwright.store.sqlite.lock import FileLock
from cardwright.store.sqlite.moved_tables import FORMS, MovedNames, names_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from cardwright.store.moving.tables import Table

_MARK: Final = "unfinished_copy"
_BEGIN: Final = f"CREATE TABLE {_MARK} (what TEXT PRIMARY KEY, said TEXT NOT NULL) STRICT, WITHOUT ROWID"
_SAID: Final = f"SELECT said FROM {_MARK} WHERE what = ?"  # noqa: S608 - constant
_SAY: Final = f"INSERT OR REPLACE INTO {_MARK} (what, said) VALUES (?, ?)"  # noqa: S608 - constant
_IS_MARKED: Final = f"SELECT 1 FROM sqlite_schema WHERE name = '{_MARK}'"  # noqa: S608 - constant
_TERMS: Final = "INSERT INTO search (rowid, terms) VALUES (?, ?)"
_STATE: Final = """SELECT id || ' ' || reached || ' ' || (SELECT total(sequence) FROM campaign) || ' '
    || (SELECT group_concat(sid ORDER BY sid) FROM account) FROM generation"""
_FILLED: Final = "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -64000; PRAGMA secure_delete = OFF"
# The octet of the file of shared memory on which everybody who has the database open holds a lock; SQLite, "WAL-mode
# File Format", 2.3. As the struct of fcntl(2) has it on 64-bit Linux: type, whence, start, length, process.
_OPEN: Final = 128
_FLOCK: Final = "hhqqi4x"


def unfinished(connection: apsw.Connection) -> str:
    """Return what the store is an unfinished copy of; `""` when it is none."""
    return str(connection.execute(_SAID, ("source",)).get) if connection.execute(_IS_MARKED).get else ""


@contextlib.contextmanager
def alone(folder: Path, *, fills: bool) -> Iterator[SqliteRows]:
    """Give the rows of the store in `folder`, which nobody else writes meanwhile; with `fills` for writing.

    Raises StoreError when another process has it open.
    """
    Database(folder, "migrate" if fills else "refuse").close()
    file = folder / FILE
    try:
        _check_unused(file)
        with closing(FileLock(folder / LOCK)) as lock, closing(apsw.Connection(str(file))) as connection:
            lock.acquire(limits.STORE_TURN.value)
            with contextlib.ExitStack() as held:
                held.callback(lock.release)
                if fills:
                    connection.execute(_FILLED).fetchall()
                else:
                    connection.execute("BEGIN")
                yield SqliteRows(connection, file)
                if fills:
                    connection.execute("PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except (apsw.Error, OSError) as error:
        raise store_error(error, file) from error


class SqliteRows:
    """What `moving.Filling` asks for."""

    def __init__(self, connection: apsw.Connection, file: Path) -> None:
        self._connection = connection
        self._file = file
        self._names: tuple[Table | None, MovedNames] = None, names_of(connection)

    @property
    def state(self) -> str:
        """What tells this store, as it is, from others and from what it was before."""
        return str(self._connection.execute(_STATE).get)

    async def count(self, table: Table) -> int:
        """Return how many rows there are."""
        return int(self._connection.execute(f"SELECT count(*) FROM {table.name}").get)  # noqa: S608 - constant

    async def slice(self, table: Table, position: str) -> Slice:
        """Return the rows that follow a position."""
        await asyncio.sleep(0)  # whoever is to end the move is heard
        form, after = FORMS[table.name], key_at(position)
        names, keys = [column.name for column in form.columns], ", ".join(form.key)
        where = f"WHERE ({keys}) > ({', '.join('?' * len(after))})" if after else ""
        query = f"SELECT {', '.join(names)}, {keys} FROM {table.name} {where} ORDER BY {keys} LIMIT {SLICE}"  # noqa: S608 - constants
        large = [at for at, name in enumerate(names) if name in LARGE.get(table.name, ())]
        rows, octets = [], 0
        for row in self._connection.execute(query, tuple(after)):
            rows.append(row)
            octets += sum(len(row[at] or "") for at in large)
            if octets >= OCTETS:
                break
        if not rows:
            return Slice((), position)
        try:
            return Slice([self._neutral(table, row) for row in rows], position_after(rows[-1][len(names) :]))
        except KeyError as error:
            told = f"{self._file}: a row of {table.name} belongs to none that is there: run `cardwright check`"
            raise StoreError(told) from error

    async def begin(self, state: str, source: str) -> str:
        """Mark the store as a copy of a source in this state, and return the state that the mark already named."""
        if self._connection.execute(_IS_MARKED).get:
            return str(self._connection.execute(_SAID, ("state",)).get)
        if self._connection.execute("SELECT 1 FROM account LIMIT 1").get:
            raise ConflictError(f"{self._file} holds accounts already: move into a store that is empty")
        with self._connection:
            self._connection.execute(_BEGIN)
            self._connection.executemany(_SAY, [("state", state), ("source", source)])
        return state

    async def position(self, table: Table) -> str:
        """Return how far the copy of a table has come."""
        return str(self._connection.execute(_SAID, (f"table {table.name}",)).get or "")

    async def keep(self, table: Table, rows: Sequence[tuple[Any, ...]], before: str, position: str) -> None:
        """Write rows, and that the copy has come to this position, in one commit; ConflictError beside another copy."""
        if await self.position(table) != before:
            raise ConflictError(f"{self._file} is being filled by another process")
        columns = FORMS[table.name].columns
        command = f"""INSERT INTO {table.name} ({", ".join(column.name for column in columns)})
            VALUES ({", ".join("?" * len(columns))})"""  # noqa: S608 - constants
        own = [self._own(table, row) for row in rows]
        with self._connection:
            self._connection.executemany(command, own)
            if table.name == "contact":
                self._connection.executemany(_TERMS, map(_indexed, own))
            self._connection.execute(_SAY, (f"table {table.name}", position))

    async def end(self) -> None:
        """Take the mark away, and begin the generation of the copy."""
        generation = Generation(self._file.parent)
        with self._connection:
            generation.check(self._connection)
            self._connection.execute(f"DROP TABLE {_MARK}")
            generation.count(self._connection, 1)
        generation.keep()
        generation.close(self._connection)

    def _named(self, table: Table) -> MovedNames:
        """Return the names of now: those that a table before this one has brought are among them."""
        if self._names[0] is not table:
            self._names = table, names_of(self._connection)
        return self._names[1]

    def _neutral(self, table: Table, row: tuple[Any, ...]) -> tuple[Any, ...]:
        names, said = self._named(table), {}
        owner: tuple[str, ...] = ()
        for column, value in zip(FORMS[table.name].columns, row, strict=False):
            if column.codec.owner:
                owner = column.codec.owner(names, value)
            said[column.says] = column.codec.read(names, value) if column.codec.read else value
        return (*owner, *[said[name] for name in table.columns])

    def _own(self, table: Table, row: tuple[Any, ...]) -> tuple[Any, ...]:
        names, owner = self._named(table), row[: table.begins]
        said = dict(zip(table.columns, row[table.begins :], strict=True)) | {"": None}
        return tuple(
            [
                column.codec.write(names, owner, said[column.says]) if column.codec.write else said[column.says]
                for column in FORMS[table.name].columns
            ]
        )


def _indexed(row: tuple[Any, ...]) -> tuple[int, str]:
    """Return a contact's number and its terms."""
    contact, campaign, user, *_ = row
    said = columns_in(row)
    partners = tuple(filter(None, said.partners.split(",")))
    return contact, terms_of(campaign, contact_of(said), partners, system=user is not None)


def _check_unused(file: Path) -> None:
    """Raise StoreError when another process has the database open. No connection of this process may be."""
    with contextlib.suppress(FileNotFoundError), file.with_name(f"{file.name}-shm").open("rb+") as memory:
        if sys.platform != "linux":
            return
        asked = struct.pack(_FLOCK, fcntl.F_WRLCK, 0, _OPEN, 1, 0)
        kind, *_, process = struct.unpack(_FLOCK, fcntl.fcntl(memory, fcntl.F_GETLK, asked))
        if kind != fcntl.F_UNLCK:
            raise StoreError(f"process {process} has {file} open: stop the server, or what else uses it, first")
