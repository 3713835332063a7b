"""A card of one version to another, by way of the model, which is what 4.0 has: older to model, model to older.

What a version cannot say is kept under a name that begins with X-, and told.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from cardwright.vcard.card import Card
from cardwright.vcard.conversion import apple, messengers, parameters, programs, values
from cardwright.vcard.conversion.names import formatted, spoken, text_of, with_names
from cardwright.vcard.conversion.neighbours import (
    all_alternatives,
    apart,
    one_alternative,
    with_labels,
    with_sort_string,
)
from cardwright.vcard.model import Property
from cardwright.vcard.properties import ROWS, Shape, lookup


class Kept(NamedTuple):
    """A property or parameter that the new version does not know."""

    name: str
    kept_as: str


class Converted(NamedTuple):
    """A card in its new version, and what of it is kept under another name."""

    card: Card
    kept: tuple[Kept, ...]


_ONLY_OLD: Final = frozenset(row.name for row in ROWS if "4.0" not in row.versions)
_ONLY_NEW: Final = frozenset(row.name for row in ROWS if row.versions == "4.0")
# Names of programs that say in 2.1 and 3.0 what 4.0 has a name for; others are told by their X-.
_OLD_NAMES: Final = {"MEMBER": "X-ADDRESSBOOKSERVER-MEMBER", "KIND": "X-ADDRESSBOOKSERVER-KIND"}
_NEW_NAMES: Final = {
    **{f"X-{name}": name for name in (*sorted(_ONLY_NEW), "BDAY", "REV", "GEO")},
    **{old: new for new, old in _OLD_NAMES.items()},
}
_SAME: Final = frozenset({"AGENT", "GEO", "ANNIVERSARY", "GENDER", "SOCIALPROFILE", "KIND", "MEMBER"})
"""Names whose equivalents say the same: a program that knows them loses nothing."""


def convert(card: Card, version: str) -> Converted:
    """Return `card` in `version`; into its own it goes unchanged.

    Two cards that differ stay different, save for the form of dates, the case of types, what goes without saying (a
    VALUE that is the usual one, a preference of what there is one of), whose name says it (`equivalents.py`), and
    whether an image says its media type. Raises `VCardError` for an unknown version.
    """
    if version == card.version:
        return Converted(card, ())
    kept: list[Kept] = []
    properties = model_of(card, kept)
    if version != "4.0":
        properties = _older(properties, version, kept)
    kept = kept if "4.0" in {card.version, version} else []  # 2.1 and 3.0 count as one: readers skip unknown names
    return Converted(Card(with_names(properties, version), version), tuple(kept))


def model_of(card: Card, kept: list[Kept] | None = None) -> list[Property]:
    """Return the properties of a card of any version as 4.0 has them: the model that every version is turned into."""
    kept = [] if kept is None else kept
    properties = card.properties
    if card.version != "4.0":
        properties = with_sort_string(all_alternatives(properties))
        properties = [_newer_name(entry) for entry in apple.newer(programs.newer(_with_kind(properties)))]
        properties = _without_doubles([parameters.newer(values.newer(entry)) for entry in properties])
        properties = with_labels(properties)
        properties = [_kept_newer(entry, kept) for entry in properties]
    else:
        properties = with_labels([parameters.newer(values.newer(entry)) for entry in properties])
    return properties


def _with_kind(properties: list[Property]) -> list[Property]:
    """Return the properties with the KIND that Apple says by X-ABShowAs."""
    names = {entry.name for entry in properties}
    if "X-ABShowAs" not in names or names & {"KIND", "X-KIND", "X-ADDRESSBOOKSERVER-KIND"}:
        return properties
    return [
        Property("KIND", "org") if entry.name == "X-ABShowAs" and text_of(entry.value).upper() == "COMPANY" else entry
        for entry in properties
    ]


def _newer_name(entry: Property) -> Property:
    """Return a property under its name of 4.0."""
    name = _NEW_NAMES.get(entry.name, entry.name)
    value = entry.value
    if isinstance(value, str) and lookup(name).shape in {Shape.LIST, Shape.COMPONENTS} and name != "GEO":
        value = (value,)  # that was read under an X- name
    if name != entry.name or value is not entry.value:
        entry = entry._replace(name=name, value=value)
    if name == "AGENT" and parameters.value_type(entry.params) in {"uri", "url", "cid", "content-id"}:
        return entry._replace(name="RELATED", params=(("TYPE", "agent"), *parameters.without(entry.params, "VALUE")))
    return entry


def _without_doubles(properties: list[Property]) -> list[Property]:
    """Return the properties with one of the equal days that different programs were told."""
    days: set[tuple[str, object]] = set()
    once = []
    for entry in properties:
        if entry.name == "ANNIVERSARY":
            if (entry.name, entry.value) in days:
                continue
            days.add((entry.name, entry.value))
        once.append(entry)
    return once


def _kept_newer(entry: Property, kept: list[Kept]) -> Property:
    """Return a property that 4.0 does not have under its X- name, and tell that."""
    name = entry.name
    if name in _ONLY_OLD:
        entry = entry._replace(name=f"X-{name}")
    if entry.name != name or name == "X-GEO":
        kept.append(Kept(name.removeprefix("X-"), entry.name))
    return entry


def _older(properties: list[Property], version: str, kept: list[Kept]) -> list[Property]:
    """Return the properties of the model as 2.1 or 3.0 has them."""
    alone = one_alternative(_as_company(properties))
    properties = [part for entry in alone for part in apart(entry)]
    best = parameters.preferred(properties)
    made = []
    for entry in properties:
        old = parameters.older(values.older(entry, version), is_preferred=id(entry) in best)
        if old.name[:2] == "X-" and (old.name != entry.name or entry.param("ALTID")):
            kept.append(Kept(old.name[2:], old.name))
        if old.param("X-PREF") and not entry.param("X-PREF"):
            kept.append(Kept("PREF", "X-PREF"))
        made.append(old)
    named = []
    for entry in apple.older(made):
        old = _older_name(entry)
        if old.name != entry.name and not (entry.name in _SAME or old.name == "AGENT" or entry.name[:2] == "X-"):
            kept.append(Kept(entry.name, old.name))
        named.append(old)
    return list(messengers.older(named))


def _as_company(properties: list[Property]) -> list[Property]:
    """Return the properties with the ORG that Apple shows of a company which nothing but FN names."""
    kinds = {str(entry.value).lower() for entry in properties if entry.name == "KIND"}
    named = any(entry.name == "ORG" or (entry.name == "N" and spoken(entry.value)) for entry in properties)
    if "org" not in kinds or named:
        return properties
    name = formatted(properties)
    return [*properties, Property("ORG", (name,))] if name else properties


def _older_name(entry: Property) -> Property:
    """Return a property under its name of 2.1 and 3.0."""
    if entry.name == "KIND" and isinstance(entry.value, str) and entry.value.lower() == "org":
        return entry._replace(name="X-ABShowAs", value="COMPANY")
    if entry.name == "RELATED" and entry.types == ("agent",) and parameters.value_type(entry.params) != "text":
        return entry._replace(
            name="AGENT", params=(("VALUE", "uri"), *parameters.without(entry.params, "TYPE", "VALUE"))
        )
    if entry.name in _ONLY_NEW:
        return entry._replace(name=_OLD_NAMES.get(entry.name, f"X-{entry.name}"))
    if entry.name[:2] == "X-" and entry.name[2:] in _ONLY_OLD:  # was kept so on the way to 4.0
        return entry._replace(name=entry.name[2:])
    return entry
