"""The cache of fetched and rendered photos, each kept for as long as its server allows (RFC 9111)."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from functools import partial
from typing import TYPE_CHECKING, Generic, NamedTuple, Protocol, TypeVar

from cardwright import limits
from cardwright.fetch.freshness import NOTHING, Terms

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from cardwright.fair_semaphore import FairSemaphore
    from cardwright.fetch.fetcher import Fetcher


class Rendered(Protocol):
    """What a renderer makes of a photo, as far as the cache looks at it."""

    @property
    def data(self) -> bytes:
        """The image: what it weighs is what it takes."""


T = TypeVar("T", bound=Rendered)

_OVERHEAD = 1024
"""Octets that an entry takes besides what it holds."""


class _Entry(NamedTuple, Generic[T]):
    rendered: T
    terms: Terms
    stale_at: float
    weight: int


class PhotoCache(Generic[T]):
    """Rendered photos by URL, the least recently used leaving when `capacity` octets are exceeded.

    A fresh photo is answered from here; a stale one is asked for with its validators and rendered again only if it has
    changed. Requests of one account for one URL that come while it is under way share the one fetch and the one
    rendering, also what it fails with, and whoever stops waiting stops alone. A failure is not kept: the next request
    tries again. A photo has one of `slots` from the fetch to the end of the rendering: it may weigh 10 MiB. Accounts
    do not share what is under way: none waits for a slot that is another's to wait for.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        render: Callable[[bytes, str], Awaitable[T]],
        slots: FairSemaphore,
        *,
        capacity: int = limits.PHOTO_CACHE.value,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetcher = fetcher
        self._render = render
        self._capacity = self._room = capacity
        self._clock = clock
        self._slots = slots
        self._entries: OrderedDict[str, _Entry[T]] = OrderedDict()
        self._under_way: dict[tuple[str, str], asyncio.Task[T]] = {}

    async def get(self, url: str, account: str) -> T:
        """Return the rendered photo, on behalf of an account.

        Raises InvalidError as the fetcher and the renderer do, BusyError when no slot comes free in time.
        """
        if fresh := self._fresh(url):
            return fresh
        asked = account, url
        task = self._under_way.get(asked)
        if task is None:
            task = self._under_way[asked] = asyncio.create_task(self._load(url, account))
            task.add_done_callback(partial(self._landed, asked))
        return await asyncio.shield(task)

    async def aclose(self) -> None:
        """Cancel what is under way. The fetcher is closed by who made it."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _fresh(self, url: str) -> T | None:
        entry = self._entries.get(url)
        if entry is None or self._clock() >= entry.stale_at:
            return None
        self._entries.move_to_end(url)
        return entry.rendered

    async def _load(self, url: str, account: str) -> T:
        async with self._slots.taken(account):
            if fresh := self._fresh(url):  # another account's request has fetched it meanwhile
                return fresh
            entry = self._entries.get(url)
            fetched = await self._fetcher.fetch(url, entry.terms if entry else NOTHING, account=account)
            arrived = self._clock()
            rendered = entry.rendered if entry and fetched.unchanged else await self._render(fetched.data, account)
        self._keep(url, rendered, fetched.terms, arrived)
        return rendered

    def _landed(self, asked: tuple[str, str], task: asyncio.Task[T]) -> None:
        del self._under_way[asked]
        if not task.cancelled():
            task.exception()  # heard, although all who waited may have left

    def _keep(self, url: str, rendered: T, terms: Terms, arrived: float) -> None:
        """Put the photo in, if its terms allow, and make room."""
        self._forget(url)
        if terms.fresh_for is None or (terms.fresh_for <= 0 and not terms.conditions):
            return
        weight = len(rendered.data) + len(url) + len(terms.url) + sum(map(len, terms.fields.values())) + _OVERHEAD
        if weight > self._capacity:
            return
        self._entries[url] = _Entry(rendered, terms, arrived + terms.fresh_for, weight)
        self._room -= weight
        while self._room < 0:
            self._forget(next(iter(self._entries)))

    def _forget(self, url: str) -> None:
        if entry := self._entries.pop(url, None):
            self._room += entry.weight
