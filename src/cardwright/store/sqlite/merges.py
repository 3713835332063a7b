"""`MergeStore` in SQLite: the table `merged`, and the two contacts of each of its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cardwright.book.merges import Merge
from cardwright.errors import ConflictError, NotFoundError
from cardwright.store.instants import instant, now
from cardwright.store.sqlite import writes
from cardwright.store.sqlite.cards import read_card
from cardwright.store.sqlite.change_rows import last_before, read_before
from cardwright.store.sqlite.contact_rows import Rows
from cardwright.store.sqlite.creation import unknown_among
from cardwright.store.sqlite.keys import key, number_of
from cardwright.store.sqlite.rows import campaign_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    import apsw

    from cardwright.book.merges import Join, Return
    from cardwright.book.ports import Place
    from cardwright.book.stored import StoredContact
    from cardwright.store.sqlite.change_rows import Before
    from cardwright.store.sqlite.database import Database
    from cardwright.store.sqlite.writer import WriteConnection

_COLUMNS: Final = "first, second, deleted, updated, undone"
_KEEP: Final = "INSERT INTO merged (campaign, second, deleted, first, updated) VALUES (?, ?, ?, ?, ?)"
_OF: Final = f"SELECT {_COLUMNS} FROM merged WHERE first = ?1 OR second = ?1 ORDER BY updated"  # noqa: S608 - constant
_UNDONE: Final = "UPDATE merged SET undone = ? WHERE second = ? AND deleted = ?"
_INTO: Final = """SELECT first FROM merged WHERE second = ?1 AND undone IS NULL
    AND deleted = (SELECT max(change) FROM change WHERE contact = ?1 AND before IS NOT NULL)"""
_IS_THERE: Final = "SELECT 1 FROM contact WHERE contact = ?"
_RECORD: Final = "SELECT before FROM change WHERE change = ?"
_STEPS: Final = 1_000
"""Merges that are followed, one into the next."""


class MergedRow(NamedTuple):
    """A row of the table, in keys."""

    first: int
    second: int
    deleted: int
    updated: int
    undone: int | None


class SqliteMerges:
    """The port `book.merges.MergeStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def merge(self, place: Place, first: int, second: int, join: Join, by: str) -> StoredContact:
        """Put what `join` makes of the two in the place of the first, and delete the second."""

        def unit(connection: WriteConnection) -> StoredContact:
            account, campaign = campaign_numbers(connection, *place)
            one, other = (_present(connection, account, key(campaign, number)) for number in (first, second))
            at = now()
            new = join(one[1], other[1], instant(at))
            deleted = writes.remove(connection, *other, by)
            updated = writes.replace(connection, *one, new, at, by)
            keys = (other[0].row.contact, key(campaign, deleted), one[0].row.contact, key(campaign, updated))
            connection.execute(_KEEP, (campaign, *keys))
            return Rows(connection, account).one(one[0].row.contact) or new

        return await self._database.write(unit)

    async def undo(self, place: Place, first: int, sequence: int, come: Return, by: str) -> StoredContact:
        """Give back both as they were before that merge, and return the first; the second as `come` says."""

        def unit(connection: WriteConnection) -> StoredContact:
            account, campaign = campaign_numbers(connection, *place)
            merge = _merge_at(connection, key(campaign, first), key(campaign, sequence))
            present, was = _standing(connection, account, merge)
            undone = writes.put_back(connection, account, *present, _before(connection, merge.updated), by)
            rows = Rows(connection, account)
            user = rows.user(was.row.user)
            old = rows.stored(was.row)._replace(card=read_card(connection, was.card), user=user)
            gone = unknown_among(connection, account, [partner.id for partner in old.partners])
            writes.restore(connection, was, old, come(old, gone), by)
            connection.execute(_UNDONE, (key(campaign, undone), merge.second, merge.deleted))
            return rows.one(merge.first) or present[1]

        return await self._database.write(unit)

    async def into(self, place: Place, number: int) -> int | None:
        """Return the contact that a merged one is part of by now; None for one that was not merged away."""

        def look(connection: apsw.Connection) -> int | None:
            start = contact = key(campaign_numbers(connection, *place)[1], number)
            for _ in range(_STEPS):
                if connection.execute(_IS_THERE, (contact,)).get:
                    return None if contact == start else number_of(contact)
                into = connection.execute(_INTO, (contact,)).get
                if into is None:
                    break
                contact = int(into)
            return None

        return self._database.glance(look)

    async def of(self, place: Place, number: int) -> Sequence[Merge]:
        """Return the merges in which a contact was one of the two, the earliest first."""

        def look(connection: apsw.Connection) -> list[Merge]:
            merges = merges_of(connection, key(campaign_numbers(connection, *place)[1], number))
            return list(map(_in_numbers, merges))

        return self._database.glance(look)


def merges_of(connection: apsw.Connection, contact: int) -> list[MergedRow]:
    """Return the merges in which a contact was one of the two."""
    rows: list[tuple[Any, ...]] = connection.execute(_OF, (contact,)).fetchall()
    return [MergedRow(*row) for row in rows]


def _in_numbers(row: MergedRow) -> Merge:
    undone = None if row.undone is None else number_of(row.undone)
    return Merge(number_of(row.first), number_of(row.second), number_of(row.updated), undone)


def _present(connection: WriteConnection, account: int, contact: int) -> tuple[Before, StoredContact]:
    present = writes.present(connection, account, contact)
    if present is None:
        raise NotFoundError(f"there is no contact {number_of(contact)}")
    return present


def _merge_at(connection: WriteConnection, first: int, updated: int) -> MergedRow:
    for merge in merges_of(connection, first):
        if (merge.first, merge.updated, merge.undone) == (first, updated, None):
            return merge
    raise NotFoundError(f"contact {number_of(first)} was not merged so")


def _standing(
    connection: WriteConnection, account: int, merge: MergedRow
) -> tuple[tuple[Before, StoredContact], Before]:
    """Return the first as it is and the second as it was; ConflictError unless both are as the merge left them."""
    present, was = writes.present(connection, account, merge.first), last_before(connection, merge.second)
    if present is None or present[0].row.revision != number_of(merge.updated):
        raise ConflictError(f"contact {number_of(merge.first)} was changed since")
    is_there = connection.execute(_IS_THERE, (merge.second,)).get
    if is_there or was is None or connection.execute(_INTO, (merge.second,)).get is None:
        raise ConflictError(f"contact {number_of(merge.second)} was changed since")
    return present, was


def _before(connection: WriteConnection, change: int) -> Before:
    return read_before(connection.execute(_RECORD, (change,)).get)
