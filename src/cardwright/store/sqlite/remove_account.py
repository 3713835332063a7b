"""Removing an account in slices, each a commit of its own, so that others can write in between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from cardwright.book.index_terms import terms
from cardwright.store.sqlite.contact_rows import COLUMNS, Rows
from cardwright.store.sqlite.finding.block_counts import drop
from cardwright.store.sqlite.finding.names import names_go
from cardwright.store.sqlite.forgetting import books_go
from cardwright.store.sqlite.job_removal import jobs_go
from cardwright.store.sqlite.keys import end, first_after
from cardwright.store.sqlite.shares import shares_go
from cardwright.store.sqlite.writer import IndexEntry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cardwright.store.sqlite.writer import WriteConnection

_ROWS: Final = 500
"""Rows of a slice."""
OCTETS: Final = 4 * 1024 * 1024
"""Octets of a slice, as far as rows have large parts: whatever is deleted is overwritten on the disk."""

_CONTACTS: Final = f"""
    SELECT coalesce(octet_length(card), 0) + coalesce(octet_length(more), 0), {COLUMNS}
    FROM contact LEFT JOIN card USING (contact) WHERE contact >= ? AND contact < ? ORDER BY contact LIMIT {_ROWS}"""  # noqa: S608 - constant
_CHANGES: Final = f"""
    SELECT coalesce(octet_length(before), 0), change FROM change
    WHERE change >= ? AND change < ? ORDER BY change LIMIT {_ROWS}"""  # noqa: S608 - constant
_ORIGINALS: Final = f"""
    SELECT octet_length(card), original FROM original
    WHERE contact >= ? AND contact < ? ORDER BY contact LIMIT {_ROWS}"""  # noqa: S608 - constant
_GROUPS: Final = f"""
    SELECT octet_length(card), group_card FROM group_card
    WHERE group_card >= ? AND group_card < ? ORDER BY group_card LIMIT {_ROWS}"""  # noqa: S608 - constant
_DUPLICATES: Final = f"SELECT first, second, key FROM duplicate WHERE campaign = ? LIMIT {_ROWS}"  # noqa: S608 - constant
_IMAGES: Final = f"""
    SELECT octet_length(data) + octet_length(small), digest FROM image WHERE account = ? LIMIT {_ROWS}"""  # noqa: S608 - constant
# What has no large parts, in an order in which nothing points to what is gone.
_OTHERS: Final = tuple(
    f"DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {rows} WHERE account = ?1 LIMIT {_ROWS}) {more}"  # noqa: S608 - constants
    for table, key, rows, more in (
        ("repeat", "key", "repeat", "AND account = ?1"),
        ("remembered_mapping", "header", "remembered_mapping", "AND account = ?1"),
        ("partner_user", "user", "partner_user JOIN partner USING (partner)", ""),
        ("partner", "partner", "partner", ""),
    )
)


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
        if (
            shares_go(connection, campaign)
            or contacts_go(connection, account, campaign)
            or names_go(connection, campaign)
            or changes_go(connection, campaign)
            or originals_go(connection, campaign)
            or groups_go(connection, campaign)
            or duplicates_go(connection, campaign)
            or books_go(connection, campaign)
            or jobs_go(connection, campaign)
        ):
            return True
        drop(connection, campaign)
        few_go(connection, campaign)
    if _images(connection, account) or any(_others(connection, account, command) for command in _OTHERS):
        return True
    connection.execute("DELETE FROM book_property WHERE book = -?", (account,))
    connection.execute("DELETE FROM campaign WHERE account = ?", (account,))
    connection.execute("DELETE FROM account WHERE account = ?", (account,))
    return False


def contacts_go(connection: WriteConnection, account: int, campaign: int) -> bool:
    """Remove a slice of a campaign's contacts; False when there are none."""
    rows = _slice(connection.execute(_CONTACTS, (first_after(campaign), end(campaign))))
    stored = Rows(connection, account).stored
    for row in rows:
        connection.search.append(IndexEntry(comes=False, contact=row[0], terms=terms(campaign, stored(row))))
    connection.executemany("DELETE FROM contact WHERE contact = ?", ((row[0],) for row in rows))
    connection.execute("UPDATE campaign SET contacts = contacts - ? WHERE campaign = ?", (len(rows), campaign))
    return bool(rows)


def changes_go(connection: WriteConnection, campaign: int) -> bool:
    """Remove a slice of the records of a campaign's changes; False when there are none."""
    rows = _slice(connection.execute(_CHANGES, (first_after(campaign), end(campaign))))
    connection.executemany("DELETE FROM change WHERE change = ?", rows)
    return bool(rows)


def originals_go(connection: WriteConnection, campaign: int) -> bool:
    """Remove a slice of the originals of a campaign's cards; False when there are none."""
    rows = _slice(connection.execute(_ORIGINALS, (first_after(campaign), end(campaign))))
    connection.executemany("DELETE FROM original WHERE original = ?", rows)
    return bool(rows)


def groups_go(connection: WriteConnection, campaign: int) -> bool:
    """Remove a slice of a campaign's groups; False when there are none."""
    rows = _slice(connection.execute(_GROUPS, (first_after(campaign), end(campaign))))
    connection.executemany("DELETE FROM group_card WHERE group_card = ?", rows)
    return bool(rows)


def duplicates_go(connection: WriteConnection, campaign: int) -> bool:
    """Remove a slice of a campaign's duplicates; False when there are none."""
    rows: list[tuple[Any, ...]] = connection.execute(_DUPLICATES, (campaign,)).fetchall()
    command = "DELETE FROM duplicate WHERE campaign = ? AND first = ? AND second = ? AND key = ?"
    connection.executemany(command, ((campaign, *row) for row in rows))
    return bool(rows)


def few_go(connection: WriteConnection, campaign: int) -> None:
    """Remove what a campaign has few rows of: what people decided about its contacts."""
    for table in ("merged", "not_same", "duplicates_looked"):
        connection.execute(f"DELETE FROM {table} WHERE campaign = ?", (campaign,))  # noqa: S608 - constants


def _images(connection: WriteConnection, account: int) -> bool:
    rows = _slice(connection.execute(_IMAGES, (account,)))
    command = "DELETE FROM image WHERE account = ? AND digest = ?"
    connection.executemany(command, ((account, digest) for (digest,) in rows))
    return bool(rows)


def _others(connection: WriteConnection, account: int, command: str) -> bool:
    connection.execute(command, (account,))
    return bool(connection.changes())


def _slice(sized: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return the rows, without the octets that each begins with, until those are many; one at least if there is one."""
    rows: list[tuple[Any, ...]] = []
    octets = 0
    for size, *row in sized:
        octets += cast("int", size)
        if rows and octets > OCTETS:
            break
        rows.append(tuple(row))
    return rows
