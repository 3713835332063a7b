"""The bytes of a file to cards, as written by whatever program (RFC 6350, RFC 2426, vCard 2.1)."""

from __future__ import annotations

import binascii
import io
import re
from operator import attrgetter
from typing import TYPE_CHECKING, BinaryIO, Final
from urllib.parse import unquote_to_bytes

from cardwright.errors import Fault, InvalidError, Rule
from cardwright.vcard import media
from cardwright.vcard.card import Card, Property
from cardwright.vcard.charsets import decode
from cardwright.vcard.defects import RAW, Defect
from cardwright.vcard.guessing import guess
from cardwright.vcard.heads import Head, Heads, split_line
from cardwright.vcard.properties import VERSIONS, Shape
from cardwright.vcard.quirks import data_uri, escaped_base64, undeclared_base64
from cardwright.vcard.quirks.escaped_uri import unescape_uri
from cardwright.vcard.scan import LINE_LIMIT, Piece, Scanner, count_lines, split, unfold
from cardwright.vcard.values import read_value, unescape

if TYPE_CHECKING:
    from collections.abc import Iterator

_VERSION: Final = re.compile(rb"\s*VERSION\s*(?:;[^:]*)?:(.*)", re.IGNORECASE)
_PLAIN_VERSION: Final = re.compile(rb"VERSION(?<=\nVERSION)(?::(2\.1|3\.0|4\.0)\r?\n)?", re.IGNORECASE)
_LIKE_2_1: Final = re.compile(rb"[;=](?:QUOTED-PRINTABLE|BASE64)[;:]|[\r\n][\w.-]+;[A-Z]+[;:]", re.IGNORECASE)
_HEADS: Final[dict[str, Heads]] = {version: Heads(version) for version in VERSIONS}
_LONG: Final = 2_000  # octets of a card that may have a photo inside
_CR: Final = 0x0D
_make: Final = tuple.__new__  # a third of the time of the named tuple's own


def read(source: bytes | BinaryIO, *, strict: bool = False) -> Iterator[Card]:
    """Give the cards of `source` in their order, each as soon as it is read.

    What is wrong is put up with and told in the card's `defects`; what stands after the last card in the last one's.
    A card of more than 16 MiB comes empty, with that defect. With `strict`, raises `InvalidError` at the first defect,
    and for a file without a card.
    """
    scanner = Scanner(io.BytesIO(source) if isinstance(source, bytes) else source)
    last = None
    for piece in scanner:
        if last is not None:
            yield last
        last = _card(piece)
        if strict and last.defects:
            raise _invalid(last.defects[0])
    if last is not None:
        last.defects += tuple(scanner.defects)
    if strict and (last is None or scanner.defects):
        raise _invalid(scanner.defects[0] if scanner.defects else Defect("V17", 1))
    if last is not None:
        yield last


def _invalid(defect: Defect) -> InvalidError:
    return InvalidError([Fault(f"line {defect.line}", Rule.FORM, f"{defect.code}: {defect.reason}")])


def _card(piece: Piece) -> Card:
    raw = piece.raw
    if not raw:  # too large
        return Card((), "3.0", raw, piece.defects)
    version = _plain_version(raw)
    if version and not piece.is_nested and (entries := _read_plain(raw, version)) is not None:
        return Card(entries, version, raw, piece.defects)
    return _read_closely(piece)


def _plain_version(raw: bytes) -> str:
    """Return the version where it stands near the top, as on nearly all cards, else `""`."""
    found = _PLAIN_VERSION.search(raw, 0, RAW)
    return found[1].decode() if found and found[1] else ""


def _read_plain(raw: bytes, version: str) -> list[Property | None] | None:
    """Return the properties of a card without anything unusual, None among them for BEGIN, VERSION and END.

    Returns None at the first thing that needs a closer look: `_read_closely` then begins anew.
    """
    heads = _HEADS[version]
    entries: list[Property | None] = []
    append = entries.append
    encoded = _Encoded(raw, version)
    for line in _plain_lines(encoded.without_photo):
        text, colon, value = line.partition(":")
        head = heads.get(text)
        if head is None or not colon:
            text, value, code = split_line(line)
            head = heads.make(text)
            if code or head.code or line[0] in " \t" or _is_data(entries):
                return None
        separator = head.separator
        if head.is_edge:
            if value != version and value.upper() != "VCARD":  # the version's line is folded, or there are two
                return None
            append(None)
        elif separator is None:
            entry = encoded.read(head, text, value)
            if entry is None:
                return None
            append(entry)
        elif "\\" not in value and head.stop not in value:
            parted = tuple(value.split(separator)) if separator else value
            append(_make(Property, (head.name, parted, head.params, head.group)))
        else:
            append(
                Property(head.name, read_value(value, head.shape, version, is_uri=head.is_uri), head.params, head.group)
            )
    return entries or None


def _is_data(entries: list[Property | None]) -> bool:
    """Tell whether inline data came last: a line after it may be more of it, and the colon in the next fold."""
    return bool(entries) and entries[-1] is not None and type(entries[-1].value) is bytes


class _Encoded:
    """The values of one card that are encoded, as far as they are as usual as the rest of it."""

    __slots__ = ("_data", "_head", "_raw", "_soft_breaks", "_version", "without_photo")

    def __init__(self, raw: bytes, version: str) -> None:
        self._raw = raw
        self._version = version
        self._soft_breaks: bool | None = None
        self.without_photo, self._head, self._data = _without_photo(raw)

    def read(self, head: Head, text: str, value: str) -> Property | None:
        """Return the property of `head`, written `text`, and `value`; None for what needs a closer look."""
        if head.name == "AGENT" or (head.encoding == "q" and self._has_soft_breaks()):
            return None
        if self._data and text == self._head and not value:
            octets, self._data = self._data, b""
        else:
            octets = value.encode()
        entry, code = _property(head, octets, self._version)
        return None if code else entry

    def _has_soft_breaks(self) -> bool:
        """Tell whether there may be a soft line break, after which a space is no fold."""
        if self._soft_breaks is None:
            self._soft_breaks = b"=\n" in self._raw or b"=\r" in self._raw
        return self._soft_breaks


def _without_photo(raw: bytes) -> tuple[bytes, str, bytes]:
    """Return a card without the inline data of its photo, the head of that, and the data.

    To look through all of a photo for what only texts hold would cost most of the time that such a card takes.
    """
    start = raw.find(b"\nPHOTO;") if len(raw) > _LONG else -1
    colon = raw.find(b":", start) if start >= 0 else -1
    end = raw.rfind(b"\n", colon, raw.find(b":", colon + 1)) if colon >= 0 else -1
    if end < 0 or raw[end + 1] in b" \t":
        return raw, "", b""
    newline = end - 1 if raw[end - 1] == _CR else end
    data = b"".join(raw[colon + 1 : newline].split(raw[newline : end + 1] + b" "))
    head = raw[start + 1 : colon]
    if b"\n" in data or b"\r" in data or b"\n" in head:
        return raw, "", b""
    return raw[: colon + 1] + raw[newline:], head.decode("latin-1"), data


def _plain_lines(raw: bytes) -> list[str]:
    """Return the logical lines of a card in UTF-8 whose lines all end alike; of another, or of too many, none."""
    end = raw.find(b"\n")
    newline = "\r\n" if raw[end - 1 : end] == b"\r" else "\n"
    octets = newline.encode()
    if b"\n" + octets in raw:  # a line may be folded around an empty one
        return []
    try:
        text = raw.replace(octets + b" ", b"").decode().removesuffix(newline)
    except UnicodeDecodeError:
        return []
    lines = text.split(newline)
    ends = len(lines) - 1
    alike = text.count("\n") == ends and text.count("\r") == (ends if newline == "\r\n" else 0)
    return lines if alike and ends < LINE_LIMIT else []


def _read_closely(piece: Piece) -> Card:
    """Return the card of `piece`, whatever is wrong with it."""
    chunks = split(piece.raw)
    lines = [unfold(chunk) for chunk in chunks[:LINE_LIMIT]]
    version, code, named = _version(lines, piece.raw)
    defects = list(piece.defects)
    if code:
        defects.append(Defect(code, piece.line + count_lines(b"".join(chunks[:named])), chunks[named][:RAW]))
    strange = [line for line in lines if not _is_utf_8(line)]
    likely = guess(b"\n".join(strange)) if strange else ""
    entries: list[Property | None] = []
    number = piece.line
    for chunk, line in zip(chunks, lines, strict=False):
        entry, code = _entry(line, version, likely)
        if code:
            defects.append(Defect(code, number, chunk[:RAW]))
        entries.append(entry)
        number += count_lines(chunk)
    if len(chunks) > LINE_LIMIT:
        defects.append(Defect("V13", number, chunks[LINE_LIMIT][:RAW]))
    return Card(entries, version, piece.raw, tuple(sorted(defects, key=attrgetter("line"))))


def _version(lines: list[bytes], raw: bytes) -> tuple[str, str, int]:
    """Return the version, the code of what is wrong with it or `""`, and which of `lines` that is said of."""
    for number, line in enumerate(lines):
        if found := _VERSION.fullmatch(line):
            version = found[1].decode("latin-1").strip()
            nearest = {"2": "2.1", "4": "4.0"}.get(version[:1], "3.0")
            return nearest, "" if version == nearest else "V05", number
    return ("2.1" if _LIKE_2_1.search(raw) else "3.0"), "V04", 0


def _is_utf_8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _entry(line: bytes, version: str, likely: str) -> tuple[Property | None, str]:
    """Return the property of an unfolded line, None for one that is none, and the code of what is wrong or `""`."""
    text, value, line_code = split_line(line.decode("latin-1"))
    if line_code == "V06":
        return None, line_code
    heads = _HEADS[version]
    head = heads.get(text) or heads.make(decode(text.encode("latin-1"), likely=likely)[0])
    if head.is_edge or head.code == "V06":
        return None, head.code
    entry, code = _property(head, value.encode("latin-1"), version, likely)
    if b"\n" in line and head.name != "AGENT":
        code = code or "V19"
    return entry, line_code or head.code or code


def _property(head: Head, data: bytes, version: str, likely: str = "") -> tuple[Property, str]:
    """Return the property of a head and the octets of its value, and the code of what is wrong or `""`."""
    if head.encoding == "b" or head.is_binary:
        return _binary(head, data, version, likely)
    if head.encoding == "q":
        data = binascii.a2b_qp(data)
    text, code = decode(data, head.charset, likely)
    if head.encoding == "q":
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    value = read_value(text, head.shape, version, is_uri=head.is_uri)
    return Property(head.name, value, head.params, head.group), code


def _binary(head: Head, data: bytes, version: str, likely: str) -> tuple[Property, str]:
    """Return the property of inline data, or of the URI that stands in its place."""
    text, code = decode(binascii.a2b_qp(data) if head.encoding == "q" else data, "", likely)
    media_type = ""
    is_base64 = head.encoding == "b" and ":" not in text
    if head.is_binary and (found := data_uri.split(text)):
        media_type, encoded, is_base64 = found
        octets = _base64(encoded) if is_base64 else unquote_to_bytes(encoded)
    elif not is_base64 and not head.encoding and undeclared_base64.is_base64(text):
        octets, code = _base64(text), "V11"
    elif is_base64:
        octets = _base64(text)
    else:
        return Property(head.name, unescape_uri(text), head.params, head.group), code
    if octets is None:
        return Property(head.name, unescape(text), head.params, head.group), "V10"
    return _inline(head, octets, media_type, version), code


def _inline(head: Head, octets: bytes, media_type: str, version: str) -> Property:
    """Return the property of octets; where the property is a text, of the text that they are."""
    params = tuple(param for param in head.params if param[0] != "VALUE")
    if head.is_binary:
        named, params = media.split(params, media.family(head.name) if version != "4.0" else "")
        media_type = media_type or named
        return Property(head.name, octets, (("MEDIATYPE", media_type), *params) if media_type else params, head.group)
    if head.shape is not Shape.UNKNOWN and _is_utf_8(octets):
        value = read_value(octets.decode(), head.shape, version, is_uri=head.is_uri)
        return Property(head.name, value, params, head.group)
    return Property(head.name, octets, params, head.group)


def _base64(text: str) -> bytes | None:
    """Return the octets of `text`, white space and a missing end put up with; None for what is not base64."""
    text = escaped_base64.plain(text)
    try:
        return binascii.a2b_base64(text)
    except ValueError:
        pass
    try:
        return binascii.a2b_base64(text.rstrip("= \t") + "==")
    except ValueError:
        return None
