"""Times as every store keeps them: milliseconds since 1970, UTC."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def now() -> int:
    """Return this instant in milliseconds since 1970, UTC."""
    return time.time_ns() // 1_000_000


def milliseconds(moment: datetime) -> int:
    """Return a moment as it is stored."""
    return round(moment.timestamp() * 1_000)


def instant(milliseconds: int) -> datetime:
    """Return a stored time as a moment in UTC."""
    return datetime.fromtimestamp(milliseconds / 1_000, UTC)
