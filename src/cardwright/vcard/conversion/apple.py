"""What iOS and macOS say of a property in the label of its group: days (X-ABDATE), relations (X-ABRELATEDNAMES)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from cardwright.vcard.conversion.parameters import free_groups, value_type, without
from cardwright.vcard.model import Property

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cardwright.vcard.model import Parameters, Value

ANNIVERSARY: Final = "_$!<Anniversary>!$_"
# The types of RFC 6350 section 6.6.6: Contacts has a label of its own for these, the others are plain words.
_OWN: Final = ("spouse", "child", "parent", "friend")
_OTHERS: Final = (
    *("contact", "acquaintance", "met", "co-worker", "colleague", "co-resident", "neighbor", "sibling", "kin"),
    *("muse", "crush", "date", "sweetheart", "me", "emergency"),
)
_LABELS: Final = {**{kind: f"_$!<{kind.capitalize()}>!$_" for kind in _OWN}, **{kind: kind for kind in _OTHERS}}
# What the labels mean; those which say more than the type stay beside it.
_RELATIONS: Final = {
    **{label: kind for kind, label in _LABELS.items()},
    **dict.fromkeys(("_$!<Mother>!$_", "_$!<Father>!$_"), "parent"),
    **dict.fromkeys(("_$!<Brother>!$_", "_$!<Sister>!$_"), "sibling"),
    **dict.fromkeys(("_$!<Son>!$_", "_$!<Daughter>!$_"), "child"),
}


def newer(properties: Sequence[Property]) -> list[Property]:
    """Return the properties with days and relations under their names of 4.0; a label that says more stays."""
    members = Counter(entry.group.lower() for entry in properties)
    labels = {entry.group.lower(): entry for entry in properties if entry.name == "X-ABLabel" and entry.group}
    gone: set[int] = set()
    renamed: list[Property] = []
    for entry in properties:
        label = labels.get(entry.group.lower()) if entry.group else None
        says = label.value if label and isinstance(label.value, str) else ""
        new = _newer(entry, says)
        alone = members[entry.group.lower()] == 2  # noqa: PLR2004 - it and its label
        if new and label and alone and _says_all(new, says):
            gone.add(id(label))
            new = new._replace(group="")
        renamed.append(new or entry)
    return [entry for entry in renamed if id(entry) not in gone]


def _newer(entry: Property, label: str) -> Property | None:
    if entry.name == "X-ABDATE" and label == ANNIVERSARY:
        return entry._replace(name="ANNIVERSARY", params=_without_preference(entry.params))
    if entry.name == "X-ABRELATEDNAMES" and isinstance(entry.value, str):
        types = _typed((*([_RELATIONS[label]] if label in _RELATIONS else []), *_types(entry)))
        return entry._replace(
            name="RELATED", params=(*types, ("VALUE", "text"), *without(entry.params, "VALUE", "TYPE"))
        )
    return None


def _without_preference(params: Parameters) -> Parameters:
    """Return the parameters of what there is one of: Apple prefers the first of its days."""
    left = [(name, *[kind for kind in kinds if name != "TYPE" or kind.upper() != "PREF"]) for name, *kinds in params]
    return tuple(param for param in left if param[1:])


def _says_all(entry: Property, label: str) -> bool:
    return entry.name == "ANNIVERSARY" or any(_LABELS.get(kind) == label for kind in entry.types)


def older(properties: Sequence[Property]) -> list[Property]:
    """Return the properties with anniversaries and relations as iOS shows them, and X-ANNIVERSARY for the others."""
    groups = free_groups(properties)
    labels = {entry.group.lower(): entry.value for entry in properties if entry.name == "X-ABLabel" and entry.group}
    return [new for entry in properties for new in _older(entry, groups, labels)]


def _older(entry: Property, groups: Iterator[str], labels: dict[str, Value]) -> Iterator[Property]:
    if entry.name == "ANNIVERSARY":
        yield entry._replace(name="X-ANNIVERSARY")
        if not entry.group:
            group = next(groups)
            yield entry._replace(name="X-ABDATE", group=group, params=without(entry.params, "VALUE"))
            yield Property("X-ABLabel", ANNIVERSARY, (), group)
        return
    kinds = [kind for kind in entry.types if kind in _LABELS]
    is_named = entry.name == "RELATED" and value_type(entry.params) == "text" and isinstance(entry.value, str)
    if is_named and entry.group.lower() in labels:
        yield _related_name(entry, labels[entry.group.lower()])
    elif is_named and len(kinds) == 1 and not entry.group:
        label, group = _LABELS[kinds[0]], next(groups)
        yield _related_name(entry._replace(group=group), label)
        yield Property("X-ABLabel", label, (), group)
    else:
        yield entry


def _related_name(entry: Property, label: Value) -> Property:
    """Return a relation under Apple's name; the type that its label says goes, and others stay."""
    said = _RELATIONS.get(label) if isinstance(label, str) else None
    types = _typed([kind for kind in _types(entry) if kind.lower() != said])
    return entry._replace(name="X-ABRELATEDNAMES", params=(*types, *without(entry.params, "VALUE", "TYPE")))


def _types(entry: Property) -> list[str]:
    return [kind for param in entry.params if param[0] == "TYPE" for kind in param[1:]]


def _typed(kinds: Sequence[str]) -> Parameters:
    return (("TYPE", *kinds),) if kinds else ()
