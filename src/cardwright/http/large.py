"""Large bodies and answers: what holds much memory has a slot until the request is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright import limits
from cardwright.fair_semaphore import FairSemaphore
from cardwright.http.exchange import exchange_of

if TYPE_CHECKING:
    from collections.abc import Hashable

    from cardwright.http.asgi import Scope

LARGE: Final = limits.LARGE.value
"""Octets of a body or an answer beyond which it has a slot."""


class LargeSlots(NamedTuple):
    """The slots of a worker for what is large, which its accounts share."""

    bodies: FairSemaphore
    answers: FairSemaphore


def large_slots() -> LargeSlots:
    """Return slots as the table of limits has them."""
    seconds = limits.LARGE_WAIT.value
    return LargeSlots(
        FairSemaphore(limits.LARGE_BODIES.value, each=limits.LARGE_BODIES_EACH.value, seconds=seconds),
        FairSemaphore(limits.LARGE_ANSWERS.value, each=limits.LARGE_ANSWERS_EACH.value, seconds=seconds),
    )


async def hold(scope: Scope, slots: FairSemaphore, account: Hashable, octets: int | None = None) -> None:
    """Take a slot, which the request holds until it is over, unless `octets` is known and small; raises BusyError."""
    if octets is None or octets > LARGE:
        exchange = exchange_of(scope)
        with exchange.ended_when_gone():
            await exchange.held.enter_async_context(slots.taken(account))
