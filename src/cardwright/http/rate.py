"""How many requests an account may make (PC-62, E113): a fixed window, such as `1000/hour`."""

from __future__ import annotations

import math
import re
from typing import Final, NamedTuple

from cardwright.clock import since_boot
from cardwright.errors import Fault, InvalidError, Rule
from cardwright.http.shared_counters import SharedCounters
from cardwright.limits import RATE_ACCOUNTS

_SPEC: Final = re.compile(
    r"\s*(0*[1-9]\d{0,11})\s*(?:/|per)\s*(\d{0,6})\s*(second|minute|hour|day)s?\s*", re.IGNORECASE
)
_SECONDS: Final = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}


class Quota(NamedTuple):
    """What is left to an account after a request."""

    allowed: bool
    limit: int
    remaining: int
    reset: int
    """Whole seconds until the limit starts anew."""


class RateLimit:
    """So many requests of every account in so much time, counted by the workers that are forked after it is made.

    Raises InvalidError when `spec` is no rate.
    """

    def __init__(self, spec: str) -> None:
        match = _SPEC.fullmatch(spec)
        if not match or not int(match[2] or 1):
            raise InvalidError([Fault("rate-limit", Rule.FORM, f"{spec!r} is no rate such as 1000/hour")])
        self.spec = spec
        self._limit = int(match[1])
        self._seconds = int(match[2] or 1) * _SECONDS[match[3].lower()]
        self._counters = SharedCounters(RATE_ACCOUNTS.value)

    def hit(self, account: str) -> Quota:
        """Count one request of `account` and say what is left."""
        count, end = self._counters.add(account, seconds=self._seconds)
        reset = max(1, math.ceil(end - since_boot()))
        return Quota(count <= self._limit, self._limit, max(0, self._limit - count), reset)
