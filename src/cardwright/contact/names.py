"""Which characters a first or last name holds where names are strict (CC-5)."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from cardwright.errors import Fault, Rule

PLAIN: Final = re.compile("[A-Za-z0-9 .]*")
"""What a strict name may hold without a closer look, as nearly all do."""
_SPACES_AND_PERIOD: Final = frozenset(" .\u3000")
_JOINERS: Final = frozenset("\u200c\u200d")


def name_fault(field: str, name: str) -> Fault | None:
    """Return the fault of the first character that a strict name may not hold, or None (CC-5).

    Each character is looked up once, however often it stands: a stranger's name may be as long as a request.
    """
    if PLAIN.fullmatch(name):
        return None
    characters = set(name)
    wrong = {character for character in characters if not _may_stand(character)}
    if not wrong and characters.isdisjoint(_JOINERS):
        return None
    for at, character in enumerate(name):
        if character in wrong or (character in _JOINERS and not _between_letters(name, at)):
            shown = f"{character!r} (U+{ord(character):04X})" if character.isprintable() else f"U+{ord(character):04X}"
            message = f"holds {shown} at character {at + 1}; a name holds letters, digits, spaces and periods only"
            return Fault(field, Rule.NAME_CHARACTER, message)
    return None


def _may_stand(character: str) -> bool:
    return (
        character in _SPACES_AND_PERIOD
        or character in _JOINERS
        or _letter(character)
        or unicodedata.category(character) == "Nd"
    )


def _between_letters(name: str, at: int) -> bool:
    """Tell whether a joiner does its work: it shapes the letters on both sides, and means nothing elsewhere."""
    return 0 < at < len(name) - 1 and _letter(name[at - 1]) and _letter(name[at + 1])


def _letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM"
