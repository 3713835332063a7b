"""The version of a card, where it stands as on nearly all, or what the card is written like."""

from __future__ import annotations

import re
from typing import Final

from cardwright.vcard.defects import RAW
from cardwright.vcard.properties import VERSIONS

_USUAL: Final = re.compile(rb"VERSION(?<=\nVERSION)(?::(2\.1|3\.0|4\.0)\r?\n)?", re.IGNORECASE)
_LINE: Final = b"\nVERSION:"
_VERSIONS: Final = {version.encode(): version for version in VERSIONS}
_ENCODED: Final = re.compile(rb"[;=](?:QUOTED-PRINTABLE|BASE64)[;:]")
_BARE: Final = re.compile(rb"[\r\n][\w.-]+;[A-Z]+[;:]")


def usual_version(raw: bytes) -> str:
    """Return the version where it stands near the top, as on nearly all cards, else `""`."""
    at = raw.find(_LINE, 0, RAW) + len(_LINE)
    if at >= len(_LINE) and raw[at + 3 : at + 4] in b"\r\n" and (version := _VERSIONS.get(raw[at : at + 3])):
        return version
    match = _USUAL.search(raw, 0, RAW)
    return match[1].decode() if match and match[1] else ""


def likely_version(raw: bytes) -> str:
    """Return the version that a card is written like which names none."""
    upper = raw.upper()
    if (b"BASE64" in upper or b"QUOTED-PRINTABLE" in upper) and _ENCODED.search(upper):
        return "2.1"
    return "2.1" if _BARE.search(upper) else "3.0"
