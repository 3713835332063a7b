"""How many requests an account may make (PC-62, E113)."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, NamedTuple

from cardwright.errors import Fault, InvalidError, Rule

if TYPE_CHECKING:
    from limits.storage import Storage


class Quota(NamedTuple):
    """What is left to an account after a request."""

    allowed: bool
    limit: int
    remaining: int
    reset: int
    """Whole seconds until the limit starts anew."""


class RateLimit:
    """A fixed window for every account, such as `1000/hour`.

    Raises InvalidError when `spec` is no rate. The windows live in `storage`, by default this process's memory.
    """

    def __init__(self, spec: str, storage: Storage | None = None) -> None:
        # Imported here because a server without a limit, the usual one, need not load it.
        import limits  # noqa: PLC0415 - see above
        from limits.storage import MemoryStorage  # noqa: PLC0415 - see above
        from limits.strategies import FixedWindowRateLimiter  # noqa: PLC0415 - see above

        try:
            self._rate = limits.parse(spec)
        except ValueError:
            raise InvalidError([Fault("rate-limit", Rule.FORM, f"{spec!r} is no rate such as 1000/hour")]) from None
        self._windows = FixedWindowRateLimiter(storage or MemoryStorage())

    def hit(self, account: str) -> Quota:
        """Count one request of `account` and say what is left."""
        allowed = self._windows.hit(self._rate, account)
        window = self._windows.get_window_stats(self._rate, account)
        reset = max(1, math.ceil(window.reset_time - time.time()))
        return Quota(allowed, self._rate.amount, window.remaining, reset)
