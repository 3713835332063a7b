"""The columns of a table that a contact does not model, put into its card."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Final

from cardwright.cards.joining import join
from cardwright.cards.writing import properties_of
from cardwright.contact.model import Contact
from cardwright.vcard import Card, Property, convert, write

if TYPE_CHECKING:
    from cardwright.cards.members import Keep

_OF_CONTACT: Final = frozenset({"N", "FN"})
"""What a conversion adds to every card."""
_IN_PLACE: Final = frozenset({"NICKNAME", "ROLE"})


def write_with_unmodelled(contact: Contact, said: Card, version: str = "3.0") -> bytes:
    """Return the card of `contact` with what `said` holds, which a contact does not model, behind it."""
    entries = properties_of(contact)
    taken = {group for *_, group in entries}
    free = (name for name in map("item{}".format, count(1)) if name not in taken)
    groups: dict[str, str] = {"": ""}
    for name, value, params, group in convert(said, version).card:
        if group not in groups:
            groups[group] = next(free)
        if name == "ORG" and contact.organization:
            at = next(at for at, entry in enumerate(entries) if entry[0] == "ORG")
            entries[at] = ("ORG", (contact.organization, *value[1:]), (), "")
        elif name not in _OF_CONTACT:
            entries.append((name, value, params, groups[group]))
    return write(entries, version)


def put_unmodelled(card: Card, said: Card, after: Contact, keep: Keep) -> None:
    """Put what `said` holds, which a contact does not model, into `card`, which says `after`.

    A column is a slot: a nickname, a role and the units of ORG take the place of the first that is there. What may
    stand only once takes the place of what stood there; of the rest what is new is added (see `join`).
    """
    left = []
    for entry in said:
        if entry.name == "ORG":
            _put_units(card, entry)
        elif entry.name in _IN_PLACE and (there := card.get(entry.name)):
            if there.value != entry.value:
                card.replace(there, there._replace(value=entry.value))
        else:
            left.append(entry)
    if left:
        join(card, Card(left, said.version), Contact(), after, keep, photos=False)


def _put_units(card: Card, units: Property) -> None:
    there = card.get("ORG")
    name = there.value[0] if there and isinstance(there.value, tuple) and there.value else ""
    value = (name, *units.value[1:])
    if there is None:
        card.add(Property("ORG", value))
    elif there.value != value:
        card.replace(there, there._replace(value=value))
