"""A change of a contact, made in its card: what the contact does not model stays as it is, and so do its lines."""

from __future__ import annotations

from collections import Counter
from itertools import count, repeat
from typing import TYPE_CHECKING, TypeVar

from cardwright.cards import reading, writing
from cardwright.vcard import Property

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from cardwright.contact.model import Contact
    from cardwright.vcard import Card

T = TypeVar("T")


def change(card: Card, before: Contact, after: Contact) -> None:
    """Make in `card` the change from one contact to another; a value that is the same in both is not touched.

    `before` is what the card says (`contact_of`), or what was kept of it: what was not kept stays in the card. A value
    that changed keeps the place, group and parameters of the one that it follows, but for its label. FN is written
    anew when the name is.
    """
    _change_name(card, before, after)
    if before.organization != after.organization:
        units = entry.value[1:] if (entry := card.get("ORG")) and isinstance(entry.value, tuple) else ()
        _set(card, "ORG", (after.organization, *units) if after.organization or any(units) else "")
    for name, old, new in (
        ("TITLE", before.title, after.title),
        ("NOTE", before.note, after.note),
        ("UID", before.uid, after.uid),
        ("REV", before.revision, after.revision),
    ):
        if old != new:
            _set(card, name, new)
    if before.photo != after.photo:
        _change_photo(card, after)
    if before.labels != after.labels:
        _change_labels(card, before.labels, after.labels)
    _change_list(card, reading.phones, before.phones, after.phones, writing.phone)
    _change_list(card, reading.emails, before.emails, after.emails, writing.email)
    _change_list(card, reading.addresses, before.addresses, after.addresses, writing.address)
    _change_list(card, reading.websites, before.websites, after.websites, writing.website)


def _change_name(card: Card, before: Contact, after: Contact) -> None:
    if before.name != after.name:
        _set(card, "N", writing.name(after.name).value)
    called = writing.formatted_name(after)
    if before.name != after.name or (not any(after.name) and called != writing.formatted_name(before)):
        formatted = card.get("FN")
        if formatted:  # stays, even empty: every version wants one
            card.replace(formatted, formatted._replace(value=called))
        else:
            card.add(Property("FN", called))


def _set(card: Card, name: str, value: str | tuple[str | tuple[str, ...], ...] | bytes) -> None:
    """Put `value` into the first property of that name, or take that property out when there is none."""
    entry = card.get(name)
    if entry is None and value:
        card.add(Property(name, value))
    elif entry is not None and value:
        card.replace(entry, entry._replace(value=value))
    elif entry is not None:
        _remove(card, entry)


def _change_photo(card: Card, after: Contact) -> None:
    for entry in card.all("PHOTO"):
        card.remove(entry)
    if after.photo:
        card.add(writing.photo(after.photo))


def _change_labels(card: Card, before: Sequence[str], after: Sequence[str]) -> None:
    """Take labels out of whatever CATEGORIES they stand in, and put new ones into the last."""
    gone = set(before) - set(after)
    for entry in card.all("CATEGORIES"):
        kept = tuple(
            label for held, label in reading.categories(reading.Sorted(card)) if held is entry and label not in gone
        )
        if kept:
            card.replace(entry, entry._replace(value=kept))
        else:
            card.remove(entry)
    present = {label for _, label in reading.categories(reading.Sorted(card))}
    added = tuple(label for label in after if label not in before and label not in present)
    if added and (places := card.all("CATEGORIES")):
        held = places[-1].value
        card.replace(places[-1], places[-1]._replace(value=(*(held if isinstance(held, tuple) else (held,)), *added)))
    elif added:
        card.add(Property("CATEGORIES", added))


def _change_list(
    card: Card,
    read: Callable[[reading.Sorted], Iterable[tuple[Property, T]]],
    before: Sequence[T],
    after: Sequence[T],
    write: Callable[[T, Iterator[str]], tuple[Property, ...]],
) -> None:
    """Put each new member in the place of one that is gone, in order; the rest are added or removed."""
    if before == after:
        return
    gone, new = Counter(before) - Counter(after), list((Counter(after) - Counter(before)).elements())
    for entry, member in list(read(reading.Sorted(card))):
        if not gone[member]:
            continue
        gone[member] -= 1
        if new:
            _put(card, entry, member, new.pop(0), write)
        else:
            _remove(card, entry)
    for member in new:
        for entry in write(member, repeat(_free_group(card))):
            card.add(entry)


def _put(
    card: Card, entry: Property, old: T, new: T, write: Callable[[T, Iterator[str]], tuple[Property, ...]]
) -> None:
    """Put what `new` says in the place of `entry`: its value alone, unless its label is another too."""
    group = entry.group or _free_group(card)
    written, *label = write(new, repeat(group))
    if old.label == new.label:  # type: ignore[attr-defined] # every member of a list has one
        card.replace(entry, entry._replace(value=written.value, params=_without_value(entry)))
        return
    others = tuple(param for param in _without_value(entry) if param[0] != "TYPE")
    for beside in card.in_group(entry.group) if entry.group else ():
        if beside.name == "X-ABLabel":
            card.remove(beside)
    card.replace(entry, written._replace(params=(*written.params, *others), group=group if label else entry.group))
    for beside in label:
        card.add(beside)


def _without_value(entry: Property) -> tuple[tuple[str, ...], ...]:
    """Return the parameters without VALUE: what is written is a text, not the `tel:` that stood there."""
    return tuple(param for param in entry.params if param[0] != "VALUE" or entry.name not in {"TEL", "EMAIL"})


def _remove(card: Card, entry: Property) -> None:
    """Take a property out, and what stood beside it in its group if nothing else is left there."""
    card.remove(entry)
    beside = card.in_group(entry.group) if entry.group else []
    if all(other.name.startswith("X-AB") for other in beside):
        for other in beside:
            card.remove(other)


def _free_group(card: Card) -> str:
    taken = {entry.group.lower() for entry in card}
    return next(group for number in count(1) if (group := f"item{number}") not in taken)
