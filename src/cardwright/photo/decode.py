"""A stranger's octets to pixels: strictly, once, and with one error for whatever is wrong with them."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageChops

from cardwright.photo import gif, jpeg, png, webp
from cardwright.photo.faults import too_large, unreadable
from cardwright.photo.kinds import MAX_BYTES, MAX_PIXELS, ImageKind, Stripped, recognised

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

_STRIP: Final[dict[ImageKind, Callable[[bytes], Stripped]]] = {
    ImageKind.GIF: gif.strip,
    ImageKind.JPEG: jpeg.strip,
    ImageKind.PNG: png.strip,
    ImageKind.WEBP: webp.strip,
}

_LONGEST_EDGE: Final = {ImageKind.GIF: 65_535, ImageKind.JPEG: 65_500, ImageKind.PNG: 2**31 - 1, ImageKind.WEBP: 16_383}
"""What a still image of the kind can be; the canvas of an animation may be larger."""


def examined(data: bytes, formats: Collection[ImageKind]) -> tuple[ImageKind, Stripped]:
    """Return what the file is and what of it a decoder needs.

    Raises InvalidError: too large (octets or pixels), or no whole file of one of `formats`.
    """
    if len(data) > MAX_BYTES:
        raise too_large()
    kind = recognised(data)
    if kind is None or kind not in formats:
        raise unreadable(formats)
    try:
        stripped = _STRIP[kind](data)
    except Exception as error:  # a parser of strangers' octets: whatever it stumbles over, they are no image
        raise unreadable(formats) from error
    width, height = stripped.size
    if not width or not height:
        raise unreadable(formats)
    if width * height > MAX_PIXELS or max(width, height) > _LONGEST_EDGE[kind]:
        raise too_large()
    return kind, stripped


def decoded(
    kind: ImageKind, stripped: Stripped, formats: Collection[ImageKind], at_least: tuple[int, int] | None = None
) -> Image.Image:
    """Return the pixels of a whole image, as stored: not upright, in its own colours.

    With `at_least` a JPEG may come out smaller, in the size of its eighths that is next above; its data is then still
    read to the end. Raises InvalidError when it cannot be decoded in full.
    """
    try:
        image: Image.Image = Image.open(BytesIO(stripped.stream), formats=[kind])
        if at_least:
            image.draft(None, at_least)
        image.load()
    except Exception as error:  # Pillow raises nine types and adds to them; the answer is the same for each
        raise unreadable(formats) from error
    if kind is ImageKind.WEBP:
        image = image.copy()  # lets go of the decoder, which holds the picture twice more
    if image.mode == "CMYK" and "adobe" not in image.info:
        image = ImageChops.invert(image)  # Pillow takes every print JPEG for Adobe's, which stores the ink inverted
    if kind is not ImageKind.JPEG and image.size != stripped.size:  # a first frame that does not fill its screen
        screen = Image.new("RGBA", stripped.size)
        screen.paste(image.convert("RGBA"), stripped.offset)
        return screen
    return image
