"""The table `sort_name`, the index of names: brought up to date from the changes, and what it does not know yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from msgspec.json import encode

from cardwright.store.names import key_of
from cardwright.store.sqlite.contact_rows import COLUMNS, columns_in
from cardwright.store.sqlite.keys import end, first_after, key, number_of

if TYPE_CHECKING:
    import apsw

    from cardwright.store.sqlite.writer import WriteConnection
    from cardwright.store.walk import OrderEntry

_PORTION: Final = 20_000  # changes of one unit of work
_NAMED: Final = "SELECT named FROM campaign WHERE campaign = ?"
_CHANGES: Final = "SELECT change, contact FROM change WHERE change >= ? AND change < ? ORDER BY change LIMIT ?"
_ROWS: Final = f"SELECT {COLUMNS} FROM json_each(?) CROSS JOIN contact ON contact.contact = value"  # noqa: S608 - constant
_PUT: Final = """INSERT INTO sort_name (contact, campaign, name)
    SELECT value ->> 1, ?, value ->> 0 FROM json_each(?) WHERE true
    ON CONFLICT (contact) DO UPDATE SET name = excluded.name WHERE name <> excluded.name"""
_GONE: Final = "DELETE FROM sort_name WHERE contact IN (SELECT value FROM json_each(?))"
_SLICE: Final = 5_000


def bring(connection: WriteConnection, campaign: int) -> bool:
    """Bring the names up to date by a portion of the changes; say whether there are more."""
    named = connection.execute(_NAMED, (campaign,)).get
    if named is None:  # the campaign has gone meanwhile
        return False
    changes = _changes(connection, campaign, named, _PORTION)
    if changes:
        entries = _entries(connection, sorted({contact for _, contact in changes}))
        gone = {contact for _, contact in changes}.difference(contact for _, contact in entries)
        connection.execute(_GONE, (encode(list(gone)).decode(),))
        connection.execute(_PUT, (campaign, encode(sorted(entries)).decode()))
        command = "UPDATE campaign SET named = ? WHERE campaign = ?"
        connection.execute(command, (number_of(changes[-1][0]), campaign))
    return len(changes) == _PORTION


def behind(connection: apsw.Connection, campaign: int, most: int) -> tuple[list[int], list[OrderEntry]] | None:
    """Return the contacts that changed since, and the entries of those that are there; None for more than `most`."""
    named = cast("int", connection.execute(_NAMED, (campaign,)).get)
    changes = _changes(connection, campaign, named, most + 1)
    if len(changes) > most:
        return None
    contacts = sorted({contact for _, contact in changes})
    entries: list[OrderEntry] = [(name, number_of(contact)) for name, contact in _entries(connection, contacts)]
    return [number_of(contact) for contact in contacts], entries


def entries_of(connection: apsw.Connection, contacts: list[int]) -> list[OrderEntry]:
    """Return the entries of these contacts, as they are now."""
    return [(name, number_of(contact)) for name, contact in _entries(connection, contacts)]


def names_go(connection: WriteConnection, campaign: int) -> bool:
    """Remove a slice of the names of a campaign that goes; False when there are none."""
    command = f"""DELETE FROM sort_name WHERE contact IN (
        SELECT contact FROM sort_name WHERE contact >= ? AND contact < ? LIMIT {_SLICE})"""  # noqa: S608 - constant
    connection.execute(command, (first_after(campaign), end(campaign)))
    return bool(connection.changes())


def forget(connection: WriteConnection, contact: int) -> None:
    """Remove the name of a contact that is erased."""
    connection.execute("DELETE FROM sort_name WHERE contact = ?", (contact,))


def _changes(connection: apsw.Connection, campaign: int, named: int, limit: int) -> list[tuple[int, int]]:
    bounds = (key(campaign, named + 1), end(campaign), limit)
    return cast("list[tuple[int, int]]", connection.execute(_CHANGES, bounds).fetchall())


def _entries(connection: apsw.Connection, contacts: list[int]) -> list[tuple[str, int]]:
    """Return the name and the contact of each that is there."""
    rows = connection.execute(_ROWS, (encode(contacts).decode(),))
    return [(key_of(columns_in(row)), cast("int", row[0])) for row in rows]
