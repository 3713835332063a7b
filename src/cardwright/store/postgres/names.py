"""The table `sort_name`, the index of names: brought up to date from the changes, and what it does not know yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.store.names import key_of
from cardwright.store.postgres.contact_rows import columns_in, rows_at

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cardwright.store.postgres.contact_rows import Spot
    from cardwright.store.postgres.driver import Connection
    from cardwright.store.walk import OrderEntry

_PORTION: Final = 10_000  # changes of one unit of work
_NAMED: Final = "SELECT named FROM campaign WHERE account = $1 AND campaign = $2"
_CHANGES: Final = """SELECT sequence, number FROM change
    WHERE account = $1 AND campaign = $2 AND sequence > $3 ORDER BY account, campaign, sequence LIMIT $4"""
_PUT: Final = """INSERT INTO sort_name (account, campaign, name, number)
    SELECT $1, $2, name, number FROM unnest($3::text[], $4::bigint[]) AS named(name, number)
    ON CONFLICT (account, campaign, number) DO UPDATE SET name = excluded.name WHERE sort_name.name <> excluded.name"""
_GONE: Final = """DELETE FROM sort_name USING unnest($3::bigint[]) AS gone(number)
    WHERE account = $1 AND campaign = $2 AND sort_name.number = gone.number"""
_REACHED: Final = "UPDATE campaign SET named = $3 WHERE account = $1 AND campaign = $2"


async def bring(connection: Connection, numbers: tuple[int, int]) -> bool:
    """Bring the names up to date by a portion of the changes; say whether there are more.

    It holds the row of the campaign, which every change of a contact waits for: what is erased meanwhile takes its name
    along afterwards.
    """
    named = await connection.value(f"{_NAMED} FOR UPDATE", *numbers)
    if named is None:  # the campaign has gone meanwhile
        return False
    changes = await connection.rows(_CHANGES, *numbers, named, _PORTION)
    if changes:
        changed = {int(row[1]) for row in changes}
        entries = sorted(await entries_of(connection, numbers, changed))
        gone = changed.difference(number for _, number in entries)
        await connection.execute(_GONE, *numbers, sorted(gone))
        await connection.execute(_PUT, *numbers, [name for name, _ in entries], [number for _, number in entries])
        await connection.execute(_REACHED, *numbers, changes[-1][0])
    return len(changes) == _PORTION


async def behind(
    connection: Connection, numbers: tuple[int, int], most: int
) -> tuple[list[int], list[OrderEntry]] | None:
    """Return the contacts that changed since, and the entries of those that are there; None for more than `most`."""
    named = await connection.value(_NAMED, *numbers)
    changes = await connection.rows(_CHANGES, *numbers, named, most + 1)
    if len(changes) > most:
        return None
    changed = sorted({int(row[1]) for row in changes})
    return changed, await entries_of(connection, numbers, changed) if changed else []


async def entries_of(connection: Connection, numbers: tuple[int, int], contacts: Iterable[int]) -> list[OrderEntry]:
    """Return the entries of those of the contacts that are there, as they are now."""
    rows = await rows_at(connection, numbers, sorted(contacts))
    return [(key_of(columns_in(row)), int(row[0])) for row in rows]


async def forget(connection: Connection, spot: Spot) -> None:
    """Remove the name of a contact that is erased."""
    await connection.execute("DELETE FROM sort_name WHERE account = $1 AND campaign = $2 AND number = $3", *spot)
