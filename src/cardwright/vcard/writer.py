"""Properties to the bytes of a card, in any version (RFC 6350, RFC 2426, vCard 2.1)."""

from __future__ import annotations

import binascii
import re
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.errors import Fault, InvalidError, Rule
from cardwright.vcard import media
from cardwright.vcard.card import Card
from cardwright.vcard.convert import convert
from cardwright.vcard.lines import (
    FOLD,
    escape,
    escape_21,
    escape_listed_21,
    escape_member_21,
    escape_uri,
    fold,
    parameter,
    quoted_printable,
)
from cardwright.vcard.properties import VERSIONS, Shape, Version, lookup
from cardwright.vcard.quirks import bare_parameters, irmc_sound
from cardwright.vcard.quirks.empty_line import AFTER_DATA

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from cardwright.vcard.card import Entry, Parameters


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
        kind, shape = irmc_sound.row(lookup(name), params).form(self.version)
        value_type = next((param[1].lower() for param in params if param[0].upper() == "VALUE" and param[1:]), "")
        if kind == "binary" and not value_type and self.version != "4.0":  # would be taken for inline data
            params = (("VALUE", "uri" if self.version == "3.0" else "URL"), *params)
        escaped: Callable[[str], str]
        if (value_type or kind) in {"uri", "url", "binary"}:
            escaped = escape_uri
        elif self.version != "2.1":
            escaped = escape
        else:
            escaped = {Shape.SINGLE: escape_21, Shape.LIST: escape_listed_21}.get(shape, escape_member_21)
        if name.upper() == "AGENT":
            escaped = partial(_escape_agent, escaped)
        return _Head(f"{_name(name, group)}{_parameters(params, self.version)}:", shape.separator, escaped)


def _escape_agent(escaped: Callable[[str], str], text: str) -> str:
    """Return `text` so that no card begins on the line of AGENT: its writer meant a text."""
    return escaped(text).replace(":", "\\:") if "VCARD" in text.upper() and "\n" not in text else escaped(text)


END: Final = "END:VCARD\r\n"
"""The last line of a card, with its line break."""

_HEADS: Final[dict[str, _Heads]] = {version: _Heads(version) for version in VERSIONS}
# What the reader takes for a name: printable ASCII without what parts a line. RFC 6350 section 3.3 wants less of it.
_TOKEN: Final = re.compile(r"[!#-+\-/0-9<>-~]+")
_DOTTED: Final = re.compile(r"[!#-+\-./0-9<>-~]+")
_BROKEN_OFF: Final = re.compile(rb"=[ \t]*(?:\r*\n|\r)?\Z")
_NEWLINE: Final = re.compile(rb"\r?\n|\r(?!\r*\n)")
_OTHER: Final = {",": ";", ";": ","}
_BARE: Final = re.compile(r"[A-Za-z0-9-]+")


def _name(name: str, group: str) -> str:
    if name.upper() in {"BEGIN", "VERSION", "END"}:
        raise InvalidError([Fault(name, Rule.FORM, "BEGIN, VERSION and END are written by the codec alone.")])
    if not _TOKEN.fullmatch(name) or (group and not _DOTTED.fullmatch(group)):
        raise _unwritable(f"{group}.{name}" if group else name)
    return f"{group}.{name}" if group else name


def _parameter_name(name: str) -> str:
    if not _DOTTED.fullmatch(name):
        raise _unwritable(name)
    return name


def _unwritable(name: str) -> InvalidError:
    message = "A name on a card holds no space, no delimiter and nothing but ASCII."
    return InvalidError([Fault(name, Rule.FORM, message)])


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
                parts.append((_parameter_name(name), values))
    return "".join(_parameter(name, values, version) for name, values in parts)


def _parameter(name: str, values: list[str], version: str) -> str:
    written = [parameter(value, version) for value in values]
    if version != "2.1":
        return f";{name}={','.join(written)}"
    if name.upper() == "TYPE":
        return "".join(f";{value}" if _is_bare(value) else f";TYPE={value}" for value in written)
    return "".join(f";{name}={value}" for value in written)


def _is_bare(kind: str) -> bool:
    """Tell whether a type can stand in 2.1 without its name: not if a reader would take it for an encoding."""
    return _BARE.fullmatch(kind) is not None and bare_parameters.name_of(kind) == "TYPE"


def _lower(text: str) -> str:
    """Lower-case a type, as 4.0 writes them, but leave a mixed one alone: that is a label of somebody's own."""
    return text.lower() if text.isupper() else text


def write(properties: Card | Sequence[Entry], version: str = "") -> bytes:
    """Return the card of `properties`, in their order, between BEGIN, VERSION and END, as 3.0 unless told otherwise.

    A `Card` is written in its own version, what was read and not changed as it was; another version goes through
    `convert`. No text of a value, parameter or group can become a property of its own. What the versions write each in
    their own way (types, encodings, photos) is written in that of `version`; names are `convert`'s business.
    Raises `InvalidError` for a version, or a name of a property, parameter or group, that cannot be written.
    """
    if isinstance(properties, Card):
        if version in {"", properties.version}:
            return _write_card(properties)
        return write(convert(properties, version).card.properties, version)
    heads = _HEADS.get(version or "3.0")
    if heads is None:
        raise InvalidError([Fault("version", Rule.UNKNOWN, f"A card's version is one of {', '.join(VERSIONS)}.")])
    return _write_plain(properties, heads) or _write_any(properties, heads)


def _write_card(card: Card) -> bytes:
    """Return the lines as they were read, changed ones anew with the line ends of the others."""
    if card.raw is not None:
        return card.raw
    lines = card.lines
    read = [line for line in lines if isinstance(line, bytes)]
    if not read:
        return write(card.properties, card.version)
    first = _NEWLINE.search(read[0])
    newline = first[0] if first else b"\r\n"
    written: list[bytes] = []
    for line in lines:
        if isinstance(line, bytes):
            written.append(line)
        else:
            written.append(_missing_end(written[-1], newline))
            written.append((write_property(line, card.version) + b"\r\n").replace(b"\r\n", newline))
    return b"".join(written)


def _missing_end(line: bytes, newline: bytes) -> bytes:
    """Return what ends a line that was read, if it is broken off, so that another can stand after it."""
    end = b"" if line.endswith((b"\r", b"\n")) else newline
    return end + newline if _BROKEN_OFF.search(line) and b"QUOTED" in line.upper() else end


def begin(version: str) -> tuple[str, str]:
    """Return the lines that begin a card."""
    return "BEGIN:VCARD", f"VERSION:{version}"


def head(version: str, name: str, params: Parameters = (), group: str = "") -> str:
    """Return what stands before the value of a property that is not inline data, the colon too."""
    return _HEADS[version][name, params, group].text


def plain(lines: Sequence[str], texts: Iterable[str]) -> bytes | None:
    """Return the card of whole lines, END the last, if all of it is short ASCII and no text needs escaping, else None.

    `texts` are the values as they are, without what the codec has put between them. Most cards are plain, and one look
    at all texts together costs a fraction of looking at each.
    """
    text = "".join(texts)
    if not text.isprintable() or ";" in text or "," in text or "\\" in text or max(map(len, lines)) > FOLD:
        return None
    card = "\r\n".join(lines)
    return card.encode() if card.isascii() else None


def _write_plain(properties: Sequence[Entry], heads: _Heads) -> bytes | None:
    """Return the card if it is plain, else None."""
    lines = [*begin(heads.version)]
    texts: list[str] = []
    try:
        for name, value, params, group in properties:
            before, separator, escaped = heads[name, params, group]
            if type(escaped) is partial:  # AGENT is never plain
                return None
            if type(value) is str:
                texts.append(value)
                lines.append(before + value)
            elif type(value) is tuple:
                texts += value  # type: ignore[arg-type] # a tuple inside makes join raise
                lines.append(before + separator.join(value))  # type: ignore[arg-type]
            else:
                return None
        lines.append(END)
        return plain(lines, texts)
    except TypeError:
        return None


def _write_any(properties: Sequence[Entry], heads: _Heads) -> bytes:
    version = heads.version
    lines = [b"BEGIN:VCARD", b"VERSION:" + version.encode()]
    for entry in properties:
        if version == "2.1" or type(entry[1]) is bytes:
            lines.append(write_property(entry, version))
        else:
            lines.append(_text_line(entry, heads))
    lines.append(b"END:VCARD\r\n")
    return b"\r\n".join(lines)


def _text_line(entry: Entry, heads: _Heads) -> bytes:
    """Return the folded line of a property of 3.0 or 4.0 that is no inline data."""
    name, value, params, group = entry
    head, separator, escaped = heads[name, params, group]
    text = escaped(value) if type(value) is str else _join(value, separator, escaped)  # type: ignore[arg-type]
    line = (head + text).encode()
    return line if len(line) <= FOLD else fold(line)


def write_property(entry: Entry, version: str) -> bytes:
    """Return the folded line or lines of one property, without the last line break.

    2.1 folds at white space only, and readers disagree about it: there a text that is long, not ASCII or broken into
    lines is quoted-printable, whose soft line breaks all readers take.
    """
    name, value, params, group = entry
    if isinstance(value, bytes):
        line = fold(_binary(entry, value, version))
        return line + AFTER_DATA if version == "2.1" else line
    if version != "2.1":
        return _text_line(entry, _HEADS[version])
    head, separator, escaped = _HEADS[version][name, params, group]
    text = escaped(value) if isinstance(value, str) else _join(value, separator, escaped)
    if len(head) + len(text) <= FOLD and text.isascii() and text.isprintable():
        return (head + text).encode()
    charset = "" if text.isascii() else ";CHARSET=UTF-8"
    line = f"{head[:-1]}{charset};ENCODING=QUOTED-PRINTABLE:".encode()
    return line + quoted_printable(text, FOLD + 1 - len(line))


def _join(value: tuple[str | tuple[str, ...], ...], separator: str, escaped: Callable[[str], str]) -> str:
    try:
        text = separator.join(value)  # type: ignore[arg-type] # a tuple inside makes it raise
    except TypeError:
        text = "\\"
    plain = text.isprintable() and not ("\\" in text or _OTHER[separator] in text)
    if plain and text.count(separator) == len(value) - 1:
        return text
    members = [escaped(member) if isinstance(member, str) else ",".join(map(escaped, member)) for member in value]
    return separator.join(members)


def _binary(entry: Entry, data: bytes, version: str) -> bytes:
    """Return the unfolded line of inline data, as the version writes it (RFC 2426 section 2.4.1, RFC 2397)."""
    name, _, params, group = entry
    media_type, params = media.split(params)
    head = _name(name, group)
    if version == "4.0":
        head += f"{_parameters(params, version)}:data:{media_type or 'application/octet-stream'};base64,"
    else:
        if media_type:
            params = (("TYPE", media.token(media_type)), *params)
        head += f";ENCODING={'b' if version == '3.0' else 'BASE64'}{_parameters(params, version)}:"
    return head.encode() + binascii.b2a_base64(data, newline=False)
