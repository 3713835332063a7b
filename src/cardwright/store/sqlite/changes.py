"""`ChangeStore` in SQLite: the table `change`, read in its order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from cardwright.book.change_ports import Change
from cardwright.errors import NotFoundError
from cardwright.store.instants import instant
from cardwright.store.sqlite.cards import read_card
from cardwright.store.sqlite.change_rows import read_before
from cardwright.store.sqlite.contact_rows import COLUMNS, ContactRow, Rows
from cardwright.store.sqlite.keys import BITS, end, first_after, key, number_of
from cardwright.store.sqlite.rows import campaign_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import apsw

    from cardwright.book.change_ports import ChangeKind
    from cardwright.book.ports import Place
    from cardwright.book.stored import StoredContact
    from cardwright.store.sqlite.database import Database

_MUCH: Final = 4 * 1024 * 1024
"""Octets that end a read of contacts as they were."""
_AFTER: Final = """SELECT change, contact, kind, at, by, CASE WHEN ? THEN before END FROM change
    WHERE change >= ? AND change < ? ORDER BY change LIMIT ?"""
# A record names, by its revision, the change that made what it tells of; what has no record comes after the one before.
_ONE: Final = "SELECT change, contact, kind, at, by, before FROM change WHERE change = ? AND contact = ?"
_EARLIER: Final = "SELECT max(change) FROM change WHERE contact = ? AND before IS NOT NULL AND change < ?"
_LATER: Final = """SELECT before FROM change WHERE contact = ? AND before IS NOT NULL AND change > ?
    ORDER BY change LIMIT 1"""
_NOW: Final = f"SELECT {COLUMNS} FROM contact WHERE contact = ?"  # noqa: S608 - constant
_ChangeRow = tuple[int, int, "ChangeKind", int, str, str | None]


class SqliteChanges:
    """The port `book.change_ports.ChangeStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def after(self, place: Place, sequence: int, limit: int, *, full: bool = False) -> Sequence[Change]:
        """Return the changes of the campaign after `sequence`, `limit` at most; with `full`, what was there before."""

        def look(connection: apsw.Connection) -> list[Change]:
            account, campaign = campaign_numbers(connection, *place)
            bounds = (full, first_after(campaign, sequence), end(campaign), limit)
            rows = cast("Iterable[_ChangeRow]", connection.execute(_AFTER, bounds))
            contacts, changes, octets = Rows(connection, account), [], 0
            for change, contact, kind, at, by, before in rows:
                was = before and _contact(connection, contacts, before)
                changes.append(Change(number_of(change), number_of(contact), kind, instant(at), by, was or None))
                octets += len(before or "") + (len(was.card) if was else 0)
                if octets >= _MUCH:
                    break
            return changes

        return await self._database.read(look)

    async def of(self, place: Place, number: int, limit: int, until: int | None = None) -> Sequence[Change]:
        """Return what happened to one contact, the latest first, each with what it was before and after."""

        def look(connection: apsw.Connection) -> list[Change]:
            account, campaign = campaign_numbers(connection, *place)
            history = _History(connection, Rows(connection, account), key(campaign, number))
            latest = history.latest()
            if latest is None:
                raise NotFoundError(f"there is no contact {number}")
            return history.back_from(latest if until is None else key(campaign, until), limit)

        return await self._database.read(look)


class _History:
    """What happened to one contact: each record leads to the one before it."""

    def __init__(self, connection: apsw.Connection, rows: Rows, contact: int) -> None:
        self._connection = connection
        self._rows = rows
        self._contact = contact

    def latest(self) -> int | None:
        """Return the key of the last change; None where nothing is known of the contact."""
        now = self._now()
        return key(now.campaign, now.revision) if now else self._earlier(end(self._contact >> BITS))

    def back_from(self, change: int | None, limit: int) -> list[Change]:
        """Return a change and those before it."""
        changes: list[Change] = []
        octets, after = 0, self._after(change) if change else None
        while change and len(changes) < limit and octets < _MUCH:
            row = self._connection.execute(_ONE, (change, self._contact)).fetchone()
            if row is None:
                break
            _, _, kind, at, by, record = cast("_ChangeRow", row)
            before = _contact(self._connection, self._rows, record) if record else None
            if after and after.revision != number_of(change):
                after = None
            told = Change(number_of(change), number_of(self._contact), kind, instant(at), by, before, after)
            changes.append(told)
            octets += len(record or "") + (len(before.card) if before else 0)
            after = before
            if before:
                change = key(change >> BITS, before.revision)
            else:
                change = None if kind == "created" else self._earlier(change)
        return changes

    def _after(self, change: int) -> StoredContact | None:
        """Return the contact as a change left it, or some later state where that is not known."""
        record = self._connection.execute(_LATER, (self._contact, change)).get
        if record:
            return _contact(self._connection, self._rows, record)
        now = self._now()
        return self._rows.full(now) if now else None

    def _now(self) -> ContactRow | None:
        row = self._connection.execute(_NOW, (self._contact,)).fetchone()
        return ContactRow._make(row) if row else None

    def _earlier(self, change: int) -> int | None:
        earlier = self._connection.execute(_EARLIER, (self._contact, change)).get
        return None if earlier is None else int(earlier)


def _contact(connection: apsw.Connection, rows: Rows, before: str) -> StoredContact:
    was = read_before(before)
    return rows.stored(was.row)._replace(card=read_card(connection, was.card))
