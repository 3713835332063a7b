"""Times as every store keeps them: milliseconds since 1970, UTC."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from typing import Final

_FIRST: Final = date(1970, 1, 1)


def now() -> int:
    """Return this instant in milliseconds since 1970, UTC."""
    return time.time_ns() // 1_000_000


def milliseconds(moment: datetime) -> int:
    """Return a moment as it is stored."""
    return round(moment.timestamp() * 1_000)


def instant(milliseconds: int) -> datetime:
    """Return a stored time as a moment in UTC."""
    return datetime.fromtimestamp(milliseconds / 1_000, UTC)


def day(days: int | None) -> date | None:
    """Return a stored day."""
    return None if days is None else _FIRST + timedelta(days)


def days(at: date) -> int:
    """Return a day as it is stored: days since 1970."""
    return (at - _FIRST).days
