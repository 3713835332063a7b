"""A card of which something is unusual, line by line: whatever stands there is put up with, and told."""

from __future__ import annotations

import re
from binascii import a2b_qp
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Final

from cardwright.vcard.card import Card
from cardwright.vcard.defects import RAW, Defect
from cardwright.vcard.reading.charsets import decode, is_utf_8
from cardwright.vcard.reading.guessing import guess
from cardwright.vcard.reading.heads import HEADS, split_line
from cardwright.vcard.reading.logical_lines import split_to_limit, unfold
from cardwright.vcard.reading.scanner import count_lines
from cardwright.vcard.reading.values import read_plain, read_property
from cardwright.vcard.reading.versions import likely_version

if TYPE_CHECKING:
    from cardwright.vcard.model import Property
    from cardwright.vcard.reading.scanner import Piece

Code = tuple[int, str]
"""Which logical line something is wrong with, and the code of that."""
CLOSELY: Final = "?"
"""Stands for the code of a line that is not read yet."""
_VERSION: Final = re.compile(rb"\s*VERSION\s*(?:;[^:]*)?:(.*)", re.IGNORECASE)


def read_carefully(piece: Piece) -> Card:
    """Return the card of `piece`, whatever is wrong with it."""
    chunks, known = split_to_limit(piece.raw)
    lines = [unfold(chunk) for chunk in chunks[:known]]
    version, code, named = _version(lines, piece.raw)
    codes = [(named, code)] if code else []
    likely = _likely(lines, piece.raw)
    entries: list[Property | None] = []
    for at, line in enumerate(lines):
        entry, code = _entry(line, version, likely)
        if code:
            codes.append((at, code))
        entries.append(entry)
    if len(chunks) > known:
        codes.append((known, "V13"))
    return Card(entries, version, piece.raw, _defects(piece, chunks, codes))


def read_closely(
    piece: Piece, version: str, lines: list[str], entries: list[Property | None], strange: dict[int, str]
) -> Card | None:
    """Return the card of `piece`, whose logical lines are read into `entries` already.

    `strange` has the code of what is wrong with a line by its place, `CLOSELY` for those that are read here and now.
    None where the lines are not those given.
    """
    chunks, known = split_to_limit(piece.raw)
    if not known == len(chunks) == len(lines):
        return None
    if unread := [at for at, code in strange.items() if code == CLOSELY]:
        octets = [line.encode() for line in lines]
        for at in unread:
            octets[at] = unfold(chunks[at])
        likely = _likely(octets, piece.raw)
        for at in unread:
            entries[at], strange[at] = _entry(octets[at], version, likely)
    codes = [(at, code) for at, code in strange.items() if code]
    return Card.of_reader(entries, version, piece.raw, _defects(piece, chunks, codes))


def _defects(piece: Piece, chunks: list[bytes], codes: list[Code]) -> tuple[Defect, ...]:
    """Return what is wrong before the card, and in its logical lines."""
    defects = list(piece.defects)
    number, counted = piece.line, 0
    for at, code in sorted(codes, key=itemgetter(0)):
        number, counted = number + sum(map(count_lines, chunks[counted:at])), at
        defects.append(Defect(code, number, chunks[at][:RAW]))
    return tuple(sorted(defects, key=attrgetter("line")))


def _version(lines: list[bytes], raw: bytes) -> tuple[str, str, int]:
    """Return the version, the code of what is wrong with it or `""`, and which of `lines` that is said of."""
    for number, line in enumerate(lines):
        if line[:9].lstrip()[:1] in b"Vv" and (match := _VERSION.fullmatch(line)):
            version = match[1].decode("latin-1").strip()
            nearest = {"2": "2.1", "4": "4.0"}.get(version[:1], "3.0")
            return nearest, "" if version == nearest else "V05", number
    return likely_version(raw), "V04", 0


def _likely(lines: list[bytes], raw: bytes) -> str:
    """Return the likeliest character set of all lines together that name none and are not UTF-8, `""` for none."""
    if is_utf_8(raw) and b"QUOTED" not in b"\n".join(lines).upper():
        return ""
    encoded = [a2b_qp(line) if b"QUOTED" in line.upper() else line for line in lines]
    strange = [line for line in encoded if not is_utf_8(line) and b"CHARSET" not in line.upper()]
    return guess(b"\n".join(strange)) if strange else ""


def _entry(line: bytes, version: str, likely: str) -> tuple[Property | None, str]:
    """Return the property of an unfolded line, None for one that is none, and the code of what is wrong or `""`."""
    text, value, line_code = split_line(line.decode("latin-1"))
    if line_code == "V06":
        return None, line_code
    heads = HEADS[version]
    head = heads.get(text)
    if head is None:
        head = heads.make(text if text.isascii() else decode(text.encode("latin-1"), likely=likely)[0])
    if head.is_edge or head.code == "V06":
        return None, head.code
    if head.separator is not None and value.isascii() and not line_code:
        return read_plain(head, value, version), head.code or ("V19" if "\n" in value else "")
    entry, code = read_property(head, value.encode("latin-1"), version, likely)
    if b"\n" in line and head.name != "AGENT":
        code = code or "V19"
    return entry, line_code or head.code or code
