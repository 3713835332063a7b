"""Photos and images for both surfaces: fetched from an address or sent along, then made small by other processes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright import limits
from cardwright.book.images import image_of
from cardwright.contact.model import Photo
from cardwright.fair_semaphore import FairSemaphore
from cardwright.fetch import PhotoCache
from cardwright.photo.kinds import DOCUMENTED, ImageKind

if TYPE_CHECKING:
    from cardwright.book.images import Image
    from cardwright.fetch import Fetcher
    from cardwright.photo.workers import Workers

_ALL: Final = tuple(ImageKind)


def photo_slots() -> FairSemaphore:
    """Return the slots of photos that are fetched: one set for both surfaces, as they share memory and accounts."""
    return FairSemaphore(limits.FETCHES.value, each=limits.FETCHES_EACH.value, seconds=limits.FETCH_WAIT.value)


class Photos:
    """Photos by address for createcontact: fetched, rendered, and kept for as long as their servers allow."""

    def __init__(self, fetcher: Fetcher, workers: Workers, slots: FairSemaphore) -> None:
        self._workers = workers
        self._cache = PhotoCache(fetcher, self._render, slots)

    async def standard(self, account: str, url: str) -> Photo:
        """Return the photo at `url` as CC-27 has it; raises InvalidError, or BusyError."""
        return await self._cache.get(url, account)

    async def shrink(self, account: str, jpeg: bytes, limit: int) -> bytes | None:
        """Return `jpeg` in at most `limit` octets, or None when that cannot be done; raises BusyError."""
        return await self._workers.shrink(jpeg, limit, account)

    async def aclose(self) -> None:
        """Give up what is under way."""
        await self._cache.aclose()

    async def _render(self, image: bytes, account: str) -> Photo:
        return Photo("image/jpeg", await self._workers.render(image, formats=DOCUMENTED, account=account))


class ContactImages:
    """The images of partner contacts: fetched or sent along, accepted, and rendered for the card (PC-25).

    Who is fetched has one of `slots`, from the fetch to the end of the rendering: it may weigh 10 MiB.
    """

    def __init__(self, fetcher: Fetcher, workers: Workers, slots: FairSemaphore) -> None:
        self._fetcher = fetcher
        self._workers = workers
        self._slots = slots

    async def fetch(self, account: str, url: str) -> Image:
        """Download the image at `url` and accept it; raises InvalidError, or BusyError."""
        async with self._slots.taken(account):
            return await self.accept(account, (await self._fetcher.fetch(url, account=account)).data)

    async def accept(self, account: str, data: bytes | memoryview) -> Image:
        """Accept an image that was sent along; raises InvalidError, or BusyError."""
        accepted = await self._workers.accept(data, _ALL, account)
        small = await self._workers.render(accepted.data, formats=_ALL, account=account)
        return await image_of(accepted.media_type, accepted.data, small)
