"""The contacts of partner users, one in every campaign (PC-11): which they are. What they say, the book decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cardwright.book.partners import PartnerUser
from cardwright.store.sqlite import bulk, writes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cardwright.book.ports import Draft, Edit, MakeContact
    from cardwright.store.sqlite.writer import WriteConnection

_USERS: Final = """
    SELECT user, partner.id, partner_user.id, first, last, email, title
    FROM partner JOIN partner_user USING (partner) WHERE account = ? ORDER BY user"""


def make_for_user(connection: WriteConnection, account: int, user: int, made: Callable[[], Draft], by: str) -> None:
    """Keep the contacts of a new user, one in every campaign."""
    query = "SELECT campaign FROM campaign WHERE account = ? AND id NOT LIKE '/%' ORDER BY campaign"
    campaigns: list[tuple[Any, ...]] = connection.execute(query, (account,)).fetchall()
    for (campaign,) in campaigns:
        _keep(connection, (account, campaign), {user: made()}, by)


def make_for_campaign(connection: WriteConnection, account: int, campaign: int, made: MakeContact, by: str) -> None:
    """Keep the contacts of a new campaign, one for every user."""
    users: list[tuple[Any, ...]] = connection.execute(_USERS, (account,)).fetchall()
    drafts = {user: made(partner, PartnerUser(str(number), *texts)) for user, partner, number, *texts in users}
    _keep(connection, (account, campaign), drafts, by)


def edit_for_user(connection: WriteConnection, account: int, user: int, edit: Edit, by: str) -> None:
    """Edit the user's contacts."""
    for contact in _contacts(connection, user):
        writes.edit(connection, account, contact, edit, by)


def remove_for_user(connection: WriteConnection, account: int, user: int, by: str) -> None:
    """Remove the user's contacts."""
    for contact in _contacts(connection, user):
        present = writes.present(connection, account, contact)
        if present:
            writes.remove(connection, *present, by)


def _contacts(connection: WriteConnection, user: int) -> list[Any]:
    return [contact for (contact,) in connection.execute("SELECT contact FROM contact WHERE user = ?", (user,))]


def _keep(connection: WriteConnection, numbers: tuple[int, int], drafts: Mapping[int, Draft], by: str) -> None:
    """Keep the new contacts of these users in the account and campaign of `numbers`."""
    bulk.insert(connection, numbers, bulk.bulk_of(numbers[1], list(drafts.values()), drafts), by)
