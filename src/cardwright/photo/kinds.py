"""The kinds of image that are taken, how each is recognised, and how large a photo may be."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from cardwright import limits

MAX_BYTES = limits.PHOTO_SIZE.value
"""Octets of an image file (CC-27, PC-25)."""
MAX_PIXELS = limits.PHOTO_PIXELS.value
"""Width times height of an image (CC-27, PC-25)."""
MAX_PROFILE = limits.PHOTO_PROFILE.value
"""Octets of a colour profile; a larger one is ignored. A profile for print takes up to 3 MB, one for a screen 4 kB."""


class ImageKind(StrEnum):
    """An image format; its value is its name for people."""

    GIF = "GIF"
    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WebP"

    @property
    def media_type(self) -> str:
        """The name of the format for programs: `image/jpeg` and so on."""
        return f"image/{self.value.lower()}"


DOCUMENTED = (ImageKind.GIF, ImageKind.JPEG, ImageKind.PNG)
"""The kinds that createcontact documents (CC-11)."""


class Stripped(NamedTuple):
    """An image file reduced to what its picture needs, and what had to be known of the rest."""

    stream: bytes
    """A still image of the same kind, complete and without metadata: all that a decoder gets to see."""
    size: tuple[int, int]
    """Width and height of the whole picture, as stored: not yet turned upright."""
    orientation: int = 1
    """How to turn it, 1 to 8 (Exif 2.32 section 4.6.4, tag 274)."""
    profile: bytes = b""
    """The ICC profile of its colours; empty for sRGB."""
    offset: tuple[int, int] = (0, 0)
    """Where the still lies in the picture when it does not fill it: a first frame may be smaller."""


class Accepted(NamedTuple):
    """An image to keep: upright, without metadata, of the kind it came in."""

    media_type: str
    data: bytes
    width: int
    height: int


def recognised(data: bytes) -> ImageKind | None:
    """Return the kind that the first octets show, whatever a file name or a header may say."""
    if data.startswith((b"GIF87a", b"GIF89a")):
        return ImageKind.GIF
    if data.startswith(b"\xff\xd8\xff"):
        return ImageKind.JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return ImageKind.PNG
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return ImageKind.WEBP
    return None
