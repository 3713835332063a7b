"""DNS look-ups beside the event loop, in threads of which no account can hold more than its share."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import threading
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from cardwright import limits
from cardwright.fair_semaphore import FairSemaphore

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cardwright.fetch.addresses import Address

T = TypeVar("T")


class Resolver:
    """Looks names up with `function`, which blocks, in a thread each.

    Nothing ends a thread that waits for a name server, for half a minute and more. So a look-up has its slot until
    its thread ends, though whoever asked may have left long ago; then it is the account that named silent servers
    which waits for a slot, and no other. Requests of one account for one name share a look-up.
    """

    def __init__(self, function: Callable[[str], Sequence[Address]]) -> None:
        self._function = function
        self._slots = FairSemaphore(
            limits.LOOK_UPS.value, each=limits.LOOK_UPS_EACH.value, seconds=limits.LOOK_UP_WAIT.value
        )
        self._under_way: dict[tuple[str, str], asyncio.Task[Sequence[Address]]] = {}

    async def addresses(self, host: str, account: str) -> Sequence[Address]:
        """Return what `function` finds, and raise what it raises; BusyError when no slot comes free in time."""
        asked = account, host
        task = self._under_way.get(asked)
        if task is None:
            task = self._under_way[asked] = asyncio.create_task(self._look_up(host, account))
            task.add_done_callback(partial(self._landed, asked))
        return await asyncio.shield(task)

    def close(self) -> None:
        """Let go of what is under way: it runs to its end unheard, and no longer than the process."""
        for task in self._under_way.values():
            task.cancel()

    async def _look_up(self, host: str, account: str) -> Sequence[Address]:
        async with self._slots.taken(account):
            return await _in_thread(partial(self._function, host))

    def _landed(self, asked: tuple[str, str], task: asyncio.Task[Sequence[Address]]) -> None:
        del self._under_way[asked]
        if not task.cancelled():
            task.exception()  # heard, although all who waited may have left


async def _in_thread(function: Callable[[], T]) -> T:
    """Call the function in a thread that does not keep the process from ending, as those of an executor do."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def run() -> None:
        outcome = concurrent.futures.Future[T]()
        try:
            outcome.set_result(function())
        except Exception as fault:  # noqa: BLE001 - whatever it is, it is raised where the look-up was asked for
            outcome.set_exception(fault)
        with contextlib.suppress(RuntimeError):  # the loop has ended, and nobody hears
            loop.call_soon_threadsafe(_pass_on, outcome, future)

    threading.Thread(target=run, name="look-up", daemon=True).start()
    return await future


def _pass_on(outcome: concurrent.futures.Future[T], future: asyncio.Future[T]) -> None:
    if future.done():  # given up
        return
    if fault := outcome.exception():
        future.set_exception(fault)
    else:
        future.set_result(outcome.result())
