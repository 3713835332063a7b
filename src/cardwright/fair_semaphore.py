"""A semaphore that is fair between accounts: so many slots, so many for each account, round robin for who waits."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter, OrderedDict, deque
from typing import TYPE_CHECKING

from cardwright import limits
from cardwright.errors import AccountBusyError, BusyError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Hashable


class FairSemaphore:
    """A semaphore that is fair between accounts: `total` slots, of which one account holds `each` at most.

        photos = FairSemaphore(32, each=4, seconds=20)
        async with photos.taken(sid):
            ...  # at most 32 of these at once, at most 4 for one account

    A slot that comes free goes to the account that has waited longest for its turn, and within the account to its
    oldest request (round robin; a request that comes while a slot is free waits for nobody). So an account waits for
    one slot of each other account at most, however many requests those have in line.

    Whoever gets no slot within `seconds`, or comes when `waiting` requests of his account are in line already, gets
    BusyError (AccountBusyError where his own requests are in the way), and nothing was taken. An account is whatever
    can be told apart: a SID, a client's address.
    """

    def __init__(self, total: int, *, each: int, seconds: float, waiting: int = limits.WAITING.value) -> None:
        self._free = total
        self._each = each
        self._seconds = seconds
        self._waiting = waiting
        self._held: Counter[Hashable] = Counter()
        self._lines: dict[Hashable, deque[asyncio.Future[None]]] = {}
        self._turns: OrderedDict[Hashable, None] = OrderedDict()
        """The accounts that wait and may have one more slot, next first."""

    @contextlib.asynccontextmanager
    async def taken(self, account: Hashable) -> AsyncIterator[None]:
        """Hold a slot of `account` until the block ends; raises BusyError when none comes free in time."""
        if self._free and self._held[account] < self._each:  # then nobody is in line who could have it
            self._take(account)
        else:
            await self._wait(account)
        try:
            yield
        finally:
            self._give_back(account)

    async def _wait(self, account: Hashable) -> None:
        if len(self._lines.get(account, ())) >= self._waiting:
            raise self._busy(account)
        slot = asyncio.get_running_loop().create_future()
        self._lines.setdefault(account, deque()).append(slot)
        self._line_up(account)
        try:
            async with asyncio.timeout(self._seconds):
                await slot
        except BaseException as error:
            if slot.done() and not slot.cancelled():  # it came in the moment in which the wait ended
                self._give_back(account)
            else:
                self._leave(account, slot)
            if isinstance(error, TimeoutError):
                raise self._busy(account) from None
            raise

    def _line_up(self, account: Hashable) -> None:
        """Put the account at the end of the queue, if it waits and may have one more slot."""
        if account in self._lines and self._held[account] < self._each:
            self._turns.setdefault(account)

    def _leave(self, account: Hashable, slot: asyncio.Future[None]) -> None:
        with contextlib.suppress(KeyError, ValueError):  # the slot may have been passed over, and the line be gone
            self._lines[account].remove(slot)
            self._end_if_empty(account)

    def _take(self, account: Hashable) -> None:
        self._free -= 1
        self._held[account] += 1

    def _give_back(self, account: Hashable) -> None:
        self._free += 1
        self._held[account] -= 1
        if not self._held[account]:
            del self._held[account]
        self._line_up(account)
        while self._free and self._turns:
            self._serve(self._turns.popitem(last=False)[0])

    def _serve(self, account: Hashable) -> None:
        """Hand a slot to the oldest request of the account that still waits, if there is one."""
        line = self._lines[account]
        while line:
            slot = line.popleft()
            if not slot.done():
                slot.set_result(None)
                self._take(account)
                break
        self._end_if_empty(account)
        self._line_up(account)

    def _end_if_empty(self, account: Hashable) -> None:
        if not self._lines[account]:
            del self._lines[account]
            self._turns.pop(account, None)

    def _busy(self, account: Hashable) -> BusyError:
        return AccountBusyError() if self._held[account] >= self._each else BusyError()
