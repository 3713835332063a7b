"""The end of an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cardwright.store.sqlite.contact_rows import COLUMNS, Rows
from cardwright.store.sqlite.finding.block_counts import drop
from cardwright.store.sqlite.index_terms import terms
from cardwright.store.sqlite.keys import end, first_after
from cardwright.store.sqlite.writer import Entry

if TYPE_CHECKING:
    from cardwright.store.sqlite.writer import WriteConnection

_SLICE: Final = 500


def lock_out(connection: WriteConnection, account: int) -> int:
    """End the account's credentials at once, and return its number; if the rest is cut short, it can be repeated."""
    connection.execute("DELETE FROM token WHERE account = ?", (account,))
    connection.execute("UPDATE account SET key = randomblob(32) WHERE account = ?", (account,))
    return account


def remove_some(connection: WriteConnection, account: int) -> bool:
    """Remove a slice of what the account has; False when it was the last, and the account is gone."""
    query = "SELECT campaign FROM campaign WHERE account = ?"
    campaigns: list[tuple[Any, ...]] = connection.execute(query, (account,)).fetchall()
    for (campaign,) in campaigns:
        if _contacts(connection, account, campaign) or _changes(connection, campaign):
            return True
        drop(connection, campaign)
    connection.execute("DELETE FROM campaign WHERE account = ?", (account,))
    connection.execute("DELETE FROM account WHERE account = ?", (account,))
    return False


def _contacts(connection: WriteConnection, account: int, campaign: int) -> bool:
    query = f"SELECT {COLUMNS} FROM contact WHERE contact >= ? AND contact < ? LIMIT ?"  # noqa: S608 - constant
    rows: list[tuple[Any, ...]] = connection.execute(query, (first_after(campaign), end(campaign), _SLICE)).fetchall()
    stored = Rows(connection, account).stored
    for row in rows:
        connection.search.append(Entry(comes=False, contact=row[0], terms=terms(campaign, stored(row))))
    connection.executemany("DELETE FROM contact WHERE contact = ?", ((row[0],) for row in rows))
    connection.execute("UPDATE campaign SET contacts = contacts - ? WHERE campaign = ?", (len(rows), campaign))
    return bool(rows)


def _changes(connection: WriteConnection, campaign: int) -> bool:
    command = "DELETE FROM change WHERE change IN (SELECT change FROM change WHERE change >= ? AND change < ? LIMIT ?)"
    connection.execute(command, (first_after(campaign), end(campaign), _SLICE))
    return bool(connection.changes())
