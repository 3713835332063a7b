"""The photo of a card: a small upright JPEG in sRGB without metadata (CC-27), and smaller ones on request (CC-28).

The same octets in give the same octets out, as long as Pillow stays the same.
"""

from __future__ import annotations

from io import BytesIO
from itertools import product
from typing import TYPE_CHECKING, Final

from PIL import Image

from cardwright import limits
from cardwright.photo import colour
from cardwright.photo.decode import decoded, examined
from cardwright.photo.faults import too_large
from cardwright.photo.kinds import ImageKind

if TYPE_CHECKING:
    from collections.abc import Collection

_DRAFT: Final = 1.5
"""How much larger than its target a JPEG is decoded, at least: 45 dB or more from the full decode, in a third of the
time (bench/photos.py)."""
_QUALITIES: Final = (85, 80, 75, 70, 65, 60, 55, 50, 45, 40)
_EDGES: Final = (384, 256, 192, 128, 96, 64)
_QUALITIES_SMALL: Final = (70, 60, 50, 40)


def render(
    data: bytes,
    *,
    formats: Collection[ImageKind],
    box: int = limits.PHOTO_EDGE.value,
    limit: int = limits.PHOTO_IN_CARD.value,
) -> bytes:
    """Return a JPEG of at most `limit` octets that fits into a square of `box` pixels: never cropped, never enlarged.

    The first frame, with transparency on white. Raises InvalidError: the photo is too large, or is no whole image of
    one of `formats`; also when not even the smallest step keeps to `limit` (1 KiB is always enough).
    """
    kind, stripped = examined(data, formats)
    size = _fitted(stripped.size, box)
    image = decoded(kind, stripped, formats, at_least=(round(size[0] * _DRAFT), round(size[1] * _DRAFT)))
    small = colour.continuous(image).resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    small = colour.to_srgb(colour.upright(small, stripped.orientation), stripped.profile)
    jpeg = _at_most(_on_white(small), limit)
    if jpeg is None:
        raise too_large()
    return jpeg


def shrink(jpeg: bytes, limit: int) -> bytes | None:
    """Return a photo that `render` gave in at most `limit` octets, or None if it cannot be made so small.

    It comes back as it is when it is small enough; 400 to 1,000 octets are where it ends.
    """
    if len(jpeg) <= limit:
        return jpeg
    return _at_most(Image.open(BytesIO(jpeg), formats=[ImageKind.JPEG]), limit)


def _fitted(size: tuple[int, int], edge: int) -> tuple[int, int]:
    """Return width and height that fit into a square of `edge`, in proportion, at least one pixel each."""
    scale = min(1.0, edge / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode == "RGB":
        return image
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _at_most(image: Image.Image, limit: int) -> bytes | None:
    """Return the best step of the ladder within `limit`: the first at once, else by halving: seven encodings."""
    first, *ladder = _ladder(image.size)
    best = _encoded(image, *first)
    if len(best) <= limit:
        return best
    fits: bytes | None = None
    low, high = 0, len(ladder)
    while low < high:
        middle = (low + high) // 2
        jpeg = _encoded(image, *ladder[middle])
        if len(jpeg) <= limit:
            fits, high = jpeg, middle
        else:
            low = middle + 1
    return fits


def _ladder(size: tuple[int, int]) -> list[tuple[tuple[int, int], int]]:
    """Return sizes and JPEG qualities, each step smaller in octets than the one before: first quality, then pixels."""
    smaller = (_fitted(size, edge) for edge in _EDGES if edge < max(size))
    return [*((size, quality) for quality in _QUALITIES), *product(smaller, _QUALITIES_SMALL)]


def _encoded(image: Image.Image, size: tuple[int, int], quality: int) -> bytes:
    """Return the image as a baseline JPEG, which every phone reads, with its own Huffman tables."""
    smaller = image if size == image.size else image.resize(size, Image.Resampling.LANCZOS)
    file = BytesIO()
    smaller.save(file, ImageKind.JPEG, quality=quality, optimize=True)
    return file.getvalue()
