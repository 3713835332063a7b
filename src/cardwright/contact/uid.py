"""Identifiers of contacts: new ones, and when two are the same."""

from __future__ import annotations

import os
import re
import time
from typing import Final

_VARIANTS = "89ab"
_UUID: Final = re.compile(r"(?:urn:uuid:)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE)


def new_uid() -> str:
    """Return a new `urn:uuid:…` of version 7 (RFC 9562): random behind its time, so that an index grows at its end."""
    milliseconds = f"{time.time_ns() // 1_000_000:012x}"
    random = os.urandom(10)
    digits, variant = random.hex(), _VARIANTS[random[9] & 3]
    return f"urn:uuid:{milliseconds[:8]}-{milliseconds[8:]}-7{digits[:3]}-{variant}{digits[3:6]}-{digits[6:18]}"


def comparable_uid(uid: str) -> str:
    """Return what is the same of two UIDs that are the same: a UUID counts with and without `urn:uuid:`, in any case.

    `A0B1C2D3-0000-4000-8000-0000000000AA` and `urn:uuid:a0b1c2d3-0000-4000-8000-0000000000aa` are one (RFC 9562
    section 4). Any other text is compared as it stands.
    """
    uuid = _UUID.fullmatch(uid)
    return uuid[1].lower() if uuid else uid
