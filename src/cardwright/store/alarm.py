"""Rate-limited logging of store faults: each at most once a minute, however many requests meet it."""

from __future__ import annotations

import logging
import time
from typing import Final

_PERIOD: Final = 60  # seconds
_ROOM: Final = 100  # different faults that are remembered
_log: Final = logging.getLogger(__name__)


class Alarm:
    """Writes faults to the log, each once a minute; any thread may call it."""

    def __init__(self) -> None:
        self._told: dict[str, float] = {}

    def tell(self, message: str) -> None:
        """Log the message, unless it was logged within the last minute."""
        now = time.monotonic()
        if now - self._told.get(message, -_PERIOD) < _PERIOD:
            return
        if len(self._told) >= _ROOM:
            self._told.clear()
        self._told[message] = now
        _log.error("%s", message)
