"""Properties to the bytes of a card, in any version (RFC 6350, RFC 2426, vCard 2.1)."""

from __future__ import annotations

import binascii
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.errors import Fault, InvalidError, Rule
from cardwright.vcard import media
from cardwright.vcard.lines import (
    FOLD,
    escape,
    escape_21,
    escape_member_21,
    escape_uri,
    fold,
    parameter,
    quoted_printable,
)
from cardwright.vcard.properties import VERSIONS, Shape, Version, lookup

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cardwright.vcard.card import Parameters, Property


class _Head(NamedTuple):
    """What stands before a value that is not inline data, and how the value is written after it."""

    text: str
    separator: str
    escape: Callable[[str], str]


class _Heads(dict[tuple[str, "Parameters", str], _Head]):
    """The heads of one version, made once each: the same few dozen come again on every card."""

    LIMIT: Final = 2_000
    LONGEST: Final = 200

    def __init__(self, version: Version) -> None:
        super().__init__()
        self.version = version

    def __missing__(self, key: tuple[str, Parameters, str]) -> _Head:
        head = self._make(*key)
        if len(self) < self.LIMIT and len(head.text) < self.LONGEST:  # strangers' parameters must not fill the memory
            self[key] = head
        return head

    def _make(self, name: str, params: Parameters, group: str) -> _Head:
        kind, shape = lookup(name).form(self.version)
        value_type = next((param[1].lower() for param in params if param[0].upper() == "VALUE" and param[1:]), "")
        if kind == "binary" and not value_type and self.version != "4.0":  # would be taken for inline data
            params = (("VALUE", "uri" if self.version == "3.0" else "URL"), *params)
        escaped: Callable[[str], str]
        if (value_type or kind) in {"uri", "url", "binary"}:
            escaped = escape_uri
        elif self.version != "2.1":
            escaped = escape
        else:
            escaped = escape_21 if shape is Shape.SINGLE else escape_member_21
        return _Head(f"{_name(name, group)}{_parameters(params, self.version)}:", shape.separator, escaped)


_HEADS: Final[dict[str, _Heads]] = {version: _Heads(version) for version in VERSIONS}
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]+")


def _name(name: str, group: str) -> str:
    if name.upper() in {"BEGIN", "VERSION", "END"}:
        raise InvalidError([Fault(name, Rule.FORM, "BEGIN, VERSION and END are written by the codec alone.")])
    if not _TOKEN.fullmatch(name) or (group and not _TOKEN.fullmatch(group)):
        message = "A name or group on a card holds only letters, digits, hyphens and underscores."
        raise InvalidError([Fault(f"{group}.{name}" if group else name, Rule.FORM, message)])
    return f"{group}.{name}" if group else name


def _parameters(params: Parameters, version: str) -> str:
    """Return the parameters with their leading semicolons, types and preference as the version says them."""
    parts = []
    has_preference = any(param[0].upper() == "PREF" for param in params)
    for name, *values in params:
        match name.upper():
            case "ENCODING" | "CHARSET":
                continue
            case "TYPE" if version == "4.0":
                types = [_lower(value) for value in values if value.upper() not in {"INTERNET", "PREF"}]
                parts += [("TYPE", types)] if types else []
                if len(types) < len(values) and not has_preference and "PREF" in map(str.upper, values):
                    parts.append(("PREF", ["1"]))
            case "PREF" if version != "4.0":
                parts += [("TYPE", ["PREF"])] if values == ["1"] else []
            case _ if values:
                parts.append((_name(name, ""), values))
    return "".join(_parameter(name, values, version) for name, values in parts)


def _parameter(name: str, values: list[str], version: str) -> str:
    written = [parameter(value, version) for value in values]
    if version != "2.1":
        return f";{name}={','.join(written)}"
    if name.upper() == "TYPE":
        return "".join(f";{value}" if _TOKEN.fullmatch(value) else f";TYPE={value}" for value in written)
    return "".join(f";{name}={value}" for value in written)


def _lower(text: str) -> str:
    """Lower-case a type, as 4.0 writes them, but leave a mixed one alone: that is a label of somebody's own."""
    return text.lower() if text.isupper() else text


def write(properties: Sequence[Property], version: str = "3.0") -> bytes:
    """Return the card of `properties`, in their order, between BEGIN, VERSION and END.

    No text of a value, parameter or group can become a property of its own. What one version writes otherwise (types,
    encodings, photos) is rewritten for `version`; whether it knows the property is `convert`'s business.
    Raises `InvalidError` for a version, or a name of a property, parameter or group, that cannot be written.
    """
    heads = _HEADS.get(version)
    if heads is None:
        raise InvalidError([Fault("version", Rule.UNKNOWN, f"A card's version is one of {', '.join(VERSIONS)}.")])
    return _write_plain(properties, heads) or _write_any(properties, version)


def _write_plain(properties: Sequence[Property], heads: _Heads) -> bytes | None:
    """Return the card if all of it is short lines of ASCII without a character that would need escaping, else None.

    Most cards are, and one look at all texts together costs a fraction of looking at each.
    """
    lines = ["BEGIN:VCARD", "VERSION:" + heads.version]
    texts: list[str] = []
    try:
        for name, value, params, group in properties:
            head, separator, _ = heads[name, params, group]
            if type(value) is str:
                texts.append(value)
                lines.append(head + value)
            elif type(value) is tuple:
                texts += value  # type: ignore[arg-type] # a tuple inside makes join raise
                lines.append(head + separator.join(value))  # type: ignore[arg-type]
            else:
                return None
        text = "".join(texts)
    except TypeError:
        return None
    if not text.isprintable() or ";" in text or "," in text or "\\" in text or max(map(len, lines)) > FOLD:
        return None
    lines.append("END:VCARD\r\n")
    card = "\r\n".join(lines)
    return card.encode() if card.isascii() else None


def _write_any(properties: Sequence[Property], version: str) -> bytes:
    lines = [b"BEGIN:VCARD", b"VERSION:" + version.encode()]
    lines += [write_property(entry, version) for entry in properties]
    lines.append(b"END:VCARD\r\n")
    return b"\r\n".join(lines)


def write_property(entry: Property, version: str) -> bytes:
    """Return the folded line or lines of one property, without the last line break.

    2.1 folds at white space only, and readers disagree about it: there a text that is long, not ASCII or broken into
    lines is quoted-printable, whose soft line breaks all readers take.
    """
    name, value, params, group = entry
    if isinstance(value, bytes):
        line = fold(_binary(entry, value, version))
        return line + b"\r\n" if version == "2.1" else line  # Outlook wants an empty line there
    head, separator, escaped = _HEADS[version][name, params, group]
    text = escaped(value) if isinstance(value, str) else _join(value, separator, escaped)
    if version != "2.1":
        return fold((head + text).encode())
    if len(head) + len(text) <= FOLD and text.isascii() and text.isprintable():
        return (head + text).encode()
    charset = "" if text.isascii() else ";CHARSET=UTF-8"
    line = f"{head[:-1]}{charset};ENCODING=QUOTED-PRINTABLE:".encode()
    return line + quoted_printable(text, FOLD + 1 - len(line))


def _join(value: tuple[str | tuple[str, ...], ...], separator: str, escaped: Callable[[str], str]) -> str:
    return separator.join(
        [escaped(member) if isinstance(member, str) else ",".join(map(escaped, member)) for member in value]
    )


def _binary(entry: Property, data: bytes, version: str) -> bytes:
    """Return the unfolded line of inline data, as the version writes it (RFC 2426 section 2.4.1, RFC 2397)."""
    media_type, params = media.split(entry.params)
    head = _name(entry.name, entry.group)
    if version == "4.0":
        head += f"{_parameters(params, version)}:data:{media_type or 'application/octet-stream'};base64,"
    else:
        if media_type:
            params = (("TYPE", media.token(media_type)), *params)
        head += f";ENCODING={'b' if version == '3.0' else 'BASE64'}{_parameters(params, version)}:"
    return head.encode() + binascii.b2a_base64(data, newline=False)
