"""Identifiers for cards that come without one."""

from __future__ import annotations

import os
import time

_VERSION_AND_VARIANT = 0x7 << 76 | 0b10 << 62
_RANDOM = 0xFFF << 64 | (1 << 62) - 1


def new_uid() -> str:
    """Return a new `urn:uuid:…` of version 7 (RFC 9562): random behind its time, so that an index grows at its end."""
    milliseconds = time.time_ns() // 1_000_000
    number = milliseconds << 80 | _VERSION_AND_VARIANT | int.from_bytes(os.urandom(10)) & _RANDOM
    digits = f"{number:032x}"
    return f"urn:uuid:{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
