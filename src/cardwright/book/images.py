"""The image of a contact, and the port through which it is made."""

from __future__ import annotations

import hashlib
from typing import NamedTuple, Protocol


class Image(NamedTuple):
    """An image that was accepted (PC-25)."""

    media_type: str
    data: bytes
    """Upright and without metadata, in the kind it came in."""
    small: bytes
    """The same as a JPEG that fits a card (CC-27)."""

    @property
    def digest(self) -> str:
        """The SHA-256 of `data` in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()


class Images(Protocol):
    """How a stranger's image becomes one of ours: off the event loop, bounded.

    Accounts have their turn one after the other. Both raise InvalidError with one fault, of which the field does not
    matter (the caller puts in the one it asked for), and BusyError when the account has waited too long.
    """

    async def fetch(self, account: str, url: str) -> Image:
        """Download the image at `url` and accept it."""

    async def accept(self, account: str, data: bytes) -> Image:
        """Accept an image that was sent along."""
