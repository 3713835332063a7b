"""A card that leaves is whole, whatever came in: BEGIN, VERSION, FN, N where the version wants it, and END."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from cardwright.vcard.card import Card
from cardwright.vcard.conversion.names import formatted, with_names
from cardwright.vcard.model import Property
from cardwright.vcard.reading.reader import read
from cardwright.vcard.writing.writer import write

if TYPE_CHECKING:
    from collections.abc import Iterator

# What is wrong with the file that a card stood in, or with more of it than is understood, and not with the card.
_OUTSIDE: Final = frozenset({"V01", "V03", "V12", "V13", "V14", "V15", "V17", "V18", "V20", "V21"})
_EDGE: Final = re.compile(rb"\s*(?:BEGIN|VERSION|END)\s*[:;]", re.IGNORECASE)
UNREADABLE: Final = "X-UNREADABLE"
"""The name under which a line that is no property leaves."""


def complete(card: Card) -> Card:
    """Return `card` fit to leave: itself, octet for octet, if it is whole and nothing on it is broken.

    One without the names that its version wants gets these and keeps its other lines. One that was read with defects
    is written anew, a line that was no property as the text of X-UNREADABLE: other programs read it to its end. So is
    one in which a line ends in CR alone, as all did on old Macs: others take it and the next for one.
    """
    wanted = with_names(card.properties, card.version)
    if any(defect.code not in _OUTSIDE for defect in card.defects):
        return Card([*wanted, *_unreadable(card)], card.version)
    if card.raw and card.raw.count(b"\r") > card.raw.count(b"\r\n"):
        return Card(wanted, card.version)
    wants_fn = card.version != "2.1" or not card.get("N")
    if wanted == card.properties or not (wants_fn or formatted(card.properties)):
        return card
    return Card(wanted, card.version) if card.raw is None else _with_lines(card, wanted)


def complete_octets(raw: bytes) -> bytes:
    """Return the one card of `raw` as it may leave, byte for byte if it is whole; what is not one card as it is."""
    cards = list(islice(read(raw), 2))
    return write(complete(cards[0])) if len(cards) == 1 else raw


def _unreadable(card: Card) -> Iterator[Property]:
    """Give the lines that were not understood."""
    for line in card.unread_lines:
        if not _EDGE.match(line) and (text := line.decode("utf-8", "replace").strip()):
            yield Property(UNREADABLE, text, {"value": "text"})


def _with_lines(card: Card, wanted: list[Property]) -> Card:
    """Return a copy of a card, read from its bytes, with the FN and N written into it that are new in `wanted`."""
    copy = next(read(card.raw or b""))
    kept = set(map(id, card.properties))
    for entry in [entry for entry in wanted if id(entry) not in kept][::-1]:
        if old := copy.get(entry.name):
            copy.replace(old, entry)
        else:
            copy.add(entry)
            first = copy.properties[0]
            if first is not entry:
                copy.move(entry, first)
    return copy
