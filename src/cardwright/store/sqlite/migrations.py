"""Numbered migrations: `migrations/0001_….sql` and on, each applied once and in order."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from cardwright import __version__
from cardwright.book.index_terms import terms_of
from cardwright.book.migration_step import MigrationStep
from cardwright.errors import StoreError, UnavailableError
from cardwright.store.rows import contact_of
from cardwright.store.sqlite.contact_rows import columns_in

if TYPE_CHECKING:
    import apsw

    from cardwright.store import Tell

_FOLDER: Final = Path(__file__).with_name("migrations")
_KNOWN: Final = [(int(path.name[:4]), path) for path in sorted(_FOLDER.glob("[0-9]*.sql"))]
LAST: Final = _KNOWN[-1][0]
"""The number of today's schema."""
_MISNUMBERED: Final = {
    10: (9, "SELECT NOT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'sort_name')"),
    12: (13, "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'session')"),
    16: (17, "SELECT EXISTS (SELECT 1 FROM pragma_table_info('token') WHERE name = 'name')"),
}
"""Where a migration had another number before it had its own, for a minute at most: what a file with that number has
seen, if it answers so."""
_EVERY: Final = 1_000  # contacts between two looks at how far it is
_APPLICATION: Final = 0x43617264  # "Card", in the header of the file


def version(connection: apsw.Connection) -> int:
    """Return the number of the last migration that the file has seen."""
    number = int(connection.execute("PRAGMA user_version").get)
    last, is_misnumbered = _MISNUMBERED.get(number, (number, ""))
    return last if is_misnumbered and connection.execute(is_misnumbered).get else number


def check_known(connection: apsw.Connection, file: Path) -> None:
    """Raise StoreError, which names the version that made it, if the schema is newer than this program's.

    Within a transaction it says what that writes to.
    """
    at = version(connection)
    if at > LAST:
        program = connection.execute("SELECT version FROM program").get if _names_program(connection) else "unknown"
        raise UnavailableError(
            f"{file} was written by a newer Cardwright ({program}, schema {at}): run that version or a later one"
        )


def _names_program(connection: apsw.Connection) -> bool:
    return bool(connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'program'").get)


def pending(connection: apsw.Connection, file: Path) -> list[tuple[int, Path]]:
    """Return the migrations that the file lacks; StoreError if it is newer than this program, or not its own."""
    at = version(connection)
    check_known(connection, file)
    foreign = connection.execute("PRAGMA application_id").get != _APPLICATION
    if foreign and connection.execute("SELECT count(*) FROM sqlite_schema").get:
        raise StoreError(f"{file} is not a Cardwright store")
    return [(number, path) for number, path in _KNOWN if number > at]


def apply(connection: apsw.Connection, file: Path, *, to: int = LAST, tell: Tell | None = None) -> None:
    """Bring the file up to date, or `to` a schema before; the caller holds the lock.

    All of it is one transaction: cut short, by a fault, by what `tell` raises or by SIGKILL, it has not begun.
    """
    told = _Told(connection, to, tell)
    connection.execute("BEGIN IMMEDIATE")
    try:
        for number, path in (it for it in pending(connection, file) if it[0] <= to):
            told.begin(number, path)
            connection.execute(path.read_text("utf-8")).fetchall()
            connection.execute(f"PRAGMA user_version = {number}")
        if _names_program(connection):
            connection.execute("UPDATE program SET version = ?", (__version__,))
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


class _Told:
    """Tells how far a migration is, by the contacts that it asks for the terms of."""

    def __init__(self, connection: apsw.Connection, last: int, tell: Tell | None) -> None:
        self._tell = tell
        there = connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'contact'").get
        contacts = int(connection.execute("SELECT count(*) FROM contact").get) if there and tell else 0
        self._step = MigrationStep(0, last, "", 0, contacts)
        connection.create_scalar_function("terms", cast("Any", self._terms))

    def begin(self, number: int, path: Path) -> None:
        """Begin the migration of this number."""
        self._step = self._step._replace(schema=number, what=path.stem[5:].replace("_", " "), done=0)
        if self._tell:
            self._tell(self._step)

    def _terms(self, *columns: Any) -> str:  # noqa: ANN401 - what SQLite gives
        self._step = self._step._replace(done=self._step.done + 1)
        if self._tell and self._step.done % _EVERY == 0:
            self._tell(self._step)
        return _terms(*columns)


def _terms(*columns: Any) -> str:  # noqa: ANN401 - what SQLite gives
    """Return the terms of a contact by its columns, for migrations that write the index anew."""
    _, campaign, user, *_ = columns
    said = columns_in(columns)
    return terms_of(campaign, contact_of(said), tuple(filter(None, said.partners.split(","))), system=user is not None)
