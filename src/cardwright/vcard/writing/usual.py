"""A card all of short lines of ASCII, in which nothing is escaped, folded or encoded: nearly all that are made.

One look at all texts together costs a fraction of looking at each; a test compares the two ways.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.vcard.writing.folding import FOLD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.vcard.model import Entry
    from cardwright.vcard.writing.heads import WrittenHeads

_END: Final = "END:VCARD\r\n"
_PLAIN: Final = bytes(octet for octet in range(0x20, 0x7F) if octet not in b";,\\")
"""What stands for itself in every value."""


def write_usual(properties: Sequence[Entry], heads: WrittenHeads) -> bytes | None:
    """Return the card of `properties`, None if something of it must be looked at more closely.

    A head that is not known yet is such a thing: it is, once the card was written the other way.
    """
    known = heads.known
    lines = [heads.opening]
    texts: list[str] = []
    try:
        for name, value, params, group in properties:
            before, separator, _ = known[name, params, group]
            if type(value) is tuple:
                texts += value  # type: ignore[arg-type] # a tuple inside makes join raise
                lines.append(before + separator.join(value))  # type: ignore[arg-type]
            else:
                texts.append(value)  # type: ignore[arg-type]
                lines.append(before + value)  # type: ignore[operator] # octets make this raise
        special = "".join(texts).encode().translate(None, _PLAIN)
    except (KeyError, TypeError, UnicodeEncodeError):
        return None
    lines.append(_END)
    if special or max(map(len, lines)) > FOLD:
        return None
    card = "\r\n".join(lines)
    return card.encode() if card.isascii() else None
