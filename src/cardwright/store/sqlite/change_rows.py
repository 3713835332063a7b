"""The table `change`, the history of every contact: what happened, when, by whom, and the contact as it was before."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cardwright.store import records
from cardwright.store.sqlite.contact_rows import COLUMNS, ContactRow
from cardwright.store.sqlite.keys import key

if TYPE_CHECKING:
    import apsw

    from cardwright.book.change_ports import ChangeKind
    from cardwright.store.card_rows import CardRow


class Before(NamedTuple):
    """A contact as it was."""

    row: ContactRow
    card: CardRow | None = None
    """How its card was kept, for a record of it."""


def before(connection: apsw.Connection, contact: int) -> Before | None:
    """Return the contact as it is, without its card, for a change that is about to end that."""
    row = connection.execute(f"SELECT {COLUMNS} FROM contact WHERE contact = ?", (contact,)).fetchone()  # noqa: S608 - constant
    if row is None:
        return None
    return Before(ContactRow(*row))


def next_sequence(connection: apsw.Connection, campaign: int, contacts: int = 0) -> int:
    """Return the sequence of a new change, and count the campaign's contacts up or down by `contacts`."""
    command = (
        "UPDATE campaign SET sequence = sequence + 1, contacts = contacts + ? WHERE campaign = ? RETURNING sequence"
    )
    return int(connection.execute(command, (contacts, campaign)).get)


def record(  # noqa: PLR0913, PLR0917 - the columns of the table
    connection: apsw.Connection, row: ContactRow, kind: ChangeKind, at: int, by: str, was: Before | None = None
) -> None:
    """Append a change; `row` is the contact with its new revision."""
    connection.execute(
        "INSERT INTO change (change, contact, kind, at, by, before, image) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (key(row.campaign, row.revision), row.contact, kind, at, by, was and _written(was), was and was.row.image),
    )


def last_before(connection: apsw.Connection, contact: int) -> Before | None:
    """Return the contact as it was before it was deleted; None if that is not what happened to it last."""
    query = "SELECT kind, before FROM change WHERE contact = ? AND before IS NOT NULL ORDER BY change DESC LIMIT 1"
    row = connection.execute(query, (contact,)).fetchone()
    if row is None or row[0] != "deleted":
        return None
    return read_before(row[1])


def read_before(text: str) -> Before:
    """Return the contact that a record says was before."""
    said, card = records.read(text)
    return Before(ContactRow._make(map(said.get, ContactRow._fields)), card)


def _written(was: Before) -> str:
    return records.written(was.row._asdict(), was.card)
