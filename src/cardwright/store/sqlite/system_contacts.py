"""The contacts that the server makes: one in every campaign for every partner user, in step with them (PC-11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cardwright.book.partners import PartnerUser
from cardwright.book.ports import Draft
from cardwright.contact.model import Contact, Email, Name
from cardwright.contact.uid import new_uid
from cardwright.store.sqlite import bulk, writes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cardwright.book.stored import StoredContact
    from cardwright.store.sqlite.writer import WriteConnection

BY: Final = "partner user"
_USERS: Final = """
    SELECT user, partner.id, first, last, email, title
    FROM partner JOIN partner_user USING (partner) WHERE account = ? ORDER BY user"""


def make_for_user(connection: WriteConnection, account: int, user: int, partner: str, texts: PartnerUser) -> None:
    """Make the contacts of a new user, one in every campaign."""
    query = "SELECT campaign FROM campaign WHERE account = ? AND id NOT LIKE '/%' ORDER BY campaign"
    campaigns: list[tuple[Any, ...]] = connection.execute(query, (account,)).fetchall()
    for (campaign,) in campaigns:
        _keep(connection, (account, campaign), {user: _draft(partner, texts)})


def make_for_campaign(connection: WriteConnection, account: int, campaign: int) -> None:
    """Make the contacts of a new campaign, one for every user."""
    users: list[tuple[Any, ...]] = connection.execute(_USERS, (account,)).fetchall()
    drafts = {user: _draft(partner, PartnerUser("", *texts)) for user, partner, *texts in users}
    _keep(connection, (account, campaign), drafts)


def update_for_user(connection: WriteConnection, account: int, user: int, texts: PartnerUser) -> None:
    """Bring the user's contacts into step; a title that was set by API stays."""
    for contact in _contacts(connection, user):
        found = writes.present(connection, account, contact)
        if found:
            was, old = found
            new = _in_step(old, texts)
            if new != old:
                writes.replace(connection, was, old, new, BY)


def remove_for_user(connection: WriteConnection, account: int, user: int) -> None:
    """Remove the user's contacts."""
    for contact in _contacts(connection, user):
        found = writes.present(connection, account, contact)
        if found:
            writes.remove(connection, *found, BY)


def with_title(connection: WriteConnection, user: int, stored: StoredContact) -> StoredContact:
    """Return the contact with its user's title, unless it has one of its own."""
    if stored.own_title:
        return stored
    title = connection.execute("SELECT title FROM partner_user WHERE user = ?", (user,)).get
    return stored._replace(contact=stored.contact._replace(title=title))


def _contacts(connection: WriteConnection, user: int) -> list[Any]:
    return [contact for (contact,) in connection.execute("SELECT contact FROM contact WHERE user = ?", (user,))]


def _keep(connection: WriteConnection, numbers: tuple[int, int], drafts: Mapping[int, Draft]) -> None:
    """Keep the new contacts of these users in the account and campaign of `numbers`."""
    bulk.insert(connection, numbers, bulk.bulk_of(numbers[1], list(drafts.values()), drafts), BY)


def _draft(partner: str, user: PartnerUser) -> Draft:
    name = Name(user.first, user.last)
    return Draft(Contact(name, title=user.title, emails=(Email(user.email),), uid=new_uid()), (partner,))


def _in_step(old: StoredContact, user: PartnerUser) -> StoredContact:
    contact = old.contact._replace(
        name=old.contact.name._replace(first=user.first, last=user.last),
        emails=(Email(user.email), *old.contact.emails[1:]),
        title=old.contact.title if old.own_title else user.title,
    )
    return old._replace(contact=contact)
