"""How many requests an account may make (PC-62, E113)."""

from __future__ import annotations

import contextlib
import math
from typing import TYPE_CHECKING, NamedTuple

from cardwright.clock import since_boot
from cardwright.errors import Fault, InvalidError, Rule

if TYPE_CHECKING:
    from limits import RateLimitItem


class Quota(NamedTuple):
    """What is left to an account after a request."""

    allowed: bool
    limit: int
    remaining: int
    reset: int
    """Whole seconds until the limit starts anew."""


class RateLimit:
    """A fixed window for every account, such as `1000/hour`, shared by the workers that are forked after it is made.

    Raises InvalidError when `spec` is no rate: several are none, and nobody could keep one of 0.
    """

    def __init__(self, spec: str) -> None:
        from limits.strategies import FixedWindowRateLimiter  # noqa: PLC0415 - see `_parsed`

        from cardwright.http.shared_counters import SharedWindows  # noqa: PLC0415 - see `_parsed`

        self.spec = spec
        self._rate = _parsed(spec)
        self._windows = FixedWindowRateLimiter(SharedWindows())

    def hit(self, account: str) -> Quota:
        """Count one request of `account` and say what is left."""
        allowed = self._windows.hit(self._rate, account)
        window = self._windows.get_window_stats(self._rate, account)
        reset = max(1, math.ceil(window.reset_time - since_boot()))
        return Quota(allowed, self._rate.amount, window.remaining, reset)


def _parsed(spec: str) -> RateLimitItem:
    # Imported here because a server without a limit, the usual one, need not load the library.
    import limits  # noqa: PLC0415 - see above

    with contextlib.suppress(ValueError):
        rates = limits.parse_many(spec)
        if len(rates) == 1 and rates[0].amount:
            return rates[0]
    raise InvalidError([Fault("rate-limit", Rule.FORM, f"{spec!r} is no rate such as 1000/hour")])
