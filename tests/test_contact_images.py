"""Images of partner contacts by address: how many are in memory at once (PC-25)."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

from cardwright.app import ContactImages
from cardwright.photo.kinds import Accepted


class Fetcher:
    """Counts how many are fetched or worked on at once."""

    def __init__(self) -> None:
        self.now = self.most = 0

    async def fetch(self, _url: str) -> SimpleNamespace:
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0)
        return SimpleNamespace(data=b"image")


class Workers:
    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher

    async def accept(self, data: bytes, _formats: object) -> Accepted:
        await asyncio.sleep(0)
        return Accepted("image/png", data, 1, 1)

    async def render(self, data: bytes, **_: object) -> bytes:
        await asyncio.sleep(0)
        self._fetcher.now -= 1
        return data


async def test_only_so_many_images_are_under_way_from_the_fetch_to_the_end_of_the_rendering() -> None:
    fetcher = Fetcher()
    images = ContactImages(cast("Any", fetcher), cast("Any", Workers(fetcher)), at_once=3)
    found = await asyncio.gather(*[images.fetch("https://example.com/a.png") for _ in range(20)])
    assert [image.data for image in found] == [b"image"] * 20
    assert fetcher.most == 3
