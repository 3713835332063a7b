"""Which characters a first or last name holds where names are strict (CC-5)."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from cardwright.errors import Fault, Rule

_ASCII: Final = re.compile("[A-Za-z0-9 .]*")
_SPACES_AND_PERIOD: Final = frozenset(" .\u3000")
_JOINERS: Final = frozenset("\u200c\u200d")


def name_fault(field: str, name: str) -> Fault | None:
    """Return the fault of the first character that a strict name may not hold, or None (CC-5)."""
    if _ASCII.fullmatch(name):
        return None
    for at, character in enumerate(name):
        if not _allowed(name, at, character):
            shown = f"{character!r} " if character.isprintable() else ""
            message = f"holds {shown}(U+{ord(character):04X}); a name holds letters, digits, spaces and periods only"
            return Fault(field, Rule.NAME_CHARACTER, message)
    return None


def _allowed(name: str, at: int, character: str) -> bool:
    if character in _SPACES_AND_PERIOD:
        return True
    if character in _JOINERS:  # they shape the letters on both sides, and mean nothing elsewhere
        return 0 < at < len(name) - 1 and _letter(name[at - 1]) and _letter(name[at + 1])
    return _letter(character) or unicodedata.category(character) == "Nd"


def _letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM"
