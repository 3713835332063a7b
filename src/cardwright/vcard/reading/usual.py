"""A card of which nothing is unusual, which nearly all are: in UTF-8, its lines all ended alike.

It is a tenth of the careful reader's work; a test compares the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.vcard import bounds
from cardwright.vcard.card import Card
from cardwright.vcard.defects import RAW, Defect
from cardwright.vcard.model import Property
from cardwright.vcard.properties import VERSIONS
from cardwright.vcard.reading.heads import HEADS, encoding_of, split_line
from cardwright.vcard.reading.values import read_plain, read_property
from cardwright.vcard.reading.versions import likely_version, usual_version

if TYPE_CHECKING:
    from cardwright.vcard.reading.heads import Head
    from cardwright.vcard.reading.scanner import Piece

_LINE_LIMIT: Final = bounds.LINES.value
_LONG: Final = 2_000  # octets of a card that may have a photo inside
_CR: Final = 0x0D
_EDGES: Final = 2
_VERSIONS: Final = {f"VERSION:{version}": version for version in VERSIONS}
_make: Final = tuple.__new__  # a third of the time of the named tuple's own


def read_usual(piece: Piece) -> Card | None:
    """Return the card of `piece`, None at the first thing that needs a closer look: nothing of it counts then."""
    raw, defects = piece.raw, piece.defects
    body, photo_head, photo = _without_photo(raw) if len(raw) > _LONG else (raw, "", b"")
    lines = _lines(body)
    if len(lines) < _EDGES or lines[0].upper() != "BEGIN:VCARD":
        return None
    has_end = lines[-1].upper() == "END:VCARD"
    version = _VERSIONS.get(lines[1]) or usual_version(raw)
    if not version:
        version = likely_version(raw)
        defects = (*defects, Defect("V04", piece.line, raw[: min(raw.find(b"\n") + 1, RAW)]))
    has_version = not defects or defects[-1].code != "V04"
    inside = lines[1:-1] if has_end else lines[1:]
    entries = _entries(inside, version, photo_head, photo, has_version=has_version)
    if entries and has_end:
        entries.append(None)
    return Card.of_reader(entries, version, raw, defects) if entries else None


def _entries(
    lines: list[str], version: str, photo_head: str, photo: bytes, *, has_version: bool
) -> list[Property | None] | None:
    """Return the properties, None among them for BEGIN, VERSION and END."""
    heads = HEADS[version]
    plain = heads.plain
    entries: list[Property | None] = [None]
    append = entries.append
    is_seen = False
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
            if code or head.code or line[0] in " \t" or _is_data(entries):
                return None
        if head.is_edge:
            if value != version or not has_version or head.name != "VERSION":  # folded, or there are two
                return None
            append(None)
            is_seen = True
        elif head.separator is None:
            octets = photo if photo and text == photo_head and not value else value.encode()
            entry = _encoded(head, octets, value, version)
            if entry is None:
                return None
            append(entry)
        else:
            append(read_plain(head, value, version))
    return entries if is_seen or not has_version else None  # else it was part of a value


def _encoded(head: Head, octets: bytes, value: str, version: str) -> Property | None:
    """Return the property of a value that is encoded; None for what needs a closer look."""
    if head.name == "AGENT" and (not value or _has_card(value)):
        return None
    entry, code = read_property(head, octets, version, "latin-1")  # nothing is guessed here
    return None if code else entry


def _is_data(entries: list[Property | None]) -> bool:
    """Tell whether inline data came last: a line after it may be more of it, and the colon in the next fold."""
    return entries[-1] is not None and type(entries[-1].value) is bytes


def _has_card(value: str) -> bool:
    """Tell whether the value of AGENT is a card: its line breaks were folds, and not escaped as those of a text are."""
    value = value.upper()
    return "VCARD" in value and not value.startswith("BEGIN:VCARD\\N")


def _without_photo(raw: bytes) -> tuple[bytes, str, bytes]:
    """Return a card without the inline data of its photo, the head of that, and the data.

    To look through all of a photo for what only texts hold would cost most of the time that such a card takes.
    """
    start = raw.find(b"\nPHOTO;")
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


def _lines(raw: bytes) -> list[str]:
    """Return the logical lines of a card in UTF-8 whose lines all end alike; of another, or of too many, none."""
    end = raw.find(b"\n")
    newline = "\r\n" if raw[end - 1 : end] == b"\r" else "\n"
    octets = newline.encode()
    if b"\n" + octets in raw or b"\r\r" in raw:  # a line may be folded around an empty one, or within its end
        return []
    has_soft_breaks = b"=" + octets in raw and b"QUOTED" in raw.upper()
    try:
        text = (raw if has_soft_breaks else raw.replace(octets + b" ", b"")).decode().removesuffix(newline)
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
