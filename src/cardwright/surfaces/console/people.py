"""A contact as a row of a list shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.book.name_order import full_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cardwright.book.stored import StoredContact
    from cardwright.contact.model import Phone

_TINTS: Final = 6  # grounds for initials in the style sheet
_SHOWN: Final = 2  # labels of a row


class Person(NamedTuple):
    """What a row shows."""

    id: str
    name: str
    under: str
    """Title or organization."""
    email: str
    phone: str
    labels: Sequence[str]
    more_labels: int
    changed: datetime
    initials: str
    tint: int
    image: str


def person_of(stored: StoredContact) -> Person:
    """Return what a row shows of a contact."""
    contact, name = stored.contact, full_name(stored.contact)
    labels = contact.labels
    return Person(
        stored.id,
        name,
        contact.title or contact.organization,
        stored.email,
        shown_number(contact.phones[0]) if contact.phones else "",
        labels[:_SHOWN],
        len(labels) - _SHOWN if len(labels) > _SHOWN else 0,
        stored.updated,
        initials_of(name),
        sum(map(ord, name)) % _TINTS,
        stored.image,
    )


def initials_of(name: str) -> str:
    """Return the first letters of the first and the last word that begin with one, in capitals: `WC`."""
    first = [word[0] for word in name.split() if word[0].isalnum()]
    return "".join(first[:1] + first[1:][-1:]).upper()


def shown_number(phone: Phone) -> str:
    """Return a number in international form where its country is known, else as its owner wrote it."""
    if not phone.country:
        return phone.number
    from cardwright.contact.international import international  # noqa: PLC0415 - loads phonenumbers, 20 MB

    return international(phone.number, phone.country)
