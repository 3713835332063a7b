"""The image of a contact, and the port through which it is made."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Final, NamedTuple, Protocol

_LARGE: Final = 64 * 1024
"""Octets from which a digest is made in another thread: 10 MiB would hold the event loop for tens of milliseconds."""


class Image(NamedTuple):
    """An image that was accepted (PC-25)."""

    media_type: str
    data: bytes
    """Upright and without metadata, in the kind it came in."""
    small: bytes
    """The same as a JPEG that fits a card (CC-27)."""
    digest: str
    """The SHA-256 of `data` in hexadecimal, by which it is kept: made once, by `image_of`."""


async def image_of(media_type: str, data: bytes, small: bytes) -> Image:
    """Return an image with its digest."""
    return Image(media_type, data, small, (await sha256(data)).hex())


async def sha256(data: bytes | memoryview) -> bytes:
    """Return the digest of octets of any size; the event loop goes on beside those that are large."""
    if len(data) < _LARGE:
        return hashlib.sha256(data).digest()
    return await asyncio.to_thread(lambda: hashlib.sha256(data).digest())


class Images(Protocol):
    """How a stranger's image becomes one of ours: off the event loop, bounded.

    Accounts have their turn one after the other. Both raise InvalidError with one fault, of which the field does not
    matter (the caller puts in the one it asked for), and BusyError when the account has waited too long.
    """

    async def fetch(self, account: str, url: str) -> Image:
        """Download the image at `url` and accept it."""

    async def accept(self, account: str, data: bytes | memoryview) -> Image:
        """Accept an image that was sent along."""
