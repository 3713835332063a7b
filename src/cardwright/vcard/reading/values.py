"""The octets of a value to the value: base64, quoted-printable, character set, escapes, all as its head says."""

from __future__ import annotations

import binascii
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_to_bytes

from cardwright.vcard.conversion import media
from cardwright.vcard.model import Property
from cardwright.vcard.properties import Shape
from cardwright.vcard.quirks import data_uri, escaped_base64, undeclared_base64, uri_in_value
from cardwright.vcard.quirks.escaped_uri import unescape_uri
from cardwright.vcard.reading.charsets import decode
from cardwright.vcard.reading.unescaping import read_value, unescape

if TYPE_CHECKING:
    from cardwright.vcard.model import Parameters, Value
    from cardwright.vcard.reading.heads import Head

_NO_BASE64: Final = re.compile(r"[^A-Za-z0-9+/=\s]")
_make: Final = tuple.__new__  # a third of the time of the named tuple's own
_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def read_property(head: Head, data: bytes, version: str, likely: str = "") -> tuple[Property, str]:
    """Return the property of a head and the octets of its value, and the code of what is wrong or `""`."""
    if head.is_binary or (head.encoding == "b" and head.shape is Shape.UNKNOWN):
        return _data(head, data, version, likely)
    if head.encoding == "b" and (text := _text_in_base64(data)) is not None:
        return _property(head, read_value(text, head.shape, version, is_uri=head.is_uri)), ""
    if head.encoding == "q":
        data = binascii.a2b_qp(data)
    text, code = decode(data, head.charset, likely)
    if head.encoding == "q":
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if head.scheme:
        if address := uri_in_value.whole(head.scheme, text):
            return _property(head, address, _with_uri(head.params)), "V23"
    elif head.is_uri and head.shape is Shape.UNKNOWN and data_uri.split(text):
        return _inline(head, text, version, "")
    value = read_value(text, head.shape, version, is_uri=head.is_uri)
    return _property(head, value), "V10" if head.encoding == "b" else code


def read_plain(head: Head, text: str, version: str) -> Property:
    """Return the property of a head and a text of which nothing is encoded."""
    separator = head.separator
    if "\\" in text or head.stop in text or separator is None:
        return _property(head, read_value(text, head.shape, version, is_uri=head.is_uri))
    return _property(head, tuple(text.split(separator)) if separator else text)


def _property(head: Head, value: Value, params: Parameters | None = None) -> Property:
    return _make(Property, (head.name, value, head.params if params is None else params, head.group))


def _with_uri(params: Parameters) -> Parameters:
    return tuple([("VALUE", "uri") if param[0] == "VALUE" else param for param in params])


def _text_in_base64(data: bytes) -> str | None:
    """Return the text that `data` is the base64 of, None where it is a text as it stands, whatever ENCODING says."""
    try:
        text = binascii.a2b_base64(b"".join(data.split()), strict_mode=True).decode()
    except ValueError:
        return None
    return None if _UNPRINTABLE.search(text) else text


def _data(head: Head, data: bytes, version: str, likely: str) -> tuple[Property, str]:
    """Return the property of inline data, or of the URI that stands in its place."""
    text, code = decode(binascii.a2b_qp(data) if head.encoding == "q" else data, "", likely)
    if head.value_type in {"cid", "content-id"}:
        identifier = text.strip("<> ")
        is_whole = identifier[:4].lower() == "cid:"
        return _property(head, identifier if is_whole else f"cid:{identifier}", _without_value(head.params)), code
    if data_uri.split(text):
        return _inline(head, text, version, code)
    is_base64 = head.encoding == "b" and ":" not in text
    is_said = head.encoding or head.value_type in {"uri", "url"}
    if not is_said and undeclared_base64.is_base64(text):
        is_base64, code = True, "V11"
    if not is_base64:
        return _property(head, unescape_uri(text)), code
    octets = _base64(text)
    if octets is None:
        return _property(head, unescape(text)), "V10"
    return _octets(head, octets, "", version), code


def _inline(head: Head, text: str, version: str, code: str) -> tuple[Property, str]:
    """Return the property of the data that a `data:` URI holds."""
    media_type, encoded, is_base64 = data_uri.split(text) or ("", "", False)
    octets = _base64(encoded) if is_base64 else unquote_to_bytes(encoded)
    if octets is None:
        is_said = (head.is_uri or version == "4.0") and not head.encoding  # to be a URI, which it is all the same
        return _property(head, unescape_uri(text)), code if is_said else "V10"
    return _octets(head, octets, media_type, version), code


def _octets(head: Head, octets: bytes, media_type: str, version: str) -> Property:
    named, params = media.split(_without_value(head.params), media.family(head.name) if version != "4.0" else "")
    media_type = media_type or named
    return _property(head, octets, (("MEDIATYPE", media_type), *params) if media_type else params)


def _without_value(params: Parameters) -> Parameters:
    return tuple([param for param in params if param[0] != "VALUE"])


def _base64(text: str) -> bytes | None:
    """Return the octets of `text`, white space and a missing end put up with; None for what is not base64."""
    try:
        return binascii.a2b_base64(text, strict_mode=True)  # in a tenth of the time of a look by pattern
    except ValueError:
        text = escaped_base64.plain(text)
    if _NO_BASE64.search(text):
        return None
    try:
        return binascii.a2b_base64(text)
    except ValueError:
        pass
    try:
        return binascii.a2b_base64(text.rstrip("= \t") + "==")
    except ValueError:
        return None
