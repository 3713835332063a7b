"""Names of programs' own (`equivalents.py`) to Apple's and the standard's: days, relations, messengers, Android's rows.

What several names say alike is said once.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from cardwright.vcard.conversion.messengers import SERVICE_OF, Addresses
from cardwright.vcard.conversion.names import text_of
from cardwright.vcard.conversion.parameters import free_groups
from cardwright.vcard.equivalents import ANDROID, ANY_SERVICE, EQUIVALENTS, LISTS
from cardwright.vcard.model import Property

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cardwright.vcard.model import Parameters

_RELATIONS: Final = {row.older: row.says for row in EQUIVALENTS if row.newer == "RELATED" and row.says}
_PLAIN: Final = {
    row.older: "X-ANNIVERSARY" if row.newer == "ANNIVERSARY" else row.newer
    for row in EQUIVALENTS
    if row.newer in {"ANNIVERSARY", "ROLE", "NICKNAME"} and row.older not in {"X-ABDATE", "X-ANNIVERSARY"}
}
"""Names that say no more than another one."""
_ROWS: Final = "X-ANDROID-CUSTOM"
_OWN: Final = frozenset({*SERVICE_OF, *_RELATIONS, *_PLAIN, _ROWS})
_ITEM: Final = "vnd.android.cursor.item/"
_ANDROID: Final = {(row.kind, row.number): row for row in ANDROID}
_OF_ONE_S_OWN: Final = "0"
_OUTLOOK: Final = "N"
"""The type that Outlook gives a relation: its value is a name."""
_WITH_LABEL: Final = 2
"""Members of a group in which one stands with its label."""


def newer(properties: Sequence[Property]) -> Sequence[Property]:
    """Return the properties of 2.1 or 3.0 with Apple's names and the standard's in the place of programs' own."""
    if _OWN.isdisjoint([entry.name for entry in properties]):
        return properties
    return list(_Renaming(properties).renamed())


class _Renaming:
    """The properties of one card while they get other names."""

    def __init__(self, properties: Sequence[Property]) -> None:
        self._properties = properties
        self._groups = free_groups(properties)
        self._members = Counter(entry.group.lower() for entry in properties)
        self._has_birthday = any(entry.name in {"BDAY", "X-BDAY"} for entry in properties)
        self._labels = {
            entry.group.lower(): text_of(entry.value)
            for entry in properties
            if entry.name == "X-ABLabel" and entry.group
        }
        self._addresses = Addresses(properties, self._labels)
        self._said = {
            (entry.name, self._labels.get(entry.group.lower(), ""), text)
            for entry in properties
            if entry.name not in _OWN
            for text in _texts(entry)
        }

    def renamed(self) -> Iterator[Property]:
        """Give the properties under their new names; what is said already goes, and the label that it had alone.

        Addresses of no named messenger are looked at last: KDE says one of the others so too.
        """
        gone: set[str] = set()
        made: dict[int, list[Property]] = {}
        for at, entry in sorted(enumerate(self._properties), key=lambda one: one[1].name in ANY_SERVICE.names):
            made[at] = list(self._named(entry)) if entry.name in _OWN and any(_texts(entry)) else [entry]
            if not made[at] and entry.group and self._members[entry.group.lower()] <= _WITH_LABEL:
                gone.add(entry.group.lower())
        for entry in (entry for at in range(len(made)) for entry in made[at]):
            if entry.name != "X-ABLabel" or entry.group.lower() not in gone:
                yield self._addresses.completed(entry)

    def _named(self, entry: Property) -> Iterable[Property]:
        if entry.name in SERVICE_OF:
            return self._addresses.named(entry)
        if entry.name == _ROWS:
            return self._of_row(entry)
        if entry.name in LISTS and all(text.isdecimal() for text in _texts(entry)):  # Open-Xchange: how many they are
            return [entry]
        if label := _RELATIONS.get(entry.name):
            return self._labelled(entry, "X-ABRELATEDNAMES", label, _texts(entry))
        return self._once(entry, _PLAIN[entry.name], _texts(entry))

    def _once(self, entry: Property, name: str, texts: Iterable[str]) -> Iterator[Property]:
        for text in texts:
            if text and (name, "", text) not in self._said:
                self._said.add((name, "", text))
                yield entry._replace(name=name, value=(text,) if name == "NICKNAME" else text)

    def _labelled(self, entry: Property, name: str, label: str, texts: Iterable[str]) -> Iterator[Property]:
        """Give a property for each text, with the label of its group: its own, where it has one."""
        params = tuple(_without_outlooks_type(entry.params))
        own = self._labels.get(entry.group.lower(), "")
        for text in texts:
            if text and (name, own or label, text) not in self._said:
                self._said.add((name, own or label, text))
                group = entry.group if own else next(self._groups)
                yield Property(name, text, params, group)
                yield from () if own else (Property("X-ABLabel", label, (), group),)

    def _of_row(self, entry: Property) -> Iterable[Property]:
        """Give what a row of Android's database says; one that says more than other names can stays."""
        kind, text, number, label, *rest = (*_texts(entry), "", "", "", "")
        row = _ANDROID.get((kind.removeprefix(_ITEM), number))
        says_more = any(rest) or (label and (number != _OF_ONE_S_OWN or entry.group.lower() in self._labels))
        is_birthday = row is not None and row.newer == "BDAY"
        if row is None or not text or says_more or (is_birthday and self._has_birthday):
            return [entry]
        self._has_birthday = self._has_birthday or is_birthday
        if label or row.label:
            return self._labelled(entry, row.newer, label or row.label, [text])
        return self._once(entry, row.newer, [text])


def _texts(entry: Property) -> list[str]:
    """Return the texts of a value, each trimmed."""
    if isinstance(entry.value, tuple):
        return [text_of(part) for part in entry.value]
    return [text_of(entry.value)]


def _without_outlooks_type(params: Parameters) -> Iterator[tuple[str, ...]]:
    for name, *values in params:
        left = [value for value in values if name != "TYPE" or value.upper() != _OUTLOOK]
        if left:
            yield (name, *left)
