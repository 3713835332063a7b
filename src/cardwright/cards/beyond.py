"""What the columns of a table say beyond a contact, put into its card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.cards.joining import join
from cardwright.contact.model import Contact
from cardwright.vcard import Card, Property

if TYPE_CHECKING:
    from cardwright.cards.members import Keep

_IN_PLACE: Final = frozenset({"NICKNAME", "ROLE"})


def put_beyond(card: Card, said: Card, after: Contact, keep: Keep) -> None:
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
