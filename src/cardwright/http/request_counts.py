"""How many requests were answered, by mount and status: by this worker, and by all of them, for metrics."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Final

from cardwright.http.shared_counters import SharedCounters

_SLOTS: Final = 4_096
_PERIOD: Final = 1.0


class RequestCounts(Counter[tuple[str, int]]):
    """The requests of this worker by mount and status; a status of 0 is that of no answer at all.

    All workers that are forked after it is made share what they count, within a second.
    """

    def __init__(self) -> None:
        super().__init__()
        self._shared = SharedCounters(_SLOTS)
        self._told: Counter[tuple[str, int]] = Counter()

    def of_all_workers(self, mount: str, status: int) -> int:
        """Return the requests of all workers."""
        return self._shared.count(_name(mount, status))

    async def share(self, period: float = _PERIOD) -> None:
        """Tell the other workers again and again, and once more when cancelled."""
        try:
            while True:
                await asyncio.sleep(period)
                self._tell()
        finally:
            self._tell()

    def _tell(self) -> None:
        for (mount, status), count in (self - self._told).items():
            self._shared.add(_name(mount, status), count)
        self._told = Counter(self)


def _name(mount: str, status: int) -> str:
    return f"{mount} {status}"
