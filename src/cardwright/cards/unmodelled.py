"""The properties of a card that its contact does not model, or has no room for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.cards.members import ADDRESSES, EMAILS, PHONES, WEBSITES
from cardwright.cards.reading import Sorted, labels_of_addresses, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cardwright.cards.members import Keep
    from cardwright.contact.model import Contact
    from cardwright.vcard import Card, Property, Value

_NEVER: Final = frozenset({"N", "UID", "REV"})
"""What a card has one of, which is the contact's."""


def unmodelled(card: Card, said: Contact, keep: Keep, *, photos: bool) -> list[Property]:
    """Return the properties that say more than `said`, which `keep` kept of the card, in their order.

    Of FN, ORG, TITLE and NOTE a contact has the first, of lists what was kept, and the photos unless told otherwise.
    A label (X-ABLabel) belongs to what stands in its group. What is blank is left out.
    """
    known = {id(entry) for entry in _known(card, said, keep, photos=photos)}
    left = (_uncategorized(entry, said, keep) for entry in card if id(entry) not in known)
    return [entry for entry in left if not is_blank(entry.value)]


def is_blank(value: Value) -> bool:
    """Say whether a value says nothing."""
    return not value if isinstance(value, bytes) else not text_of(value).strip(";, ")


def _known(card: Card, said: Contact, keep: Keep, *, photos: bool) -> Iterator[Property]:
    properties = Sorted(card)
    for kind, members in (
        (PHONES, said.phones),
        (EMAILS, said.emails),
        (ADDRESSES, said.addresses),
        (WEBSITES, said.websites),
    ):
        kept = frozenset[object](members)
        known = [entry for entry, member in kind.read(properties) if keep(member) in kept]
        yield from known
        if kind is ADDRESSES:
            labels = labels_of_addresses(properties)  # which say the same in one text
            yield from (labels[id(entry)] for entry in known if id(entry) in labels)
    for name, value in (("FN", True), ("ORG", said.organization), ("TITLE", said.title), ("NOTE", said.note)):
        yield from properties.all(name)[:1] if value else ()
    yield from () if photos else properties.all("PHOTO")
    for name in _NEVER:
        yield from properties.all(name)
    owners = {entry.group.upper() for entry in card if entry.group and entry.name.upper() != "X-ABLABEL"}
    yield from (label for label in properties.all("X-ABLABEL") if label.group.upper() in owners)


def _uncategorized(entry: Property, said: Contact, keep: Keep) -> Property:
    """Return CATEGORIES with those labels alone that were not kept."""
    if entry.name.upper() != "CATEGORIES":
        return entry
    members = entry.value if isinstance(entry.value, tuple) else (entry.value,)
    left = [member for member in members if isinstance(member, str) and keep(member.strip()) not in said.labels]
    return entry._replace(value=tuple(left))
