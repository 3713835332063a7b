"""Images of partner contacts by address: how many are in memory at once (PC-25)."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from cardwright.fair_semaphore import FairSemaphore
from cardwright.images import ContactImages
from cardwright.photo.kinds import Accepted


class Fetcher:
    """Counts how many are fetched or worked on at once."""

    def __init__(self) -> None:
        self.now = self.most = 0

    async def fetch(self, _url: str, account: str) -> SimpleNamespace:
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0)
        return SimpleNamespace(data=account.encode())


class Workers:
    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher

    async def accept(self, data: bytes, _formats: object, account: str) -> Accepted:
        assert data == account.encode()
        await asyncio.sleep(0)
        return Accepted("image/png", data, 1, 1)

    async def render(self, data: bytes, **_: object) -> bytes:
        await asyncio.sleep(0)
        self._fetcher.now -= 1
        return data


@pytest.mark.parametrize(("accounts", "most"), [(["a"], 2), (["a", "b"], 3), (["a", "b", "c", "d"], 3)])
async def test_only_so_many_images_are_under_way_from_the_fetch_to_the_end_of_the_rendering(
    accounts: list[str], most: int
) -> None:
    fetcher = Fetcher()
    images = ContactImages(cast("Any", fetcher), cast("Any", Workers(fetcher)), FairSemaphore(3, each=2, seconds=60))
    asked = accounts * 5
    found = await asyncio.gather(*[images.fetch(account, "https://example.com/a.png") for account in asked])
    assert [image.data for image in found] == [account.encode() for account in asked]
    assert fetcher.most == most
