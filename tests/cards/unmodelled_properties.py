"""What cards say beyond what a contact models, in a form that can be compared."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from cards.real_cards import HEAD, MODELLED
from cardwright.vcard import Card, convert, logical_lines, read, write

if TYPE_CHECKING:
    from cardwright.vcard import Property


def card_of(lines: str, version: str = "3.0") -> bytes:
    text = lines.replace("|", "\r\n")
    return f"BEGIN:VCARD\r\nVERSION:{version}\r\n{text}\r\nEND:VCARD\r\n".encode()


def said_by(card: Card) -> set[object]:
    """What properties say, without groups; 2.1 cannot hold every parameter, and a date is one without VALUE=DATE."""
    return {
        (
            entry.name.upper(),
            entry.value,
            ()
            if card.version == "2.1"
            else tuple(sorted(_param(*it) for it in entry.params if _param(*it) != ("VALUE", "DATE"))),
        )
        for entry in rest(card)
    }


def _param(name: str, *values: str) -> tuple[str, ...]:
    return name, *map(str.upper, values)


def as_written(raw: bytes, version: str) -> Card:
    """The card in another version."""
    return next(read(write(convert(next(read(raw)), version).card)))


def rest(card: Card) -> list[Property]:
    """What a contact does not model by its name, and is not blank."""
    return [
        entry
        for entry in card
        if entry.name.upper().encode() not in MODELLED
        and not entry.name.upper().startswith("X-AB")
        and "".join(map(str, entry.value if isinstance(entry.value, tuple) else (entry.value or "",))).strip()
    ]


def unmodelled(raw: bytes) -> Counter[bytes]:
    lines = [line for line in logical_lines(raw) if name_of(line)]
    return Counter(line for line in lines if name_of(line).encode() not in MODELLED)


def name_of(line: bytes) -> str:
    """The name of a property; `""` of what is none, and of what Apple writes beside another in its group."""
    head = HEAD.match(line)
    name = head[1].decode().upper() if head else ""
    return "" if name.startswith("X-AB") else name
