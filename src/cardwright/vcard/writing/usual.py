"""A card all of short lines of ASCII, in which nothing is escaped, folded or encoded: nearly all that are made.

One look at all texts together costs a fraction of looking at each; a test compares the two ways.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from cardwright.vcard.writing.folding import FOLD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.vcard.model import Entry
    from cardwright.vcard.writing.heads import WrittenHeads

_END: Final = "END:VCARD\r\n"


def write_usual(properties: Sequence[Entry], heads: WrittenHeads) -> bytes | None:
    """Return the card of `properties`, None if something of it must be looked at more closely."""
    lines = ["BEGIN:VCARD", f"VERSION:{heads.version}"]
    texts: list[str] = []
    try:
        for name, value, params, group in properties:
            before, separator, escaped = heads[name, params, group]
            if type(escaped) is partial:  # AGENT
                return None
            if type(value) is str:
                texts.append(value)
                lines.append(before + value)
            elif type(value) is tuple:
                texts += value  # type: ignore[arg-type] # a tuple inside makes join raise
                lines.append(before + separator.join(value))  # type: ignore[arg-type]
            else:
                return None
        text = "".join(texts)
    except TypeError:
        return None
    lines.append(_END)
    if not text.isprintable() or ";" in text or "," in text or "\\" in text or max(map(len, lines)) > FOLD:
        return None
    card = "\r\n".join(lines)
    return card.encode() if card.isascii() else None
