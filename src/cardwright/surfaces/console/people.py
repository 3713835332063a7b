"""A contact as a row of a list shows it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.book.name_order import full_name
from cardwright.limits import ROW_NAME, ROW_TEXT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cardwright.book.stored import StoredContact
    from cardwright.contact.model import Phone

_TINTS: Final = 6  # grounds for initials in the style sheet
_WIDEST: Final = 6  # octets of a character, as HTML
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


def row_of(stored: StoredContact) -> Person:
    """Return the same with long texts cut, so that a page of rows stays small (CW-5); the contact's page has all."""
    person, most = person_of(stored), ROW_TEXT.value
    return person._replace(
        name=cut(person.name, ROW_NAME.value),
        under=cut(person.under, most),
        email=cut(person.email, most),
        phone=cut(person.phone, most),
        labels=[cut(label, most) for label in person.labels],
    )


def cut(text: str, most: int) -> str:
    """Return a text that takes at most so many octets of HTML, and an ellipsis; `&` takes five."""
    if len(text) * _WIDEST <= most:
        return text
    octets = 0
    for at, character in enumerate(text):
        octets += len(escape(character).encode("utf-8", "replace"))
        if octets > most:
            return text[:at].rstrip() + "…"
    return text


def initials_of(name: str) -> str:
    """Return the first letters of the first and the last word that begin with one, in capitals: `WC`."""
    first = [word[0] for word in name.split() if word[0].isalnum()]
    return "".join(first[:1] + first[1:][-1:]).upper()


def shown_number(phone: Phone) -> str:
    """Return a number in international form where its country is known, else as its owner wrote it."""
    if not phone.country:
        return phone.number
    from cardwright.contact.international import international

    return international(phone.number, phone.country)
