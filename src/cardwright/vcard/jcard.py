"""Cards as JSON: jCard (RFC 7095), which is 4.0 in another dress."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_to_bytes

from cardwright.vcard.card import Card
from cardwright.vcard.conversion import dates, media
from cardwright.vcard.conversion.converter import model_of
from cardwright.vcard.conversion.names import with_names
from cardwright.vcard.errors import VCardError
from cardwright.vcard.model import Property
from cardwright.vcard.properties import PropertyRow, Shape, lookup
from cardwright.vcard.quirks import data_uri, irmc_sound
from cardwright.vcard.reading.unescaping import read_value
from cardwright.vcard.writing.escaping import escape_unknown

if TYPE_CHECKING:
    from cardwright.vcard.model import Texts, Value

_DATES: Final = frozenset({"date", "time", "date-time", "date-and-or-time", "timestamp"})
_AS_IT_IS: Final = frozenset({"text", "uri"})  # what a text of the type becomes: itself, as nearly all do


def to_jcard(card: Card) -> list[object]:
    """Return `card`, of any version, as the array that JSON writes, always with VERSION and FN (RFC 7095 section 3)."""
    properties = [_to_array(entry) for entry in with_names(model_of(card), "4.0")]
    return ["vcard", [["version", {}, "text", "4.0"], *properties]]


def from_jcard(array: object) -> Card:
    """Return the card of one jCard array, as `json.loads` gives it. Raises `VCardError` naming what is wrong."""
    match array:
        case ["vcard", list(properties), *_]:
            entries = [_from_array(entry, f"[1][{at}]") for at, entry in enumerate(properties)]
            return Card([entry for entry in entries if entry], "4.0")
        case _:
            raise VCardError("", 'A jCard is an array of "vcard" and an array of properties.')


def _default_type(row: PropertyRow) -> str:
    if row.shape is Shape.UNKNOWN:
        return "unknown"
    return "uri" if row.type == "binary" else row.type


def _to_array(entry: Property) -> list[object]:
    name, value, params, group = entry
    row = irmc_sound.row(lookup(name), params)
    media_type, params = media.split(params) if isinstance(value, bytes) else ("", params)
    named: dict[str, object] = {}
    kind = ""
    if params:
        named = {name.lower(): values[0] if len(values) == 1 else list(values) for name, *values in params if values}
        kind = str(named.pop("value", "")).lower()
        kind = "" if kind == "unknown" else kind  # which says nothing (RFC 7095 section 5.1)
    if group:
        named["group"] = group
    if isinstance(value, bytes):
        data = base64.b64encode(value).decode()
        return [name.lower(), named, "uri", f"data:{media_type or data_uri.NO_TYPE};base64,{data}"]
    may_be_data = row.type == "binary" or (row.shape is Shape.UNKNOWN and kind == "uri")
    if may_be_data and isinstance(value, str) and data_uri.split(value):  # was read as none: no base64
        kind = "text"
    kind = kind or _default_type(row)
    if kind in _AS_IT_IS and isinstance(value, str):
        return [name.lower(), named, kind, value]
    return [name.lower(), named, kind, *_to_values(value, row.shape, kind)]


def _to_values(value: str | tuple[Texts, ...], shape: Shape, kind: str) -> list[object]:
    """Return a list as several values, components as one array of them (RFC 7095 sections 3.3.1.3 and 3.4.1)."""
    if kind == "unknown":  # stays as it stands on the line (RFC 7095 section 5.1)
        parts = (value,) if isinstance(value, str) else value
        return [";".join(escape_unknown(part if isinstance(part, str) else ",".join(part)) for part in parts)]
    if isinstance(value, str):
        return [_to_text(value, kind)]
    texts: list[object] = [part if isinstance(part, str) else list(part) for part in value]
    is_list = shape in {Shape.LIST, Shape.UNKNOWN}
    return texts if is_list or (len(texts) == 1 and isinstance(texts[0], str)) else [texts]


def _to_text(text: str, kind: str) -> str:
    if kind in _DATES:
        return dates.extended(text) or text
    if kind == "utc-offset":
        return dates.offset(text, ":") or text
    return text


def _from_array(array: object, place: str) -> Property | None:
    """Return the property of an array, None for VERSION."""
    match array:
        case [str(name), *_] if name.upper() == "VERSION":
            return None
        case [str(name), dict(params), str(kind), first, *others]:
            return _property(name, params, kind.lower(), [first, *others], place)
        case _:
            raise VCardError(place, "A property is an array of name, parameters, type and at least one value.")


def _property(name: str, params: dict[object, object], kind: str, values: list[object], place: str) -> Property:
    texts = _from_params(params, place)
    row = irmc_sound.row(lookup(name), tuple((key, *values) for key, values in texts.items()))
    group = texts.pop("GROUP", ("",))[0]
    value = _from_values(values, row.shape, kind, place)
    may_be_data = kind != "text" if row.type == "binary" else row.shape is Shape.UNKNOWN and kind == "uri"
    if may_be_data and isinstance(value, str) and (parts := data_uri.split(value)):
        media_type, data, is_base64 = parts
        value = _octets(data, place) if is_base64 else unquote_to_bytes(data)
        texts = {"MEDIATYPE": (media_type,), **texts} if media_type else texts
    elif kind not in {_default_type(row), "unknown"}:
        texts = {"VALUE": (kind,), **texts}
    try:
        return Property(name, value, texts, group)
    except VCardError as error:
        raise VCardError(place, str(error)) from None


def _from_params(params: dict[object, object], place: str) -> dict[str, tuple[str, ...]]:
    parameters = {}
    for name, given in params.items():
        values = given if isinstance(given, list) else [given]
        if values:
            parameters[str(name).upper()] = tuple(_from_scalar(value, f"{place}[1].{name}") for value in values)
    return parameters


def _from_values(values: list[object], shape: Shape, kind: str, place: str) -> Value:
    first = values[0]
    if kind == "unknown" and shape is Shape.UNKNOWN:
        return read_value(_from_scalar(first, place), shape, "4.0", is_uri=False)
    if isinstance(first, list):
        if len(values) > 1:
            raise VCardError(place, "A property has one structured value (RFC 7095 section 3.3.1.3).")
        return tuple(_from_component(part, place) for part in first)
    texts = tuple(_from_text(_from_scalar(value, place), kind) for value in values)
    return texts if shape not in {Shape.SINGLE, Shape.UNKNOWN} or len(texts) > 1 else texts[0]


def _from_component(part: object, place: str) -> str | tuple[str, ...]:
    if isinstance(part, list):
        return tuple(_from_scalar(text, place) for text in part)
    return _from_scalar(part, place)


def _from_text(text: str, kind: str) -> str:
    if kind in _DATES:
        return dates.basic(text) or text
    if kind == "utc-offset":
        return dates.offset(text, "") or text
    return text


def _from_scalar(value: object, place: str) -> str:
    """Return the text of a JSON string, number or truth value (RFC 7095 section 3.5)."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (str, int, float)):
        return str(value)
    raise VCardError(place, "A value is a text, a number or a truth value.")


def _octets(data: str, place: str) -> bytes:
    try:
        return binascii.a2b_base64(data)
    except ValueError as error:
        raise VCardError(place, "The inline data is not base64.") from error
