"""A part of a card: the properties that a client asks for, as their lines stand (RFC 6352 section 10.4.2)."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright import vcard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_EDGE: Final = re.compile(rb"\s*(?:BEGIN|VERSION|END)\s*[:;]", re.IGNORECASE)
_HEAD: Final = re.compile(rb'(?:[^":\r\n]++|"[^"\r\n]*+"|"|[\r\n]++)*+:')
"""Name and parameters of a logical line, folded as they may be, to the colon that no quotes hold."""
_END: Final = re.compile(rb"(?:(?<!\r)\r*+\n|\r)\Z")


class Selected(NamedTuple):
    """A property that is asked for."""

    name: str
    """`TEL`, of any group; or `item1.TEL`, of that one alone. Any case."""
    has_value: bool = True
    """Without it, name, parameters and colon are wanted alone."""


def selection(raw: bytes, wanted: Iterable[Selected]) -> bytes:
    r"""Return the card with the lines of these properties alone, as they stand, and BEGIN, VERSION and END.

    >>> selection(b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:A\r\nTEL:1\r\nEND:VCARD\r\n", [Selected("tel")])
    b'BEGIN:VCARD\r\nVERSION:3.0\r\nTEL:1\r\nEND:VCARD\r\n'

    What is asked for twice, with its value and without, has it. What is not one card comes back as it is.
    """
    cards = list(islice(vcard.read(raw), 2))
    if len(cards) != 1 or not cards[0].raw:
        return raw
    values: dict[str, bool] = {}
    for one in wanted:
        name = one.name.upper()
        values[name] = values.get(name, False) or one.has_value
    return b"".join(_lines(cards[0], values))


def _lines(card: vcard.Card, values: dict[str, bool]) -> Iterator[bytes]:
    for entry, line in card.read_lines:
        if entry is None:
            if _EDGE.match(line):
                yield line
            continue
        name = entry.name.upper()
        wanted = [values[one] for one in (name, f"{entry.group.upper()}.{name}") if one in values]
        if any(wanted):
            yield line
        elif wanted and (head := _HEAD.match(line)):
            end = _END.search(line)
            yield head[0] + (end[0] if end else b"")
