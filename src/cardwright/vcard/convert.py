"""A card of one version to another. What the new one cannot say is kept under a name that begins with X-, and told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.vcard import dates, media
from cardwright.vcard.card import Card, Property
from cardwright.vcard.properties import ROWS, Shape, lookup
from cardwright.vcard.quirks import irmc_sound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cardwright.vcard.card import Parameters, Value


class Kept(NamedTuple):
    """A property or parameter that the new version does not know."""

    name: str
    kept_as: str


class Converted(NamedTuple):
    """A card in its new version, and what of it is kept under another name."""

    card: Card
    kept: tuple[Kept, ...]


def convert(card: Card, version: str) -> Converted:
    """Return `card` in `version`; into its own it goes unchanged.

    2.1 and 3.0 count as one but for how they are written: readers of 2.1 skip names that they do not know. Two cards
    of the old version that differ stay different, save for the form of dates, the case of types and whether an image
    says its media type.
    """
    if (card.version == "4.0") == (version == "4.0"):
        return Converted(card if card.version == version else Card(card.properties, version), ())
    kept: list[Kept] = []
    if version == "4.0":
        properties = [_newer(entry, kept) for entry in _with_labels(_with_sort_string(card.properties))]
    else:
        properties = [_older(entry, kept) for whole in card.properties for entry in _apart(whole)]
    return Converted(Card(_with_names(properties, version), version), tuple(kept))


_ONLY_OLD: Final = frozenset(row.name for row in ROWS if "4.0" not in row.versions)
_ONLY_NEW: Final = frozenset(row.name for row in ROWS if row.versions == "4.0")
# Names of programs that say in 3.0 what 4.0 has a name for; others are told by their X-.
_OLD_NAMES: Final = {"KIND": "X-ADDRESSBOOKSERVER-KIND", "MEMBER": "X-ADDRESSBOOKSERVER-MEMBER"}
_NEW_NAMES: Final = {
    **{f"X-{name}": name for name in (*_ONLY_NEW, "BDAY", "REV")},
    **{old: new for new, old in _OLD_NAMES.items()},
}
_DATES: Final = frozenset(row.name for row in ROWS if row.type in {"date-and-or-time", "timestamp"})
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_NO_YEAR: Final = "1604"
"""The year that Apple writes for none, with `X-APPLE-OMIT-YEAR`: it had a 29th of February."""


def _newer(entry: Property, kept: list[Kept]) -> Property:
    """Return the property of 4.0 that says what `entry`, of 2.1 or 3.0, says."""
    if type(entry.value) is _ALIKE.get(entry.name) and not (entry.params and _has(entry, "X-PREF")):
        return entry
    name = _NEW_NAMES.get(entry.name, entry.name)
    params, value = entry.params, _shaped(entry.value, lookup(name).shape)
    if params:
        params = tuple([("PREF", *param[1:]) if param[0] == "X-PREF" else param for param in params])
    if name != entry.name or value is not entry.value or params != entry.params:
        entry = entry._replace(name=name, value=value, params=params)
    if name == "AGENT" and _value_type(params) in {"uri", "url"}:
        return entry._replace(name="RELATED", params=(("TYPE", "agent"), *_without(params, "VALUE")))
    newer = entry._replace(name=f"X-{name}") if name in _ONLY_OLD else _NEWER.get(name, _same)(entry)
    if newer is not entry and newer.name == f"X-{name}":
        kept.append(Kept(name, newer.name))
    return _unshaped(newer)


def _older(entry: Property, kept: list[Kept]) -> Property:
    """Return the property of 2.1 and 3.0 that says what `entry`, of 4.0, says."""
    params = entry.params
    for param in params:
        if param[0] == "PREF" and param[1:] != ("1",):
            kept.append(Kept("PREF", "X-PREF"))
            params = tuple(("X-PREF", *other[1:]) if other is param else other for other in params)
    older = _OLDER.get(entry.name, _same)(entry._replace(params=params))
    if older.name in _ONLY_NEW:
        older = older._replace(name=_OLD_NAMES.get(older.name, f"X-{older.name}"))
    older = _unshaped(older)
    if older.name != entry.name and older.name not in {"AGENT", "GEO"}:  # which say the same
        kept.append(Kept(entry.name, older.name))
    elif older.name.startswith("X-") and older.name[2:] in _ONLY_OLD:  # was kept so on the way to 4.0
        return older._replace(name=older.name[2:])
    return older


def _same(entry: Property) -> Property:
    return entry


def _shaped(value: Value, shape: Shape) -> Value:
    """Return a value that was read under an X- name in the shape that its own name has."""
    if isinstance(value, str) and (shape is Shape.LIST or shape is Shape.COMPONENTS):
        return (value,)
    return value


def _unshaped(entry: Property) -> Property:
    """Return a property as it is read under a name that is not registered: one component is a text."""
    if isinstance(entry.value, tuple) and len(entry.value) == 1 and lookup(entry.name).shape is Shape.UNKNOWN:
        (text,) = entry.value
        return entry._replace(value=text)
    return entry


def _value_type(params: Parameters) -> str:
    return next((param[1].lower() for param in params if param[0] == "VALUE" and param[1:]), "")


def _without(params: Parameters, *names: str) -> Parameters:
    return tuple(param for param in params if param[0] not in names)


# One function for each kind of value that the versions write differently.


def _newer_date(entry: Property) -> Property:
    """`1996-04-15` to `19960415`; Apple's year for none is left out; what is no date is a text."""
    text = entry.value if isinstance(entry.value, str) else ""
    date = dates.basic(text)
    omitted = next((param[1] for param in entry.params if param[0] == "X-APPLE-OMIT-YEAR"), "")
    params = _without(entry.params, "VALUE", "X-APPLE-OMIT-YEAR")
    if date is None or _value_type(entry.params) == "text":
        return entry._replace(params=(("VALUE", "text"), *params)) if text else entry
    if len(omitted) == len(_NO_YEAR) and date.startswith(omitted):
        date = "--" + date[len(_NO_YEAR) :]
    return entry._replace(value=date, params=params)


def _older_date(entry: Property) -> Property:
    """`19960415` to `1996-04-15`, `--0415` to what Apple writes for it; another form of 4.0 is kept as X-."""
    date = dates.extended(entry.value) if isinstance(entry.value, str) else None
    params = _without(entry.params, "VALUE")
    if date is None or _value_type(entry.params) == "text":
        return entry._replace(name=f"X-{entry.name}") if entry.value else entry
    if date.startswith("--") and dates.is_whole(_NO_YEAR + date[1:]):
        return entry._replace(value=_NO_YEAR + date[1:], params=(("X-APPLE-OMIT-YEAR", _NO_YEAR), *params))
    if not dates.is_whole(date):
        return entry._replace(name=f"X-{entry.name}")
    return entry._replace(value=date, params=(("VALUE", "date-time"), *params) if "T" in date else params)


def _newer_geo(entry: Property) -> Property:
    """`37.38;-122.08` to `geo:37.38,-122.08` (RFC 5870); what was kept as X- on the way from 4.0 is one already."""
    if _is_geo(entry.value):
        return entry._replace(name="GEO")
    if entry.name == "X-GEO":
        return entry
    if isinstance(entry.value, tuple) and len(entry.value) == 2:  # noqa: PLR2004 - latitude and longitude
        return entry._replace(value="geo:" + ",".join(map(str, entry.value)))
    return entry._replace(name="X-GEO")


def _older_geo(entry: Property) -> Property:
    """`geo:37.38,-122.08` to its two numbers; 3.0 knows no height, uncertainty or other system of coordinates."""
    if entry.name == "X-GEO" and not _is_geo(entry.value):  # was kept so on the way to 4.0
        return entry._replace(name="GEO", value=_shaped(entry.value, Shape.COMPONENTS))
    place = entry.value[4:].split(",") if isinstance(entry.value, str) else []
    if _is_geo(entry.value) and len(place) == 2 and ";" not in place[1]:  # noqa: PLR2004 - latitude and longitude
        return entry._replace(name="GEO", value=tuple(place))
    return entry._replace(name="X-GEO")


def _is_geo(value: Value) -> bool:
    return isinstance(value, str) and value[:4].lower() == "geo:"


def _older_relation(entry: Property) -> Property:
    """`RELATED;TYPE=agent` by address to the AGENT that it took the place of (RFC 6350 appendix A.2)."""
    types = [param[1:] for param in entry.params if param[0] == "TYPE"]
    if types != [("agent",)] or _value_type(entry.params) == "text":
        return entry
    return entry._replace(name="AGENT", params=(("VALUE", "uri"), *_without(entry.params, "TYPE", "VALUE")))


def _newer_zone(entry: Property) -> Property:
    offset = dates.offset(entry.value, "") if isinstance(entry.value, str) else None
    if offset is None or _value_type(entry.params) == "text":
        return entry
    return entry._replace(value=offset, params=(("VALUE", "utc-offset"), *_without(entry.params, "VALUE")))


def _older_zone(entry: Property) -> Property:
    offset = dates.offset(entry.value, ":") if isinstance(entry.value, str) else None
    if offset is None:
        return entry._replace(params=(("VALUE", "text"), *_without(entry.params, "VALUE")))
    return entry._replace(value=offset, params=_without(entry.params, "VALUE"))


def _newer_data(entry: Property) -> Property:
    """Turn `TYPE=GIF` of a URI in place of inline data into `MEDIATYPE=image/gif`; inline data are the writer's.

    But 4.0 has no inline image without a media type, as macOS and Google write them: it is told by the first octets.
    """
    if isinstance(entry.value, bytes) and media.family(entry.name) == "image" and not _has(entry, "MEDIATYPE"):
        seen = media.recognize(entry.value)
        return entry._replace(params=(("MEDIATYPE", seen), *entry.params)) if seen else entry
    row = irmc_sound.row(lookup(entry.name), entry.params)
    if isinstance(entry.value, bytes) or _value_type(entry.params) == "text" or row.type != "binary":
        return entry
    media_type, params = media.split(_without(entry.params, "VALUE"), media.family(entry.name))
    return entry._replace(params=(("MEDIATYPE", media_type), *params) if media_type else params)


def _older_data(entry: Property) -> Property:
    if isinstance(entry.value, bytes):
        return entry
    media_type, params = media.split(_without(entry.params, "VALUE"))
    return entry._replace(params=(("TYPE", media.token(media_type)), *params) if media_type else params)


def _newer_uid(entry: Property) -> Property:
    """Say that a UID that is no URI is a text (RFC 6350 section 6.7.6)."""
    if not isinstance(entry.value, str) or _SCHEME.match(entry.value) or _has(entry, "VALUE"):
        return entry
    return entry._replace(params=(("VALUE", "text"), *entry.params))


def _older_uid(entry: Property) -> Property:
    return entry._replace(params=_without(entry.params, "VALUE"))


def _older_number(entry: Property) -> Property:
    """`tel:+1-555;ext=5` to its number: 3.0 takes a text. Another URI (`sip:`) stays one."""
    if _value_type(entry.params) != "uri" or not isinstance(entry.value, str) or entry.value[:4].lower() != "tel:":
        return entry
    return entry._replace(value=entry.value[4:], params=_without(entry.params, "VALUE"))


_Rule = dict[str, "Callable[[Property], Property]"]
_DATA: Final = ("PHOTO", "LOGO", "SOUND", "KEY")
_NEWER: Final[_Rule] = {
    **dict.fromkeys(_DATES, _newer_date),
    **dict.fromkeys(_DATA, _newer_data),
    "GEO": _newer_geo,
    "X-GEO": _newer_geo,
    "TZ": _newer_zone,
    "UID": _newer_uid,
}
_OLDER: Final[_Rule] = {
    **dict.fromkeys(_DATES, _older_date),
    **dict.fromkeys(_DATA, _older_data),
    "GEO": _older_geo,
    "X-GEO": _older_geo,
    "RELATED": _older_relation,
    "TZ": _older_zone,
    "UID": _older_uid,
    "TEL": _older_number,
}

# What stays as it is on the way to 4.0, which is nearly everything: the names, and of which type their values are then.
_ALIKE: Final = {
    row.name: str if row.shape is Shape.SINGLE else tuple
    for row in ROWS
    if "4.0" in row.versions and row.name not in {*_NEWER, *_NEW_NAMES}
}


# What one version says in a property and another in a parameter of its neighbour.


def _with_labels(properties: list[Property]) -> list[Property]:
    """Return the properties with each LABEL as a parameter of the address of its types (RFC 6350 section 6.3.1)."""
    free: dict[frozenset[str], list[Property]] = {}
    for label in properties:
        if label.name == "LABEL" and isinstance(label.value, str):
            free.setdefault(_places(label), []).append(label)
    if not free:
        return properties
    found = []
    for entry in properties:
        labels = free.get(_places(entry)) if entry.name == "ADR" and not _has(entry, "LABEL") else None
        found.append(entry._replace(params=(*entry.params, ("LABEL", str(labels.pop(0).value)))) if labels else entry)
    left = {id(label) for labels in free.values() for label in labels}
    return [entry for entry in found if entry.name != "LABEL" or id(entry) in left or not isinstance(entry.value, str)]


def _places(entry: Property) -> frozenset[str]:
    """Return what the types of an address or label say of where it is."""
    types = {kind.lower() for param in entry.params if param[0] == "TYPE" for kind in param[1:]}
    return frozenset(types - {"pref"}) | {entry.group.lower()}


def _has(entry: Property, name: str) -> bool:
    return any(param[0] == name for param in entry.params)


def _with_sort_string(properties: list[Property]) -> list[Property]:
    """Return the properties with SORT-STRING as the parameter of N that took its place (RFC 6350 section 5.9)."""
    keys = [entry for entry in properties if entry.name == "SORT-STRING" and isinstance(entry.value, str)]
    names = [entry for entry in properties if keys and entry.name == "N"]
    if not names or _has(names[0], "SORT-AS"):
        return properties
    sorted_as = names[0]._replace(params=(*names[0].params, ("SORT-AS", str(keys[0].value))))
    return [sorted_as if entry is names[0] else entry for entry in properties if entry is not keys[0]]


def _apart(entry: Property) -> Iterator[Property]:
    """Give `entry`, and the property that says in 3.0 what a parameter of it says in 4.0."""
    own = {"ADR": ("LABEL", "LABEL"), "N": ("SORT-AS", "SORT-STRING")}.get(entry.name)
    texts = [param[1:] for param in entry.params if own and param[0] == own[0]]
    if own is None or not texts:
        yield entry
        return
    yield entry._replace(params=_without(entry.params, own[0]))
    types = tuple(param for param in entry.params if param[0] == "TYPE" and own[1] == "LABEL")
    yield Property(f"X-{own[1]}", ",".join(texts[0]), types, entry.group)


def _with_names(properties: list[Property], version: str) -> list[Property]:
    """Return the properties with the FN that every version wants, and the N that 2.1 and 3.0 do.

    N is empty where FN calls no person: a name made of a company's or a number would hide that it is none.
    """
    first: dict[str, Value] = {}
    for entry in properties:
        first.setdefault(entry.name, entry.value)
    organization = first.get("ORG")
    company = organization[:1] if isinstance(organization, tuple) else organization  # without its units
    others = [_text_of(value) for value in (company, first.get("EMAIL"), first.get("TEL"))]
    spoken = _text_of(first.get("FN", first.get("N")))
    made = []
    if "FN" not in first:
        made.append(Property("FN", spoken or next(filter(None, others), "")))
    if version != "4.0" and "N" not in first:
        made.append(Property("N", ("", "" if spoken in others else spoken, "", "", "")))
    return [*made, *properties]


def _text_of(value: Value | None) -> str:
    """Return the texts of a value in one; of a name in the order in which it is spoken."""
    if not isinstance(value, tuple):
        return value if isinstance(value, str) else ""
    texts = [part if isinstance(part, str) else " ".join(part) for part in value]
    if len(texts) == 5:  # noqa: PLR2004 - N: family, given, additional, prefixes, suffixes
        texts = [texts[at] for at in (3, 1, 2, 0, 4)]
    return " ".join(filter(None, texts))
