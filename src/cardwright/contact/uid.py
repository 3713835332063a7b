"""UIDs for contacts that come without one: UUID version 7."""

from __future__ import annotations

import os
import time

_VARIANTS = "89ab"


def new_uid() -> str:
    """Return a new `urn:uuid:…` of version 7 (RFC 9562): random behind its time, so that an index grows at its end."""
    milliseconds = f"{time.time_ns() // 1_000_000:012x}"
    random = os.urandom(10)
    digits, variant = random.hex(), _VARIANTS[random[9] & 3]
    return f"urn:uuid:{milliseconds[:8]}-{milliseconds[8:]}-7{digits[:3]}-{variant}{digits[3:6]}-{digits[6:18]}"
