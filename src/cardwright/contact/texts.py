"""Validation of every text of a contact: a maximum length, and no control characters."""

from __future__ import annotations

import re
from typing import Final

from cardwright import limits
from cardwright.errors import Fault, Rule

TEXT: Final = limits.TEXT.value
ADDRESS: Final = limits.POSTAL_ADDRESS.value
URL: Final = limits.URL.value
NOTE: Final = limits.NOTE.value

SPACES: Final = " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
"""What may be trimmed off a text of one line: Unicode's Zs. Python's own strip would take control characters too."""
WHITE: Final = SPACES + "\t\n\r"
"""What may be trimmed where a line break may stand, and off a name (CC-5)."""

# Unicode's Cc, the two separators that readers take for a line end (U+2028, U+2029), and halves of surrogate pairs,
# which no file can hold.
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_ASCII: Final = bytes(range(0x20, 0x7F))
"""The characters of ASCII that are no control."""
# What `_CONTROL` has, but for tabs and line breaks.
_CONTROL_IN_LINES: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# What Unicode promises never to be a character (section 23.7); XML cannot carry U+FFFE and U+FFFF at all.
_PLANES: Final = "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
NONCHARACTERS: Final = f"\ufdd0-\ufdef{_PLANES}"
"""These, as a class of a regular expression holds them."""
_NONCHARACTER: Final = re.compile(f"[{NONCHARACTERS}]")
_BREAK: Final = re.compile("\r\n?|[\u2028\u2029]")


def plain(text: str) -> bool:
    """Say whether `text` holds no control character and no line break at all."""
    if text.isascii():  # nearly always; a table of octets takes a third of the time
        return not text.encode().translate(None, _ASCII)
    return text.isprintable() or _CONTROL.search(text) is None


def text_fault(field: str, text: str, limit: int = TEXT, *, lines: bool = False) -> Fault | None:
    """Return what is wrong with `text`, or None; `lines` lets tabs and line breaks pass (CC-6, PC-26)."""
    if len(text) > limit:
        return Fault(field, Rule.TOO_LONG, f"holds {len(text)} characters; at most {limit} are taken")
    match = (_CONTROL_IN_LINES if lines else _CONTROL).search(text)
    if match is None:
        return None
    kind = "line break" if match[0] in "\r\n\u2028\u2029" else "control character"
    return Fault(field, Rule.CONTROL, f"holds a {kind} (U+{ord(match[0]):04X}) at character {match.start() + 1}")


def stored_text_fault(field: str, text: str, limit: int = TEXT, *, lines: bool = False) -> Fault | None:
    """Return why a text cannot be stored, None if it can: it has to be fit for JSON, XML and cards (PC-26).

    That is what `text_fault` says, and code points that are no characters.
    """
    if len(text) <= limit and text.isprintable():
        return None
    fault = text_fault(field, text, limit, lines=lines)
    if fault is None and (match := _NONCHARACTER.search(text)):
        message = f"holds U+{ord(match[0]):04X}, which is no character, at character {match.start() + 1}"
        fault = Fault(field, Rule.CONTROL, message)
    return fault


def are_stored_texts(*texts: str, limit: int = TEXT) -> bool:
    """Say whether texts certainly may be kept, being short together: `stored_text_fault` finds nothing then."""
    together = "".join(texts)
    return len(together) <= limit and together.isprintable()


def one_break(text: str) -> str:
    """Return `text` with every kind of line break written as a line feed."""
    return _BREAK.sub("\n", text)
