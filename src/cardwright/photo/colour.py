"""Pixels in whatever colours a file stored them, to sRGB."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageCms

if TYPE_CHECKING:
    from collections.abc import Mapping

_PROFILE_SPACES: Final[Mapping[str, str]] = {"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK"}
_SIXTEEN_TO_EIGHT: Final = 1 / 257  # 65,535 is white, and so is 255


def continuous(image: Image.Image) -> Image.Image:
    """Return the image in a mode that can be resized: L, LA, RGB, RGBA or CMYK of eight bits."""
    if image.mode == "I;16":
        return image.point(lambda sample: sample * _SIXTEEN_TO_EIGHT + 0.5).convert("L")
    if image.has_transparency_data:
        return image if image.mode in {"LA", "RGBA"} else image.convert("RGBA")
    return image.convert({"1": "L", "P": "RGB"}.get(image.mode, image.mode))


def to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Return a continuous image as RGB, or RGBA where it is transparent.

    A profile that is broken, or for another number of inks, is ignored: the file's numbers are then taken for sRGB.
    """
    alpha = image.getchannel("A") if image.mode in {"LA", "RGBA"} else None
    colours = image.convert({"LA": "L", "RGBA": "RGB"}.get(image.mode, image.mode))
    converted = (_through(colours, profile) if profile else None) or colours.convert("RGB")
    if alpha:
        converted.putalpha(alpha)
    return converted


def _through(image: Image.Image, profile: bytes) -> Image.Image | None:
    """Return the image converted by its profile, or None if the profile cannot be used."""
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        if source.profile.xcolor_space.strip() != _PROFILE_SPACES[image.mode]:
            return None
        return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


def upright(image: Image.Image, orientation: int) -> Image.Image:
    """Return the image turned and mirrored as `orientation`, 1 to 8, says (Exif 2.32 section 4.6.4, tag 274)."""
    turn = _TURNS.get(orientation)
    return image if turn is None else image.transpose(turn)


_TURNS: Final[Mapping[int, Image.Transpose]] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
