"""Share links: who has one sees the card of a contact, without signing in, until it ends (CW-52 to CW-54).

    token = await make(store.shares, Place(sid, "1000"), 2750, days=7)
    shared = await find(store.shares, token)      # NotFoundError once it is stopped or over, or the contact is gone

A contact has one link at most: a new one ends the old one. Of a contact that is deleted nobody finds the link; it is
there again when the contact is, by an undo or a restore, unless its time is over. Erasing a contact removes it.
"""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from cardwright.book.accounts import digest
from cardwright.contact.model import Contact
from cardwright.errors import Fault, InvalidError, NotFoundError, Rule

if TYPE_CHECKING:
    from cardwright.book.ports import Place

DAYS: Final = (0, 1, 7, 30)
"""How long a link works; 0 until it is stopped."""
_OCTETS: Final = 18  # 144 bits, 24 characters
_TOKEN: Final = re.compile("[A-Za-z0-9_-]{24}")


class ShareLink(NamedTuple):
    """The link of a contact, without its token, which nobody knows but those who were given it."""

    made: datetime
    until: datetime | None
    """When it ends by itself."""


class SharedContact(NamedTuple):
    """What a link shows."""

    sid: str
    campaign: str
    number: int


class ShareStore(Protocol):
    """Where share links are kept, by a digest of their tokens."""

    async def keep(self, place: Place, number: int, digest: bytes, until: datetime | None) -> None:
        """Keep the link of a contact, in place of one that it had; NotFoundError when there is no such contact."""

    async def of(self, place: Place, number: int) -> ShareLink | None:
        """Return the link of a contact, unless it has ended."""

    async def stop(self, place: Place, number: int) -> None:
        """End the link of a contact, if there is one; on every worker at once, for none remembers it."""

    async def find(self, digest: bytes) -> SharedContact | None:
        """Return what the link shows, unless it has ended, or contact or campaign are gone."""


async def make(store: ShareStore, place: Place, number: int, *, days: int = 0) -> str:
    """Share a contact for so many days, and return the token of its link, which is not kept.

    Raises InvalidError for other days than `DAYS`, NotFoundError when there is no such contact.
    """
    if days not in DAYS:
        raise InvalidError([Fault("days", Rule.FORM, f"must be one of {', '.join(map(str, DAYS))}")])
    token = secrets.token_urlsafe(_OCTETS)
    until = datetime.now(UTC) + timedelta(days=days) if days else None
    await store.keep(place, number, digest(token), until)
    return token


async def find(store: ShareStore, token: str) -> SharedContact:
    """Return what the link with this token shows; NotFoundError for every reason alike (CW-54)."""
    shared = await store.find(digest(token)) if _TOKEN.fullmatch(token) else None
    if shared is None:
        raise NotFoundError("there is no such link")
    return shared


def shown(contact: Contact) -> Contact:
    """Return what a share link shows of a contact (CW-53): no note, labels, UID or date, and no other property."""
    return Contact(
        contact.name,
        contact.organization,
        contact.title,
        phones=contact.phones,
        emails=contact.emails,
        addresses=contact.addresses,
        websites=contact.websites,
        photo=contact.photo,
    )
