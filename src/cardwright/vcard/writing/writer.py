"""Properties to the octets of a card, in any version (RFC 6350, RFC 2426, vCard 2.1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cardwright.vcard.card import Card
from cardwright.vcard.conversion.converter import convert
from cardwright.vcard.errors import VCardError
from cardwright.vcard.model import Property
from cardwright.vcard.properties import VERSIONS
from cardwright.vcard.quirks import bare_line_feed
from cardwright.vcard.validation import validate
from cardwright.vcard.writing.heads import HEADS, WrittenHeads
from cardwright.vcard.writing.lines import write_line
from cardwright.vcard.writing.usual import write_usual

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.vcard.model import Entry

_BROKEN_OFF: Final = re.compile(rb"=[ \t]*(?:\r*\n|\r)?\Z")
_LINE_END: Final = re.compile(rb"\r*+\n|\r")


def write(properties: Card | Sequence[Entry], version: str = "", *, strict: bool = False) -> bytes:
    """Return the card of `properties`, in their order, between BEGIN, VERSION and END, as 3.0 unless told otherwise.

    A `Card` is written in its own version, what was read and not changed as it was; another version goes through
    `convert`. No text of a value, parameter or group can become a property of its own. What the versions write each in
    their own way (types, encodings, photos) is written in that of `version`; names are `convert`'s business.
    Raises `VCardError` for a version, or a name of a property, parameter or group, that cannot be written; with
    `strict` also for the first thing that `validate` finds: a property too many, one that is missing, a wrong type.
    """
    if isinstance(properties, Card):
        card = properties if version in {"", properties.version} else convert(properties, version).card
        if strict:
            _refuse(card)
        return _write_card(card)
    heads = HEADS.get(version or "3.0")
    if heads is None:
        raise VCardError("version", f"A card's version is one of {', '.join(VERSIONS)}.")
    if strict:
        _refuse(Card([_property(entry) for entry in properties], heads.version))
    return write_usual(properties, heads) or _write_anew(properties, heads)


def _refuse(card: Card) -> None:
    for problem in validate(card):
        raise VCardError(problem.place, problem.message)


def _property(entry: Entry) -> Property:
    return entry if isinstance(entry, Property) else Property(*entry)


def _write_anew(properties: Sequence[Entry], heads: WrittenHeads) -> bytes:
    lines = [heads.opening.encode()]
    lines += [write_line(entry, heads) for entry in properties]
    lines.append(b"END:VCARD\r\n")
    return b"\r\n".join(lines)


def _write_card(card: Card) -> bytes:
    """Return the lines as they were read, changed ones anew with the line ends of the others."""
    if card.raw is not None:
        return card.raw
    lines = card.lines
    read = [line for line in lines if isinstance(line, bytes)]
    if not read:
        return write(card.properties, card.version)
    first = _LINE_END.search(read[0])
    newline = first[0][-2:] if first else b"\r\n"
    written: list[bytes] = []
    for line in lines:
        before = written[-1] if written else b""
        if isinstance(line, bytes):
            following = line
        else:
            following = (write_line(line, HEADS[card.version]) + b"\r\n").replace(b"\r\n", newline)
            written.append(_missing_end(before, newline))
        if newline == b"\r\n" and bare_line_feed.goes_on(following, before):
            written.append(newline)
        written.append(following)
    return b"".join(written)


def _missing_end(line: bytes, newline: bytes) -> bytes:
    """Return what ends a line that was read, if it is broken off, so that another can stand after it."""
    end = b"" if line.endswith((b"\r", b"\n")) else newline
    return end + newline if _BROKEN_OFF.search(line) and b"QUOTED" in line.upper() else end
