"""Identifiers of contacts: new ones, and when two are the same."""

from __future__ import annotations

import os
import re
import time
import uuid
from typing import Final

_VARIANTS = "89ab"
_OCTETS: Final = 10
_ENDS: Final = 64
_ends: list[str] = []
os.register_at_fork(after_in_child=_ends.clear)  # or parent and child would give the same UIDs
_UUID: Final = re.compile(r"(?:urn:uuid:)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE)


def new_uid() -> str:
    """Return a new `urn:uuid:…` of version 7 (RFC 9562): random behind its time, so that an index grows at its end."""
    milliseconds = f"{time.time_ns() // 1_000_000:012x}"
    try:
        random = _ends.pop()  # one step: two threads never have the same
    except IndexError:
        random, *more = _more_ends()
        _ends.extend(more)
    return f"urn:uuid:{milliseconds[:8]}-{milliseconds[8:]}-7{random}"


def _more_ends() -> list[str]:
    """Return what comes behind the version in so many UUIDs: one question to the system for all of them."""
    digits = os.urandom(_OCTETS * _ENDS).hex()
    pieces = (digits[at : at + 2 * _OCTETS] for at in range(0, len(digits), 2 * _OCTETS))
    return [f"{it[:3]}-{_VARIANTS[int(it[19], 16) & 3]}{it[3:6]}-{it[6:18]}" for it in pieces]


def comparable_uid(uid: str) -> str:
    """Return what is the same of two UIDs that are the same: a UUID counts with and without `urn:uuid:`, in any case.

    `A0B1C2D3-0000-4000-8000-0000000000AA` and `urn:uuid:a0b1c2d3-0000-4000-8000-0000000000aa` are one (RFC 9562
    section 4). Any other text is compared as it stands.
    """
    match = _UUID.fullmatch(uid)
    return match[1].lower() if match else uid


def uid_of_repeat(sid: str, number: int) -> str:
    """Return the UID that a contact's card has beside another card that has its own: of version 5 (DV-3, RFC 9562)."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{sid}/{number}')}"


def may_be_of_repeat(uid: str) -> bool:
    """Say whether a UID, as UIDs are compared, may be one of those: few others are of their version."""
    return _UUID.fullmatch(uid) is not None and uid[_VERSION] == "5"


_VERSION: Final = 14
"""Where a UUID says it."""
