"""A card in UTF-8 whose lines all end alike, which nearly all are: single lines of it alone are read carefully.

It is a tenth of the careful reader's work; a test compares the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.vcard import bounds
from cardwright.vcard.card import Card
from cardwright.vcard.defects import RAW, Defect
from cardwright.vcard.model import Property
from cardwright.vcard.properties import VERSIONS
from cardwright.vcard.reading.careful import CLOSELY, read_closely
from cardwright.vcard.reading.heads import HEADS, encoding_of, split_line
from cardwright.vcard.reading.scanner import Piece
from cardwright.vcard.reading.values import read_plain, read_property
from cardwright.vcard.reading.versions import likely_version, usual_version

if TYPE_CHECKING:
    from cardwright.vcard.reading.heads import Head

_LINE_LIMIT: Final = bounds.LINES.value
_LONG: Final = 2_000  # octets of a card that may have a photo inside
_CR: Final = 0x0D
_EDGES: Final = 2
_FEW: Final = 2
_CRLF: Final = ("\r\n", b"\n\r\n", b"=\r\n", b"\r\n ")
_LF: Final = ("\n", b"\n\n", b"=\n", b"\n ")
"""A line break, and what stands around an empty line, at a soft line break and at a fold."""
_VERSIONS: Final = {f"VERSION:{version}": version for version in VERSIONS}
Photo = tuple[str, bytes]
"""The head of a photo, and its inline data."""
_NO_PHOTO: Final[Photo] = ("", b"")
_DATA: Final = Property("PHOTO", b"")
"""Stands for inline data that needs a closer look."""
_make: Final = tuple.__new__  # a third of the time of the named tuple's own


def read_usual(piece: Piece) -> Card | None:
    """Return the card of `piece`, None where more than single lines needs a closer look: nothing of it counts then."""
    raw = piece.raw
    body, photo = _without_photo(raw) if len(raw) > _LONG else (raw, _NO_PHOTO)
    lines = _lines(body)
    if len(lines) < _EDGES or lines[0].upper() != "BEGIN:VCARD":
        return None
    has_end = lines[-1].upper() == "END:VCARD"
    version = _VERSIONS.get(lines[1], "")
    entries: list[Property | None] = [None, None] if version else [None]  # for BEGIN, VERSION and END
    inside = lines[len(entries) : -1 if has_end else None]
    version = version or usual_version(raw)
    has_version = bool(version)
    if not version:
        version = likely_version(raw)
        end = raw.find(b"\n") + 1
        if raw[end : end + 1] == b" ":  # what is told is the logical line
            return None
        defects = (*piece.defects, Defect("V04", piece.line, raw[: min(end, RAW)]))
        piece = _make(Piece, (raw, piece.line, defects, piece.is_nested))
    strange = _read(inside, version, photo, entries, has_version=has_version)
    if strange is None:
        return None
    if has_end:
        entries.append(None)
    if strange:
        return read_closely(piece, version, lines, entries, strange)
    return Card.of_reader(entries, version, raw, piece.defects)


def _read(
    lines: list[str], version: str, photo: Photo, entries: list[Property | None], *, has_version: bool
) -> dict[int, str] | None:
    """Add the properties to `entries`; return what is told of which, as `read_closely` takes it, None for too much."""
    heads = HEADS[version]
    plain = heads.plain
    strange: dict[int, str] = {}
    append = entries.append
    is_seen = len(entries) == _EDGES
    for line in lines:
        text, colon, value = line.partition(":")
        if colon and (usual := plain.get(text)):  # nearly all
            name, params, group, separator, stop = usual
            if "\\" not in value and not (stop and stop in value):
                parted = tuple(value.split(separator)) if separator else value
                append(_make(Property, (name, parted, params, group)))
                continue
        head = heads.get(text)
        if head is None or head.code or not colon:
            text, value, code = split_line(line)
            head = heads.get(text) or heads.make(text)
            if code or head.code == "V06" or line[0] in " \t" or _is_data(entries):
                return None
        if head.is_edge:
            if value != version or not has_version or head.name != "VERSION" or head.code:  # folded, or there are two
                return None
            append(None)
            is_seen = True
        elif head.code or head.separator is None:
            octets = photo[1] if text == photo[0] and not value else value.encode()
            entry, code = _read_octets(head, octets, value, version)
            if code and not _is_noted(strange, len(entries), code, lines):
                return None
            append(entry)
        else:
            append(read_plain(head, value, version))
    return strange if is_seen or not has_version else None  # else it was part of a value


def _read_octets(head: Head, octets: bytes, value: str, version: str) -> tuple[Property | None, str]:
    """Return the property of a value that may be encoded, and a code, `CLOSELY` with what stands for the property."""
    if head.separator is not None:
        return read_plain(head, value, version), head.code
    if head.name == "AGENT" and (not value or _has_card(value)):
        return None, CLOSELY
    entry, code = read_property(head, octets, version, "latin-1")  # nothing is guessed here
    if code:
        return _DATA if head.encoding == "b" else None, CLOSELY
    return entry, head.code


def _is_noted(strange: dict[int, str], place: int, code: str, lines: list[str]) -> bool:
    """Note what is told of a line; say no where so many may need a closer look that all lines had better have it."""
    strange[place] = code
    return code != CLOSELY or (len(strange) <= _FEW and sum("QUOTED" in line.upper() for line in lines) <= _FEW)


def _is_data(entries: list[Property | None]) -> bool:
    """Tell whether inline data came last: a line after it may be more of it, and the colon in the next fold."""
    return entries[-1] is not None and type(entries[-1].value) is bytes


def _has_card(value: str) -> bool:
    """Tell whether the value of AGENT is a card: its line breaks were folds, and not escaped as those of a text are."""
    value = value.upper()
    return "VCARD" in value and not value.startswith("BEGIN:VCARD\\N")


def _without_photo(raw: bytes) -> tuple[bytes, Photo]:
    """Return a card without the inline data of its photo, and that photo.

    To look through all of a photo for what only texts hold would cost most of the time that such a card takes.
    """
    start = raw.find(b"\nPHOTO;")
    colon = raw.find(b":", start) if start >= 0 else -1
    end = raw.rfind(b"\n", colon, raw.find(b":", colon + 1)) if colon >= 0 else -1
    if end < 0 or raw[end + 1] in b" \t":
        return raw, _NO_PHOTO
    newline = end - 1 if raw[end - 1] == _CR else end
    data = b"".join(raw[colon + 1 : newline].split(raw[newline : end + 1] + b" "))
    head = raw[start + 1 : colon]
    if b"\n" in data or b"\r" in data or b"\n" in head:
        return raw, _NO_PHOTO
    return raw[: colon + 1] + raw[newline:], (head.decode("latin-1"), data)


def _lines(raw: bytes) -> list[str]:
    """Return the logical lines of a card in UTF-8 whose lines all end alike; of another, or of too many, none."""
    end = raw.find(b"\n")
    newline, empty, soft_break, fold = _CRLF if raw[end - 1 : end] == b"\r" else _LF
    if empty in raw or b"\r\r" in raw:  # a line may be folded around an empty one, or within its end
        return []
    has_soft_breaks = soft_break in raw and b"QUOTED" in raw.upper()
    try:
        text = (raw if has_soft_breaks else raw.replace(fold, b"")).decode().removesuffix(newline)
    except UnicodeDecodeError:
        return []
    lines = text.split(newline)
    ends = len(lines) - 1
    alike = text.count("\n") == text.count("\r") == ends if newline == "\r\n" else "\r" not in text
    if not alike or ends >= _LINE_LIMIT:
        return []
    return _without_soft_breaks(lines) if has_soft_breaks else lines


def _without_soft_breaks(physical: list[str]) -> list[str]:
    """Return logical lines without soft line breaks, after which a space is no fold; none where a head is unusual."""
    lines: list[str] = []
    goes_on = False
    for line in physical:
        if goes_on and "VCARD" in line.upper():  # BEGIN or END, which nothing goes on in
            return []
        if goes_on:
            lines[-1] = lines[-1][:-1] + line
            goes_on = line.endswith("=")
        elif line.startswith(" "):
            lines[-1] += line[1:]
        else:
            head, colon, _ = line.partition(":")
            if not colon or '"' in head:
                return []
            lines.append(line)
        if not goes_on and line.endswith(("=", "= ", "=\t")):
            goes_on = encoding_of(lines[-1].partition(":")[0]) == "q"
            if goes_on and not line.endswith("="):
                return []
    return [] if goes_on else lines
