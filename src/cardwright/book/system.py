"""Contacts that the server makes itself (PC-11): one in every campaign for each partner user, in step with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.book.ports import Draft
from cardwright.contact.model import Contact, Email, Name
from cardwright.contact.uid import new_uid
from cardwright.errors import ForbiddenError

if TYPE_CHECKING:
    from cardwright.book.partners import PartnerUser
    from cardwright.book.stored import StoredContact

BY: Final = "partner user"
"""Who makes, changes and removes them, for the audit trail."""


def draft(partner: str, user: PartnerUser) -> Draft:
    """Return a new contact of a user of this partner account."""
    name = Name(user.first, user.last)
    return Draft(Contact(name, title=user.title, emails=(Email(user.email),), uid=new_uid()), (partner,))


def in_step(stored: StoredContact, user: PartnerUser) -> StoredContact:
    """Return the contact with what its user is called now; a title of its own stays."""
    contact = stored.contact._replace(
        name=stored.contact.name._replace(first=user.first, last=user.last),
        emails=(Email(user.email), *stored.contact.emails[1:]),
        title=stored.contact.title if stored.own_title else user.title,
    )
    return stored._replace(contact=contact)


def with_title(stored: StoredContact) -> StoredContact:
    """Return the contact with its user's title, unless it is no user's or has a title of its own."""
    if stored.user is None or stored.own_title:
        return stored
    return stored._replace(contact=stored.contact._replace(title=stored.user.title))


def refuse_system(stored: StoredContact) -> None:
    """Raise ForbiddenError for a system-created contact: deleted or erased, it would come back."""
    if stored.system:
        raise ForbiddenError("a system-created contact goes when its partner user goes")
