"""The numbers of accounts and campaigns, and the lock of an account."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from cardwright.errors import NotFoundError

if TYPE_CHECKING:
    from cardwright.book.ports import Place
    from cardwright.store.postgres.driver import Connection

LARGEST: Final = 2**63 - 1
"""The highest number that a column holds: a stranger may ask for a higher one."""
HIDDEN: Final = "/"
"""Begins the id of a campaign that is being removed: nobody can name it, for an id has no slash."""
_CAMPAIGN: Final = "SELECT campaign FROM campaign WHERE account = $1 AND id = $2"
_REMEMBERED: Final = 10_000  # accounts


def drawn() -> int:
    """Return a number that nobody else has: no node has to ask another for it."""
    return secrets.randbits(63)


def sayable(*names: str) -> bool:
    """Say whether PostgreSQL can be asked for these names; nothing is called what it cannot hold."""
    return not any("\0" in name or not name.isprintable() for name in names)


async def account_number(connection: Connection, sid: str) -> int:
    """Return the number of an account; NotFoundError when there is none."""
    query = "SELECT account FROM account WHERE sid = $1"
    number = await connection.value(query, sid) if sayable(sid) else None
    if number is None:
        raise NotFoundError(f"there is no account {sid}")
    return int(number)


async def campaign_numbers(connection: Connection, place: Place) -> tuple[int, int]:
    """Return the numbers of an account and of a campaign of it; NotFoundError when there is no such campaign."""
    sid, campaign = place
    known = connection.accounts.get(sid)
    if sayable(sid, campaign) and not campaign.startswith(HIDDEN):
        number = await connection.value(_CAMPAIGN, known, campaign) if known is not None else None
        if known is not None and number is not None:
            return known, int(number)
        return await _looked_up(connection, place)
    raise NotFoundError(f"there is no campaign {campaign}")


async def _looked_up(connection: Connection, place: Place) -> tuple[int, int]:
    """Return the numbers, asked for one after the other: an account may have come in the place of one of that SID."""
    sid, campaign = place
    connection.accounts.pop(sid, None)
    account = await connection.value("SELECT account FROM account WHERE sid = $1", sid)
    number = None if account is None else await connection.value(_CAMPAIGN, account, campaign)
    if number is None:
        raise NotFoundError(f"there is no campaign {campaign}")
    if len(connection.accounts) >= _REMEMBERED:
        connection.accounts.clear()
    connection.accounts[sid] = int(account)
    return int(account), int(number)


async def lock(connection: Connection, account: int) -> None:
    """Hold the lock of an account until the transaction ends; NotFoundError when the account has gone meanwhile.

    Whoever makes contacts holds it, so whoever removes what they may point to does so too. It is taken before the row
    of a contact or a campaign, never after.
    """
    if await connection.value("SELECT 1 FROM counter WHERE account = $1 FOR UPDATE", account) is None:
        raise NotFoundError("there is no such account any more")
