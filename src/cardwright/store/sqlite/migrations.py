"""Numbered migrations: `migrations/0001_….sql` and on, each applied once and in order."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from cardwright.errors import StoreError
from cardwright.store.index_terms import terms_of
from cardwright.store.rows import contact_of
from cardwright.store.sqlite.contact_rows import columns_in

if TYPE_CHECKING:
    import apsw

_FOLDER: Final = Path(__file__).with_name("migrations")
_KNOWN: Final = [(int(path.name[:4]), path) for path in sorted(_FOLDER.glob("[0-9]*.sql"))]
LAST: Final = _KNOWN[-1][0]
"""The number of today's schema."""
_APPLICATION: Final = 0x43617264  # "Card", in the header of the file


def version(connection: apsw.Connection) -> int:
    """Return the number of the last migration that the file has seen."""
    return int(connection.execute("PRAGMA user_version").get)


def pending(connection: apsw.Connection, file: Path) -> list[tuple[int, Path]]:
    """Return the migrations that the file lacks; StoreError if it is newer than this program, or not its own."""
    at = version(connection)
    if at > LAST:
        raise StoreError(f"{file} was written by a newer Cardwright (schema {at}): run that version or a later one")
    foreign = connection.execute("PRAGMA application_id").get != _APPLICATION
    if foreign and connection.execute("SELECT count(*) FROM sqlite_schema").get:
        raise StoreError(f"{file} is not a Cardwright store")
    return [(number, path) for number, path in _KNOWN if number > at]


def apply(connection: apsw.Connection, file: Path, *, to: int = LAST) -> None:
    """Bring the file up to date, or `to` a schema before, all in one transaction; the caller holds the lock."""
    connection.create_scalar_function("terms", cast("Any", _terms))
    connection.execute("BEGIN IMMEDIATE")
    try:
        for number, path in (it for it in pending(connection, file) if it[0] <= to):
            connection.execute(path.read_text("utf-8")).fetchall()
            connection.execute(f"PRAGMA user_version = {number}")
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _terms(*columns: Any) -> str:  # noqa: ANN401 - what SQLite gives
    """Return the terms of a contact by its columns, for migrations that write the index anew."""
    _, campaign, user, *_ = columns
    said = columns_in(columns)
    return terms_of(campaign, contact_of(said), tuple(filter(None, said.partners.split(","))), system=user is not None)
