"""Parameters to those of 4.0 and back: types, preference, value types, what Apple writes of services."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Final

from cardwright.vcard.properties import lookup

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cardwright.vcard.model import Parameters, Property

_CAPITALS: Final = frozenset({
    *("HOME", "WORK", "PREF", "VOICE", "FAX", "MSG", "CELL", "PAGER", "BBS", "MODEM", "CAR", "ISDN", "VIDEO", "PCS"),
    *("INTERNET", "X400", "DOM", "INTL", "POSTAL", "PARCEL", "MAIN", "OTHER", "MOBILE", "IPHONE"),
    *("AOL", "APPLELINK", "ATTMAIL", "CIS", "EWORLD", "IBMMAIL", "MCIMAIL", "POWERSHARE", "PRODIGY", "TLX"),
})  # fmt: skip
"""Types of 2.1 and 3.0, which both write in capitals."""
_VALUES: Final = {"url": "uri", "inline": "", "binary": "", "phone-number": "text", "content-id": "", "cid": ""}
"""Value types of 2.1 and 3.0 as 4.0 has them."""
_PLACES: Final = frozenset({"home", "work", "pref"})
_SERVICES: Final = {"IMPP": "X-SERVICE-TYPE", "SOCIALPROFILE": "X-SERVICE-TYPE"}


def value_type(params: Parameters) -> str:
    """Return what VALUE says, in small letters, `""` where nothing does."""
    return next((param[1].lower() for param in params if param[0] == "VALUE" and param[1:]), "")


def without(params: Parameters, *names: str) -> Parameters:
    """Return parameters without those of the names."""
    return tuple([param for param in params if param[0] not in names])


def with_value(params: Parameters, kind: str) -> Parameters:
    """Return parameters with that value type, or without any for `""`."""
    return (("VALUE", kind), *without(params, "VALUE")) if kind else without(params, "VALUE")


def newer(entry: Property) -> Property:
    """Return a property with its parameters as 4.0 has them; its name and value are 4.0's already."""
    params = entry.params
    if not params:
        return entry
    names = {param[0] for param in params}
    rest: list[tuple[str, ...]] = []
    for name, *values in params:
        match name:
            case "TYPE":
                rest += _newer_types(entry.name, values, has_preference=bool(names & {"PREF", "X-PREF"}))
            case "X-PREF":
                rest.append(("PREF", *values))
            case "X-SERVICE-TYPE" if entry.name in _SERVICES and "SERVICE-TYPE" not in names:
                rest.append(("SERVICE-TYPE", *values))
            case "X-USER" if entry.name in _SERVICES and "USERNAME" not in names:
                rest.append(("USERNAME", *values))
            case "VALUE":
                rest += _newer_value(entry, values[0].lower())
            case _:
                rest.append((name, *values))
    return entry if tuple(rest) == params else entry._replace(params=tuple(rest))


def _newer_types(name: str, values: list[str], *, has_preference: bool) -> Iterator[tuple[str, ...]]:
    if name == "SOCIALPROFILE":  # Apple: the service
        for service in (value for value in values if value.lower() not in _PLACES):
            yield ("SERVICE-TYPE", service)
        values = [value for value in values if value.lower() in _PLACES]
    types = [lowered(value) for value in values]
    kept = tuple(dict.fromkeys(kind for kind in types if kind not in {"pref", "internet"} or name == "SOUND"))
    if kept:
        yield ("TYPE", *kept)
    if "pref" in types and not has_preference:
        yield ("PREF", "1")


def lowered(kind: str) -> str:
    """Return a type in small letters, as 4.0 writes it; a label of somebody's own stays."""
    if kind[:2].upper() == "X-":
        return kind
    return kind.lower() if kind.isupper() or kind.upper() in _CAPITALS else kind


def _newer_value(entry: Property, kind: str) -> Iterator[tuple[str, str]]:
    kind = _VALUES.get(kind, kind)
    row = lookup(entry.name)
    usual = "uri" if row.type == "binary" else row.type
    is_address = isinstance(entry.value, str) and (row.type != "binary" or ":" in entry.value)
    if kind and (kind != usual or not is_address):
        yield ("VALUE", kind)


def older(entry: Property, *, is_preferred: bool) -> Property:
    """Return a property with its parameters as 2.1 and 3.0 have them; its value is theirs already, its name 4.0's.

    Of several the most preferred alone is told so: it `is_preferred`, and the numbers of the others are kept.
    """
    params = entry.params
    rest: list[tuple[str, ...]] = []
    types = [kind.upper() if kind.upper() in _CAPITALS else kind for kind in _types(params)]
    if entry.name == "EMAIL" and "INTERNET" not in types and isinstance(entry.value, str) and "@" in entry.value:
        types.insert(0, "INTERNET")
    for name, *values in params:
        match name:
            case "TYPE":
                continue
            case "PREF":
                types += ["PREF"] if is_preferred else []
                rest += [] if is_preferred and values[0] == "1" else [("X-PREF", *values)]
            case "SERVICE-TYPE" if entry.name == "SOCIALPROFILE":
                types += values
            case "SERVICE-TYPE" if entry.name in _SERVICES:
                rest.append(("X-SERVICE-TYPE", *values))
            case "USERNAME" if entry.name in _SERVICES:
                rest.append(("X-USER", *values))
            case "VALUE" if entry.name == "SOCIALPROFILE":
                continue
            case _:
                rest.append((name, *values))
    made = (("TYPE", *types), *rest) if types else tuple(rest)
    return entry if made == params else entry._replace(params=made)


def _types(params: Parameters) -> list[str]:
    return [kind for name, *kinds in params if name == "TYPE" for kind in kinds]


def preferred(properties: Sequence[Property]) -> set[int]:
    """Return the `id` of each property that is preferred most of its name (the lowest PREF)."""
    lowest: dict[str, int] = {}
    for entry in properties:
        if (rank := entry.pref) is not None:
            lowest[entry.name] = min(rank, lowest.get(entry.name, rank))
    return {id(entry) for entry in properties if entry.pref is not None and entry.pref == lowest[entry.name]}


def free_groups(properties: Sequence[Property]) -> Iterator[str]:
    """Give names of groups that no property stands in."""
    taken = {entry.group.lower() for entry in properties}
    return (group for number in count(1) if (group := f"item{number}") not in taken)
