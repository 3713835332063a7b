"""Values that the versions write differently, one property at a time: dates, places, zones, ids, numbers, data."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from cardwright.vcard.conversion import dates, media
from cardwright.vcard.conversion.parameters import value_type, with_value, without
from cardwright.vcard.model import COMPONENTS
from cardwright.vcard.properties import ROWS, lookup
from cardwright.vcard.quirks import irmc_sound

if TYPE_CHECKING:
    from collections.abc import Callable

    from cardwright.vcard.model import Property, Texts, Value

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_SHORT: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_OMITTED: Final = "X-APPLE-OMIT-YEAR"
_NO_YEAR: Final = "1604"
"""The year that Apple writes for none, with `X-APPLE-OMIT-YEAR` or without: it had a 29th of February."""
_ZERO: Final = "0000"
"""What others write for none: nobody was born then."""
_DATES: Final = tuple(row.name for row in ROWS if row.type in {"date-and-or-time", "timestamp"} and row.name[0] != "X")
_DAYS: Final = frozenset({"BDAY", "ANNIVERSARY"})
"""Days that may have no year."""
_SEXES: Final = {"male": "M", "female": "F", "other": "O", "none": "N", "unknown": "U"}
_WORDS: Final = {letter: word.capitalize() for word, letter in _SEXES.items()}
_BETWEEN: Final = {"N": " ", "ADR": ", "}
_PLACE: Final = 2  # latitude and longitude


def newer(entry: Property) -> Property:
    """Return a property with its value as 4.0 has it."""
    change = _NEWER.get(entry.name)
    return change(entry) if change else entry


def older(entry: Property, version: str) -> Property:
    """Return a property with its value as 2.1 or 3.0 has it; under an X- name if that cannot say it."""
    if version == "2.1" and entry.name in _BETWEEN and isinstance(entry.value, tuple):  # which has no lists inside
        between = _BETWEEN[entry.name]
        return entry._replace(
            value=tuple(part if isinstance(part, str) else between.join(part) for part in entry.value)
        )
    if entry.name == "X-GEO" and not _is_geo(entry.value):  # was kept so on the way to 4.0
        return entry._replace(name="GEO", value=tuple(_text(entry.value).split(";")))
    if entry.name == "GEO":
        return _older_geo(entry, version)
    if entry.name in _DATA:
        return _older_data(entry, version)
    change = _OLDER.get(entry.name)
    return change(entry) if change else entry


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""


def _newer_date(entry: Property) -> Property:
    """`1996-04-15` to `19960415`; Apple's year for none is left out; what is no date is a text."""
    text = _text(entry.value)
    date = dates.basic(text) or _of_short(text)
    omitted = entry.param(_OMITTED)
    if not omitted and entry.name in _DAYS:
        omitted = _ZERO if date and date.startswith(_ZERO) else _NO_YEAR
    params = without(entry.params, _OMITTED)
    if date is None or value_type(entry.params) == "text":
        return entry._replace(params=with_value(params, "text")) if text else entry
    if lookup(entry.name).type == "timestamp" and not dates.is_instant(date):  # `REV:1997-11-15` of 3.0
        return entry._replace(value=date, params=with_value(params, "date-and-or-time"))
    if len(omitted) == len(_NO_YEAR) and date.startswith(omitted) and len(date) > len(_NO_YEAR):
        date = "--" + date[len(_NO_YEAR) :]
    return entry._replace(value=date, params=without(params, "VALUE"))


def _of_short(text: str) -> str | None:
    """Return the date of `1990-1-2`, which phones write and the standard does not have; None for what is none."""
    match = _SHORT.fullmatch(text)
    return match and match[1] + match[2].zfill(2) + match[3].zfill(2)


def _older_date(entry: Property) -> Property:
    """`19960415` to `1996-04-15`, `--0415` to what Apple writes for it; another form of 4.0 is kept as X-."""
    date = dates.extended(_text(entry.value))
    params = without(entry.params, "VALUE")
    if date is None or value_type(entry.params) == "text":
        return entry._replace(name=f"X-{entry.name}") if entry.value else entry
    if date.startswith("--") and dates.is_whole(_NO_YEAR + date[1:]):
        return entry._replace(value=_NO_YEAR + date[1:], params=((_OMITTED, _NO_YEAR), *params))
    if not dates.is_whole(date):
        return entry._replace(name=f"X-{entry.name}", params=params)
    return entry._replace(value=date, params=with_value(params, "date-time") if "T" in date else params)


def _older_day(entry: Property) -> Property:
    """`20010203` to `2001-02-03` for a day that Apple labels; what its programs do not write stays as it is."""
    older = _older_date(entry)
    return older if older.name == entry.name else entry


def _newer_geo(entry: Property) -> Property:
    """`37.38;-122.08` to `geo:37.38,-122.08` (RFC 5870), and 2.1's `37.38,-122.08` too."""
    if _is_geo(entry.value):
        return entry._replace(name="GEO")
    place = entry.value if isinstance(entry.value, tuple) else (_text(entry.value),)
    if len(place) == 1 and isinstance(place[0], str):
        place = tuple(place[0].split(","))
    if len(place) != _PLACE or not all(place):
        return entry._replace(name="X-GEO", value=";".join(map(str, place)))
    return entry._replace(value="geo:" + ",".join([part.strip() for part in place if isinstance(part, str)]))


def _older_geo(entry: Property, version: str) -> Property:
    """`geo:37.38,-122.08` to its two numbers; 3.0 knows no height, uncertainty or other system of coordinates."""
    place = _text(entry.value)[4:].split(",")
    if not _is_geo(entry.value) or len(place) != _PLACE or ";" in place[1]:
        return entry._replace(name="X-GEO")
    return entry._replace(value=(",".join(place),) if version == "2.1" else tuple(place))


def _is_geo(value: Value) -> bool:
    return _text(value)[:4].lower() == "geo:"


def _newer_zone(entry: Property) -> Property:
    offset = dates.offset(_text(entry.value), "")
    if offset is None or value_type(entry.params) == "text":
        return entry
    return entry._replace(value=offset, params=with_value(entry.params, "utc-offset"))


def _older_zone(entry: Property) -> Property:
    offset = dates.offset(_text(entry.value), ":")
    if offset is None:
        return entry._replace(params=with_value(entry.params, "text"))
    return entry._replace(value=offset, params=without(entry.params, "VALUE"))


def _newer_data(entry: Property) -> Property:
    """Say the media type in MEDIATYPE; an image without one gets it by its first octets, as 4.0 has none without."""
    row = irmc_sound.row(lookup(entry.name), entry.params)
    if value_type(entry.params) == "text" or row.type != "binary":
        return entry
    media_type, params = media.split(entry.params, media.family(entry.name))
    if isinstance(entry.value, bytes) and not media_type and media.family(entry.name) == "image":
        media_type = media.recognize(entry.value)
    return entry._replace(params=(("MEDIATYPE", media_type), *params) if media_type else params)


def _older_data(entry: Property, version: str) -> Property:
    if isinstance(entry.value, bytes) or value_type(entry.params) == "text":
        return entry
    media_type, params = media.split(without(entry.params, "VALUE"))
    if media_type:
        params = (("TYPE", media.token(media_type, media.family(entry.name))), *params)
    if version == "2.1" and _text(entry.value)[:4].lower() == "cid:":
        return entry._replace(value=f"<{_text(entry.value)[4:]}>", params=with_value(params, "CONTENT-ID"))
    return entry._replace(params=params)


def _newer_uri(entry: Property) -> Property:
    """Say that what is no URI is a text (RFC 6350 section 6.7.6, RFC 9554 section 3.5)."""
    if not isinstance(entry.value, str) or _SCHEME.match(entry.value) or value_type(entry.params):
        return entry
    return entry._replace(params=with_value(entry.params, "text"))


def _without_value(entry: Property) -> Property:
    return entry._replace(params=without(entry.params, "VALUE"))


def _older_number(entry: Property) -> Property:
    """`tel:+1-555;ext=5` to `+1-555 x5`: 3.0 takes a text. Another URI (`sip:`) stays one."""
    text = _text(entry.value)
    if text[:4].lower() != "tel:":
        return entry
    number, *parts = unquote(text[4:]).split(";")
    extension = next((part[4:] for part in parts if part[:4].lower() == "ext="), "")
    others = "".join(f";{part}" for part in parts if part[:4].lower() != "ext=")
    return entry._replace(
        value=f"{number}{others}{extension and f' x{extension}'}", params=without(entry.params, "VALUE")
    )


def _older_address(entry: Property) -> Property:
    text = _text(entry.value)
    if text[:7].lower() != "mailto:":
        return entry
    return entry._replace(value=unquote(text[7:]), params=without(entry.params, "VALUE"))


def _all_components(entry: Property) -> Property:
    """`Coyote;Wile` to `Coyote;Wile;;;`: N and ADR with all their components, as strict readers want them."""
    value: tuple[Texts, ...] = entry.value if isinstance(entry.value, tuple) else (_text(entry.value),)
    missing = COMPONENTS[entry.name] - len(value)
    return entry._replace(value=(*value, *[""] * missing)) if missing > 0 else entry


def _newer_sex(entry: Property) -> Property:
    """`Male` to `M` (RFC 6350 section 6.2.7); what is neither a word nor a letter for a sex is an identity."""
    sex, *identity = entry.value if isinstance(entry.value, tuple) else (_text(entry.value),)
    if not isinstance(sex, str) or (not sex and identity):
        return entry
    letter = _SEXES.get(sex.strip().lower(), sex.strip().upper())
    return entry._replace(value=(letter, *identity) if letter in {*_WORDS, ""} else ("", sex, *identity))


def _older_sex(entry: Property) -> Property:
    value = entry.value if isinstance(entry.value, tuple) else (_text(entry.value),)
    if len(value) == 1 and value[0] in _WORDS:
        return entry._replace(value=(_WORDS[str(value[0])],))
    return entry._replace(value=value[1:] if len(value) > 1 and not value[0] else value)


_Rule = dict[str, "Callable[[Property], Property]"]
_DATA: Final = ("PHOTO", "LOGO", "SOUND", "KEY")
_NEWER: Final[_Rule] = {
    **dict.fromkeys(_DATES, _newer_date),
    **dict.fromkeys(_DATA, _newer_data),
    **dict.fromkeys(COMPONENTS, _all_components),
    "GEO": _newer_geo,
    "TZ": _newer_zone,
    "UID": _newer_uri,
    "RELATED": _newer_uri,
    "SOCIALPROFILE": _newer_uri,
    "GENDER": _newer_sex,
}
_OLDER: Final[_Rule] = {
    **dict.fromkeys(_DATES, _older_date),
    "X-ABDATE": _older_day,
    "TZ": _older_zone,
    "UID": _without_value,
    "TEL": _older_number,
    "EMAIL": _older_address,
    "GENDER": _older_sex,
}
