"""The numbers of accounts and campaigns, and the lock of an account."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cardwright.errors import NotFoundError

if TYPE_CHECKING:
    from cardwright.book.ports import Place
    from cardwright.store.postgres.driver import Connection

LARGEST: Final = 2**63 - 1
"""The highest number that a column holds: a stranger may ask for a higher one."""
HIDDEN: Final = "/"
"""Begins the id of a campaign that is being removed: nobody can name it, for an id has no slash."""
_CAMPAIGN: Final = "SELECT campaign, contacts, sequence FROM campaign WHERE account = $1 AND id = $2"
_REMEMBERED: Final = 10_000  # accounts


class CampaignRow(NamedTuple):
    """What the row of a campaign says of it."""

    numbers: tuple[int, int]
    """Of its account and its own."""
    contacts: int
    sequence: int
    """Of its last change."""


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
    return (await campaign_row(connection, place)).numbers


async def campaign_row(connection: Connection, place: Place) -> CampaignRow:
    """Return what is known of a campaign; NotFoundError when there is no such campaign."""
    sid, campaign = place
    known = connection.accounts.get(sid)
    if sayable(sid, campaign) and not campaign.startswith(HIDDEN):
        row = await connection.row(_CAMPAIGN, known, campaign) if known is not None else None
        return await _looked_up(connection, place) if known is None or row is None else _row(known, row)
    raise NotFoundError(f"there is no campaign {campaign}")


def _row(account: int, row: tuple[Any, ...]) -> CampaignRow:
    number, contacts, sequence = row
    return CampaignRow((account, number), contacts, sequence)


async def _looked_up(connection: Connection, place: Place) -> CampaignRow:
    """Return the row, asked for one after the other: an account may have come in the place of one of that SID."""
    sid, campaign = place
    connection.accounts.pop(sid, None)
    account = await connection.value("SELECT account FROM account WHERE sid = $1", sid)
    row = None if account is None else await connection.row(_CAMPAIGN, account, campaign)
    if row is None:
        raise NotFoundError(f"there is no campaign {campaign}")
    if len(connection.accounts) >= _REMEMBERED:
        connection.accounts.clear()
    connection.accounts[sid] = account
    return _row(account, row)


async def lock(connection: Connection, account: int) -> None:
    """Hold the lock of an account until the transaction ends; NotFoundError when the account has gone meanwhile.

    Whoever makes contacts holds it, so whoever removes what they may point to does so too. It is taken before the row
    of a contact or a campaign, never after.
    """
    if await connection.value("SELECT 1 FROM counter WHERE account = $1 FOR UPDATE", account) is None:
        raise NotFoundError("there is no such account any more")
