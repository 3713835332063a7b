"""What an update changed, in the words that `--map` has for it: `title`, `phone.mobile`, `address.work.region`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cardwright import vcard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cardwright.book.stored import StoredContact

_LISTS: Final = {"phones": "phone", "emails": "email", "addresses": "address", "websites": "website"}
_MODELLED: Final = frozenset((
    *("VERSION", "N", "FN", "ORG", "TITLE", "NOTE", "TEL", "EMAIL", "ADR", "URL"),
    *("PHOTO", "CATEGORIES", "UID", "REV", "X-ABLABEL"),
))  # fmt: skip


def differences(before: StoredContact, after: StoredContact) -> list[str]:
    """Return what is not the same in both, in the order of a contact's fields; each once."""
    was, now = before.contact, after.contact
    changes = [part for part in was.name._fields if getattr(was.name, part) != getattr(now.name, part)]
    changes += [field for field in ("organization", "title", "note") if getattr(was, field) != getattr(now, field)]
    for field, word in _LISTS.items():
        changes += [f"{word}.{which}" for which in _members(getattr(was, field), getattr(now, field))]
    changes += ["labels"] if was.labels != now.labels else []
    changes += ["partners"] if [one.id for one in before.partners] != [one.id for one in after.partners] else []
    changes += ["photo"] if before.image != after.image else []
    if after.card and before.card != after.card:
        changes += [f"card.{name}" for name in _unmodelled_changes(before.card, after.card)]
    return list(dict.fromkeys(changes)) or ["card"]


def _members(was: Sequence[Any], now: Sequence[Any]) -> Iterator[str]:
    """Give the labels of which the members are not the same; of an address in its place, its parts."""
    if was == now:
        return
    labels = list(dict.fromkeys(member.label for member in (*was, *now)))
    changed = False
    for label in labels:
        old, new = ([member for member in members if member.label == label] for members in (was, now))
        if old != new:
            changed = True
            yield from _parts(label, old, new)
    if not changed:
        yield "order"


def _parts(label: str, old: Sequence[Any], new: Sequence[Any]) -> Iterator[str]:
    if len(old) != len(new) or not hasattr(old[0], "street"):
        yield label
        return
    for one, other in zip(old, new, strict=True):
        yield from (f"{label}.{part}" for part in one._fields if getattr(one, part) != getattr(other, part))


def _unmodelled_changes(before: bytes, after: bytes) -> Iterator[str]:
    """Give the names of properties that a contact does not model, where they are not the same.

    Of two versions of a card what they say as jCards counts, under the names of 4.0.
    """
    old, new = (next(vcard.read(card), vcard.Card()) for card in (before, after))
    values = _values_of_jcard if "4.0" in {old.version, new.version} else _values
    was, now = values(old), values(new)
    yield from (name for name in dict.fromkeys((*was, *now)) if was.get(name) != now.get(name))


def unmodelled_values(octets: bytes) -> dict[str, list[object]]:
    """Return the properties of a card that a contact does not model: under each name values and parameters."""
    return _values(next(vcard.read(octets), vcard.Card()))


def _values(card: vcard.Card) -> dict[str, list[object]]:
    return _by_name((entry.name.upper(), (entry.value, entry.params)) for entry in card)


def _values_of_jcard(card: vcard.Card) -> dict[str, list[object]]:
    properties: Any = vcard.to_jcard(card)[1]
    return _by_name((entry[0].upper(), entry[1:]) for entry in properties)


def _by_name(properties: Iterable[tuple[str, object]]) -> dict[str, list[object]]:
    names: dict[str, list[object]] = {}
    for name, said in properties:
        if name not in _MODELLED:
            names.setdefault(name, []).append(said)
    return names
