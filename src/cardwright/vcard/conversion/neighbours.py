"""What one version says in a property and another in a parameter of its neighbour; and alternatives (ALTID)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cardwright.vcard.conversion.parameters import without
from cardwright.vcard.model import Property

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def with_labels(properties: Sequence[Property]) -> list[Property]:
    """Return the properties with each LABEL as a parameter of the address of its types (RFC 6350 section 6.3.1).

    A label that has no address is one of its own: its text is the street, as is that of one whose components are empty.
    """
    free: dict[frozenset[str], list[Property]] = {}
    for label in properties:
        if label.name == "LABEL" and isinstance(label.value, str):
            free.setdefault(_places(label), []).append(label)
    others = []
    for entry in properties:
        labels = free.get(_places(entry)) if free and entry.name == "ADR" and not entry.param("LABEL") else None
        if labels:
            entry = entry._replace(params=(*entry.params, ("LABEL", str(labels.pop(0).value))))  # noqa: PLW2901
        others.append(entry)
    left = {id(label) for labels in free.values() for label in labels}
    return [
        _as_address(entry, is_left=id(entry) in left) for entry in others if entry.name != "LABEL" or id(entry) in left
    ]


def _as_address(entry: Property, *, is_left: bool) -> Property:
    text = str(entry.value) if is_left else entry.param("LABEL") if entry.name == "ADR" else ""
    if not text or (not is_left and any(map(_says, entry.value))):
        return entry
    params = (*entry.params, ("LABEL", text)) if is_left else entry.params
    return entry._replace(name="ADR", value=("", "", text, "", "", "", ""), params=params)


def _says(part: object) -> bool:
    return bool(part.strip()) if isinstance(part, str) else bool(part)


def _places(entry: Property) -> frozenset[str]:
    """Return what the types of an address or label say of where it is."""
    return frozenset(entry.types) | {entry.group.lower()}


def with_sort_string(properties: Sequence[Property]) -> list[Property]:
    """Return the properties with SORT-STRING as the parameter of N that took its place (RFC 6350 section 5.9)."""
    key = next((entry for entry in properties if entry.name == "SORT-STRING" and isinstance(entry.value, str)), None)
    name = next((entry for entry in properties if entry.name == "N"), None)
    if key is None or name is None or name.param("SORT-AS"):
        return list(properties)
    keys = tuple(part.strip() for part in str(key.value).split(","))
    named = name._replace(params=(*name.params, ("SORT-AS", *keys)))
    return [named if entry is name else entry for entry in properties if entry is not key]


def apart(entry: Property) -> Iterator[Property]:
    """Give `entry`, and the property that says in 3.0 what a parameter of it says in 4.0."""
    own = {"ADR": ("LABEL", "LABEL"), "N": ("SORT-AS", "SORT-STRING")}.get(entry.name)
    texts = [param[1:] for param in entry.params if own and param[0] == own[0]]
    if own is None or not texts:
        yield entry
        return
    yield entry._replace(params=without(entry.params, own[0]))
    types = tuple(param for param in entry.params if param[0] in {"TYPE", "PREF"} and own[1] == "LABEL")
    yield Property(own[1], ",".join(texts[0]), types, entry.group)


def one_alternative(properties: Sequence[Property]) -> list[Property]:
    """Return the properties with one of each set of alternatives (RFC 6350 section 5.4), the others under X- names.

    The first of the most preferred stays; an older version would take the others for more of the same.
    """
    best: dict[tuple[str, str], Property] = {}
    for entry in properties:
        if entry.params and (key := entry.param("ALTID")):
            other = best.setdefault((entry.name, key), entry)
            if (entry.pref or _LEAST) < (other.pref or _LEAST):
                best[entry.name, key] = entry
    if not best:
        return list(properties)
    return [
        entry
        if best.get((entry.name, entry.param("ALTID")), entry) is entry
        else entry._replace(name=f"X-{entry.name}")
        for entry in properties
    ]


_LEAST = 101


def all_alternatives(properties: Sequence[Property]) -> list[Property]:
    """Return the properties with alternatives that were kept under X- names under their own again."""
    return [
        entry._replace(name=entry.name[2:])
        if entry.name[:2] == "X-" and entry.params and entry.param("ALTID")
        else entry
        for entry in properties
    ]
