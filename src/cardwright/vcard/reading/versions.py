"""The version of a card, where it stands as on nearly all, or what the card is written like."""

from __future__ import annotations

import re
from typing import Final

from cardwright.vcard.defects import RAW

_USUAL: Final = re.compile(rb"VERSION(?<=\nVERSION)(?::(2\.1|3\.0|4\.0)\r?\n)?", re.IGNORECASE)
_LIKE_2_1: Final = re.compile(rb"[;=](?:QUOTED-PRINTABLE|BASE64)[;:]|[\r\n][\w.-]+;[A-Z]+[;:]", re.IGNORECASE)


def usual_version(raw: bytes) -> str:
    """Return the version where it stands near the top, as on nearly all cards, else `""`."""
    found = _USUAL.search(raw, 0, RAW)
    return found[1].decode() if found and found[1] else ""


def likely_version(raw: bytes) -> str:
    """Return the version that a card is written like which names none."""
    return "2.1" if _LIKE_2_1.search(raw) else "3.0"
