"""The fields of a stored contact as people see them: what each is called, what it holds, and how it is put back.

| field            | holds                                                     |
|------------------|-----------------------------------------------------------|
| `Last name`      | a part of the name                                        |
| `Title`          | the title, and whether a system-created contact has its own |
| `Email`, `Phone` … | the whole list, with labels                             |
| `Card`           | what the card says beyond all of these                    |

For example, what an edit of the title changed:

    changed(before, after)  →  (TITLE,)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cardwright.book.differences import unmodelled_values
from cardwright.contact.model import Name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cardwright.book.stored import StoredContact


class Field(NamedTuple):
    """One field of a stored contact."""

    name: str
    """As people read it: `Last name`."""
    value: Callable[[StoredContact], Any]
    """What the contact holds, to be compared and put back."""
    put: Callable[[StoredContact, StoredContact], StoredContact]
    """Makes of a contact one that holds what another holds."""
    texts: Callable[[StoredContact], tuple[str, ...]]
    """What it holds in words, a text for each member of a list; nothing where there is nothing to say."""


def changed(before: StoredContact, after: StoredContact) -> tuple[Field, ...]:
    """Return the fields that the two do not have in common."""
    return tuple(field for field in FIELDS if field.value(before) != field.value(after))


def _name(part: str, name: str) -> Field:
    def value(stored: StoredContact) -> str:
        return str(getattr(stored.contact.name, part))

    def put(stored: StoredContact, other: StoredContact) -> StoredContact:
        named = stored.contact.name._replace(**{part: value(other)})
        return stored._replace(contact=stored.contact._replace(name=named))

    return Field(name, value, put, lambda stored: _said(value(stored)))


def _text(part: str, name: str) -> Field:
    def put(stored: StoredContact, other: StoredContact) -> StoredContact:
        return stored._replace(contact=stored.contact._replace(**{part: getattr(other.contact, part)}))

    def texts(stored: StoredContact) -> tuple[str, ...]:
        return _said(getattr(stored.contact, part))

    return Field(name, lambda stored: getattr(stored.contact, part), put, texts)


def _members(part: str, name: str, say: Callable[[Any], str]) -> Field:
    field = _text(part, name)
    return field._replace(texts=lambda stored: tuple(map(say, getattr(stored.contact, part))))


def _put_title(stored: StoredContact, other: StoredContact) -> StoredContact:
    contact = stored.contact._replace(title=other.contact.title)
    return stored._replace(contact=contact, own_title=other.own_title)


def _labelled(text: str, label: str) -> str:
    return f"{text} ({label})" if label else text


def _said(*texts: str) -> tuple[str, ...]:
    return tuple(filter(None, texts))


def _address(address: Any) -> str:  # noqa: ANN401 - an Address; the model's other lists are said the same way
    parts = (address.po_box, address.extended, address.street, address.locality, address.region, address.postal_code)
    return _labelled(", ".join(_said(*parts, address.country)), address.label)


def _phone(phone: Any) -> str:  # noqa: ANN401 - a Phone
    return _labelled(" ".join(_said(phone.country, phone.number)), phone.label)


def _lines(stored: StoredContact) -> Iterator[str]:
    for name, entries in unmodelled_values(stored.card).items():
        yield name if len(entries) == 1 else f"{name} ({len(entries)})"


_NAMES: Final = {
    "prefix": "Prefix",
    "first": "First name",
    "middle": "Middle name",
    "last": "Last name",
    "suffix": "Suffix",
}
assert set(_NAMES) == set(Name._fields)  # noqa: S101 - a part that is new would be put back by nobody

TITLE: Final = Field(
    "Title",
    lambda stored: (stored.contact.title, stored.own_title),
    _put_title,
    lambda stored: _said(stored.contact.title),
)
LABELS: Final = _members("labels", "Labels", str)
PHOTO: Final = Field(
    "Photo",
    lambda stored: stored.image,
    lambda stored, other: stored._replace(image=other.image),
    lambda stored: ("a photo",) if stored.image else (),
)
PARTNERS: Final = Field(
    "Partner accounts",
    lambda stored: [partner.id for partner in stored.partners],
    lambda stored, other: stored._replace(partners=other.partners),
    lambda stored: tuple(partner.name or partner.id for partner in stored.partners),
)
CARD: Final = Field(
    "Card",
    lambda stored: unmodelled_values(stored.card),
    lambda stored, other: stored._replace(card=other.card),
    lambda stored: tuple(_lines(stored)),
)
FIELDS: Final = (
    *[_name(part, name) for part, name in _NAMES.items()],
    TITLE,
    _text("organization", "Organization"),
    _members("emails", "Email", lambda email: _labelled(email.address, email.label)),
    _members("phones", "Phone", _phone),
    _members("addresses", "Address", _address),
    _members("websites", "Website", lambda website: _labelled(website.url, website.label)),
    _text("note", "Note"),
    LABELS,
    PARTNERS,
    PHOTO,
    _text("uid", "UID"),
    CARD,
)
"""Every field, in the order of a form. What is in none of them is the store's: number, revision, times."""
