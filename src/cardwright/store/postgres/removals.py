"""Removing accounts and campaigns in slices, each a transaction of its own, so that others can write in between.

A campaign is hidden first, under an id that nobody can name: it is gone at once, and its id is free again. What is left
when that is cut short goes with the next campaign of the account that is removed, or with the account.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from cardwright.errors import NotFoundError
from cardwright.store.postgres.erase_contact import forget_image
from cardwright.store.postgres.numbers import HIDDEN, lock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.store.postgres.database import Database
    from cardwright.store.postgres.driver import Connection

_SLICE: Final = 500
_REMOVED: Final = f"{HIDDEN}removed/"

# What a campaign has, and what orders it there. A slice of each goes at a time.
_OF_CAMPAIGNS: Final = (
    ("share_link", "number"),
    ("kept_upload", "name"),
    ("card", "number"),
    ("search", "number"),
    ("contact", "number"),
    ("sort_name", "number"),
    ("card_name", "number"),
    ("left_name", "sequence"),
    ("book_state", "book"),
    ("book_property", "namespace"),
    ("change", "sequence"),
    ("original", "original"),
    ("group_card", "number"),
    ("merged", "second"),
    ("duplicate", "second"),
    ("duplicates_looked", "sequence"),
    ("not_same", "second"),
    ("block", "block"),
    ("import_piece", "number"),
    ("import_job", "id"),
)
_OF_ACCOUNTS: Final = (
    ("image", "digest"),
    ("repeat", "key"),
    ("remembered_mapping", "header"),
    ("partner_user", "id"),
    ("partner", "id"),
    ("book_property", "namespace"),
)
_LAST: Final = (
    "session",
    "token",
    "partner_user",
    "partner",
    "image",
    "repeat",
    "remembered_mapping",
    "book_property",
    "card_name",
    "book_state",
    "left_name",
    "import_piece",
    "import_job",
    "campaign",
    "counter",
    "account",
)
_KEYS: Final = f"""SELECT key FROM repeat WHERE account = $1 AND key > $3 AND (
      EXISTS (SELECT FROM contact WHERE contact.account = $1 AND campaign = $2 AND contact.number = repeat.number)
      OR EXISTS (SELECT FROM change WHERE change.account = $1 AND campaign = $2 AND change.number = repeat.number
        AND before IS NOT NULL)
    ) ORDER BY key LIMIT {_SLICE}"""  # noqa: S608 - constant
_IMAGES: Final = f"SELECT digest FROM image WHERE account = $1 AND digest > $2 ORDER BY digest LIMIT {_SLICE}"  # noqa: S608 - constant


async def hide(connection: Connection, account: int, campaign: str) -> list[int]:
    """Hide a campaign of the account, and return the numbers of all that are hidden; NotFoundError for none."""
    await lock(connection, account)  # names are given under it
    command = "UPDATE campaign SET id = $3 WHERE account = $1 AND id = $2"
    await connection.execute(command, account, campaign, f"{_REMOVED}{secrets.token_hex(16)}")
    query = "SELECT campaign FROM campaign WHERE account = $1 AND id LIKE $2 ORDER BY campaign"
    # The contacts of partner users are in the book of all campaigns as those of the first, which may be another now.
    await connection.execute("UPDATE book_state SET named = -1 WHERE account = $1 AND book = 0", account)
    hidden = [int(row[0]) for row in await connection.rows(query, account, f"{_REMOVED}%")]
    if not hidden:
        raise NotFoundError(f"there is no campaign {campaign}")
    return hidden


async def campaign_goes(database: Database, account: int, campaign: int) -> None:
    """Remove a hidden campaign and everything in it."""
    await _keys_go(database, account, campaign)
    await _rows_go(database, account, campaign)
    await _images_go(database, account)
    command = "DELETE FROM campaign WHERE account = $1 AND campaign = $2"
    await database.write(lambda c: c.execute(command, account, campaign))


async def account_goes(database: Database, account: int) -> None:
    """Remove an account whose credentials have ended, and everything that it has."""
    query = "SELECT campaign FROM campaign WHERE account = $1 ORDER BY campaign"
    is_gone = False
    while not is_gone:  # a campaign may have come meanwhile, with contacts
        for (campaign,) in await database.read(lambda c: c.rows(query, account)):
            await _rows_go(database, account, campaign)
        for table, key in _OF_ACCOUNTS:
            await _slices_go(database, table, key, {"account": account})
        is_gone = await database.write(lambda c: _end(c, account))


async def _end(connection: Connection, account: int) -> bool:
    """Remove the account and the few rows that have come since; False, and nothing is done, if there are contacts."""
    await connection.row("SELECT 1 FROM counter WHERE account = $1 FOR UPDATE", account)
    if await connection.value("SELECT 1 FROM contact WHERE account = $1 LIMIT 1", account) is not None:
        return False
    for table in _LAST:
        await connection.execute(f"DELETE FROM {table} WHERE account = $1", account)  # noqa: S608 - constants
    return True


async def _rows_go(database: Database, account: int, campaign: int) -> None:
    for table, key in _OF_CAMPAIGNS:
        await _slices_go(database, table, key, {"account": account, "campaign": campaign})


async def _slices_go(database: Database, table: str, key: str, of: dict[str, int]) -> None:
    """Remove the rows of a table, a slice at a time."""
    where = " AND ".join(f"{column} = ${at}" for at, column in enumerate(of, 1))
    rows = f"SELECT {key} FROM {table} WHERE {where} ORDER BY {key} LIMIT {_SLICE}"  # noqa: S608 - constants
    command = f"DELETE FROM {table} WHERE {where} AND {key} IN ({rows})"  # noqa: S608 - constants
    while await database.write(lambda c: c.execute(command, *of.values())):
        pass


async def _keys_go(database: Database, account: int, campaign: int) -> None:
    """Let go of the idempotency keys under which contacts of the campaign were made; they know only the number."""
    after = ""

    async def some(connection: Connection) -> Sequence[str]:
        keys = [str(row[0]) for row in await connection.rows(_KEYS, account, campaign, after)]
        await connection.execute("DELETE FROM repeat WHERE account = $1 AND key = ANY($2)", account, keys)
        return keys

    while keys := await database.write(some):
        after = keys[-1]


async def _images_go(database: Database, account: int) -> None:
    """Let go of images that nothing points to any more."""
    after = ""

    async def some(connection: Connection) -> Sequence[str]:
        await lock(connection, account)
        digests = [str(row[0]) for row in await connection.rows(_IMAGES, account, after)]
        for digest in digests:
            await forget_image(connection, account, digest)
        return digests

    while digests := await database.write(some):
        after = digests[-1]
