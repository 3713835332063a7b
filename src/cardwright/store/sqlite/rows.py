"""What all tables need: the internal numbers of accounts and campaigns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cardwright.errors import NotFoundError

if TYPE_CHECKING:
    import apsw


def account_number(connection: apsw.Connection, sid: str) -> int:
    """Return the number of an account; NotFoundError when there is none."""
    number = connection.execute("SELECT account FROM account WHERE sid = ?", (sid,)).get
    if number is None:
        raise NotFoundError(f"there is no account {sid}")
    return int(number)


def campaign_numbers(connection: apsw.Connection, sid: str, campaign: str) -> tuple[int, int]:
    """Return the numbers of an account and of a campaign of it; NotFoundError when there is no such campaign."""
    query = "SELECT account, campaign FROM account JOIN campaign USING (account) WHERE sid = ? AND id = ?"
    row = connection.execute(query, (sid, campaign)).fetchone()
    if row is None:
        raise NotFoundError(f"there is no campaign {campaign}")
    account, number = row
    return int(account), int(number)
