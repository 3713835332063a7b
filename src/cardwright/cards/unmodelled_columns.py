"""The columns of a table that a contact does not model, put into its card."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Final

from cardwright.cards.joining import join
from cardwright.cards.members import take_out
from cardwright.cards.writing import properties_of
from cardwright.contact.model import Contact
from cardwright.vcard import Card, Property, convert, lookup, write

if TYPE_CHECKING:
    from cardwright.cards.members import Keep

_ANNIVERSARY: Final = "_$!<Anniversary>!$_"
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
        beyond = Card(left, said.version)
        _take_out_twins(card, convert(beyond, card.version).card)
        join(card, beyond, Contact(), after, keep, photos=False)


def _take_out_twins(card: Card, said: Card) -> None:
    """Take out what says the same thing under another name, as `X-BDAY:1980` does in 3.0 and Apple's anniversary."""
    names = {entry.name for entry in said}
    for name in [name for name in names if lookup(name.removeprefix("X-")).cardinality == "*1"]:
        twin = name.removeprefix("X-") if name.startswith("X-") else f"X-{name}"
        for entry in card.all(twin) if twin not in names else ():
            take_out(card, entry)
    if "X-ABDATE" in names:
        dates = {entry.value for entry in said.all("X-ABDATE")}
        labels = {entry.group for entry in card.all("X-ABLabel") if entry.value == _ANNIVERSARY}
        for entry in card.all("X-ABDATE"):
            if entry.group in labels and entry.value not in dates and "X-ANNIVERSARY" in names:
                take_out(card, entry)


def _put_units(card: Card, units: Property) -> None:
    there = card.get("ORG")
    name = there.value[0] if there and isinstance(there.value, tuple) and there.value else ""
    value = (name, *units.value[1:])
    if there is None:
        card.add(Property("ORG", value))
    elif there.value != value:
        card.replace(there, there._replace(value=value))
