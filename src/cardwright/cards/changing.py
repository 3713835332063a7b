"""A change of a contact, made in its card: what the contact does not model stays as it is, and so do its lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cardwright.cards import reading, writing
from cardwright.cards.members import (
    ADDRESSES,
    EMAILS,
    PHONES,
    WEBSITES,
    change_members,
    everything,
    fresh,
    take_out,
    write_out_labels,
)
from cardwright.vcard import Property

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.cards.members import Keep
    from cardwright.contact.model import Contact, Photo
    from cardwright.vcard import Card, Value


def change(card: Card, before: Contact, after: Contact, keep: Keep = everything) -> None:
    """Make in `card` the change from one contact to another; a value that is the same in both is not touched.

    `before` is what the card says (`contact_of`), or what `keep` kept of it: what was not kept stays in the card. A
    value that changed keeps the place, group and parameters of the one that it follows, but for its label. FN is
    written anew when the name is. Members of a list come to stand in the order of the contact's.
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
        _change_photo(card, after.photo)
    if before.labels != after.labels:
        _change_labels(card, before.labels, after.labels, keep)
    change_members(card, PHONES, before.phones, after.phones, keep)
    change_members(card, EMAILS, before.emails, after.emails, keep)
    if before.addresses != after.addresses:
        write_out_labels(card)
    change_members(card, ADDRESSES, before.addresses, after.addresses, keep)
    change_members(card, WEBSITES, before.websites, after.websites, keep)
    if not any(after.name) and reading.contact_of(card).name != after.name:  # FN says what is no longer there
        _call(card, after)


def _change_name(card: Card, before: Contact, after: Contact) -> None:
    """Change those parts of N that the name changes: a part may be finer on the card than in the contact."""
    if before.name == after.name:
        if not any(after.name) and _is_called_anew(card, before, after):
            _call(card, after)
        return
    if before.organization and not reading.Sorted(card).text("ORG"):  # FN says it, and will not
        _set(card, "ORG", (before.organization,))
    was, parts = _written_name(before), _written_name(after)
    entry = card.get("N")
    if entry and isinstance(entry.value, tuple) and any(reading.name_parts(entry.value)) and _says_name(card):
        there = (*entry.value, *[""] * (len(parts) - len(entry.value)))
        parts = (*[old if part == said else part for old, said, part in zip(there, was, parts, strict=False)],)
        parts += there[len(was) :]
    _set(card, "N", parts)
    _call(card, after)


def _is_called_anew(card: Card, before: Contact, after: Contact) -> bool:
    """Say whether FN of a contact without a name is to change: a note is in it only where nothing else was."""
    was = writing.fn_of(before)
    if writing.fn_of(after) == was:
        return False
    has_more = any(one.organization or one.emails or one.phones for one in (before, after))
    return has_more or reading.Sorted(card).text("FN") in {"", was}


def _says_name(card: Card) -> bool:
    """Say whether N is a person's name, and not that of a company."""
    return any(reading.contact_of(card).name)


def _written_name(contact: Contact) -> tuple[str | tuple[str, ...], ...]:
    value = writing.name(contact.name).value
    assert isinstance(value, tuple)  # noqa: S101 - tells the type checker
    return value


def _call(card: Card, contact: Contact) -> None:
    """Put what the contact is called into FN; it stays, even empty: every version wants one."""
    called = writing.fn_of(contact)
    formatted = card.get("FN")
    if formatted:
        card.replace(formatted, formatted._replace(value=called))
    else:
        card.add(Property("FN", called))


def _set(card: Card, name: str, value: Value) -> None:
    """Put `value` into the first property of that name, or take all of that name out when there is none."""
    entry = card.get(name)
    if entry is None and value:
        card.add(Property(name, value))
    elif entry is not None and value:
        card.replace(entry, entry._replace(value=value, params=fresh(entry)))
    else:
        take_out(card, card.all(name))


def _change_photo(card: Card, photo: Photo | None) -> None:
    """Put the photo in the place of the first one; no other stays, by address or inline."""
    first, *others = card.all("PHOTO") or (None,)
    if first and photo:
        card.replace(first, writing.photo(photo)._replace(group=first.group))
    elif photo:
        card.add(writing.photo(photo))
    elif first:
        others.insert(0, first)
    take_out(card, others)


def _change_labels(card: Card, before: Sequence[str], after: Sequence[str], keep: Keep) -> None:
    """Take labels out of whatever CATEGORIES they stand in, and put new ones into the last."""
    _drop_labels(card, set(before) - set(after), keep)
    wanted = set(after)
    present = [label for label in _present(card, keep) if label in wanted]
    added = tuple(label for label in after if label not in present)
    if (*present, *added) != tuple(after):  # some change places
        _drop_labels(card, set(after), keep)
        added = tuple(after)
    if added and (places := card.all("CATEGORIES")):
        card.replace(places[-1], places[-1]._replace(value=(*_texts(places[-1]), *added)))
    elif added:
        card.add(Property("CATEGORIES", added))


def _drop_labels(card: Card, gone: set[str], keep: Keep) -> None:
    def without(entry: Property) -> Property | None:
        texts = _texts(entry)
        left = tuple(text for text in texts if keep(text.strip()) not in gone)
        if left == texts:
            return entry
        return entry._replace(value=left) if any(text.strip() for text in left) else None

    card.revise("CATEGORIES", without)


def _present(card: Card, keep: Keep) -> list[str]:
    labels = (keep(label) for _, label in reading.categories(reading.Sorted(card)))
    return list(dict.fromkeys(label for label in labels if label))


def _texts(entry: Property) -> tuple[str, ...]:
    members = entry.value if isinstance(entry.value, tuple) else (entry.value,)
    return tuple(member for member in members if isinstance(member, str))
