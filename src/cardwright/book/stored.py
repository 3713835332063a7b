"""`StoredContact`: a contact with its number, revision, times, partner accounts, image and card."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

    from cardwright.book.partners import Partner, PartnerUser
    from cardwright.contact.model import Contact, Phone


class StoredContact(NamedTuple):
    """A contact with what the store knows about it."""

    number: int
    """Unique among the account's contacts."""
    system: bool
    """Made by the server for a partner user, and kept in step with them (PC-11)."""
    contact: Contact
    """Its `photo` is filled in where a card is wanted (`Contacts.full`, `Contacts.every`) and None elsewhere."""
    partners: tuple[Partner, ...]
    """The partner accounts it belongs to, in the order in which they were given."""
    image: str
    """The SHA-256 of its image in hexadecimal, `""` when it has none."""
    revision: int
    """Grows with every change; the same number never stands for two states of the contact."""
    created: datetime
    updated: datetime
    own_title: bool = False
    """A title was set for a system-created contact, which wins over the user's until it is cleared (PC-11)."""
    card: bytes = b""
    """The card it came as, with the changes made since; `b""` when it came otherwise. Read where `contact.photo` is."""
    user: PartnerUser | None = None
    """The partner user of a system-created contact, if there is one yet; filled in where it is changed or restored."""

    @property
    def id(self) -> str:
        """The public id: `2750`, or `M2751` for a system-created contact (PC-11)."""
        return f"M{self.number}" if self.system else str(self.number)

    @property
    def email(self) -> str:
        """The address that stands for the contact: its first."""
        return self.contact.emails[0].address if self.contact.emails else ""

    @property
    def work_phone(self) -> Phone | None:
        """The first phone labelled `work`: national digits and country (PC-22)."""
        return phone_of(self.contact, "work")

    @property
    def cellphone(self) -> Phone | None:
        """The first phone labelled `mobile`."""
        return phone_of(self.contact, "mobile")


def rev(moment: datetime) -> str:
    """Return the moment as REV has it, `20261123T093000Z`; slices, because strftime takes five times as long."""
    text = moment.isoformat()
    return f"{text[:4]}{text[5:7]}{text[8:13]}{text[14:16]}{text[17:19]}Z"


def weight(stored: StoredContact) -> int:
    """Return the octets of its card and its photo."""
    photo = stored.contact.photo
    return len(stored.card) + (len(photo.data) if photo else 0)


def phone_of(contact: Contact, label: str) -> Phone | None:
    """Return the first phone of `contact` with this label."""
    for phone in contact.phones:  # a generator would take three times as long, for every contact that is kept or shown
        if phone.label == label:
            return phone
    return None
