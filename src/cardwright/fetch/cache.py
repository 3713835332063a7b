"""Photos that were fetched and rendered, kept for as long as their servers allow (RFC 9111)."""

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
    changed. Requests for one URL that come while it is under way share the one fetch and the one rendering, also what
    it fails with, and whoever stops waiting stops alone. A failure is not kept: the next request tries again.
    `at_once` photos are under way at most, from the fetch to the end of the rendering: each may weigh 10 MiB.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        render: Callable[[bytes], Awaitable[T]],
        *,
        capacity: int = limits.PHOTO_CACHE.value,
        at_once: int = limits.FETCH_AT_ONCE.value,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetcher = fetcher
        self._render = render
        self._capacity = self._room = capacity
        self._clock = clock
        self._places = asyncio.Semaphore(at_once)
        self._entries: OrderedDict[str, _Entry[T]] = OrderedDict()
        self._under_way: dict[str, asyncio.Task[T]] = {}

    async def get(self, url: str) -> T:
        """Return the rendered photo. Raises InvalidError as the fetcher and the renderer do."""
        entry = self._entries.get(url)
        if entry is not None and self._clock() < entry.stale_at:
            self._entries.move_to_end(url)
            return entry.rendered
        task = self._under_way.get(url)
        if task is None:
            task = self._under_way[url] = asyncio.create_task(self._load(url, entry))
            task.add_done_callback(partial(self._landed, url))
        return await asyncio.shield(task)

    async def aclose(self) -> None:
        """Cancel what is under way. The fetcher is closed by who made it."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _load(self, url: str, entry: _Entry[T] | None) -> T:
        async with self._places:
            fetched = await self._fetcher.fetch(url, entry.terms if entry else NOTHING)
            arrived = self._clock()
            rendered = entry.rendered if entry and fetched.unchanged else await self._render(fetched.data)
        self._keep(url, rendered, fetched.terms, arrived)
        return rendered

    def _landed(self, url: str, task: asyncio.Task[T]) -> None:
        del self._under_way[url]
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
