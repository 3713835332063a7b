"""The image of a partner contact: of the kind it came in, upright and without metadata (PC-25)."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from PIL import JpegImagePlugin

from cardwright.photo import colour
from cardwright.photo.decode import decoded, examined
from cardwright.photo.kinds import Accepted, ImageKind

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from PIL import Image


def accept(data: bytes, formats: Collection[ImageKind]) -> Accepted:
    """Return the image decoded in full and written anew; of an animation, the first frame.

    Nothing but pixels gets through: no metadata, no profile (the colours are sRGB then), nothing behind the image.
    Raises InvalidError: the photo is too large, or is no whole image of one of `formats`.
    """
    kind, stripped = examined(data, formats)
    source = decoded(kind, stripped, formats)
    image = colour.upright(source, stripped.orientation)
    if stripped.profile or image.mode == "CMYK":
        image = colour.to_srgb(colour.continuous(image), stripped.profile)
    image.info = {name: value for name, value in image.info.items() if name == "transparency"}
    file = BytesIO()
    image.save(file, kind, **_options(kind, source, stripped.stream))
    return Accepted(kind.media_type, file.getvalue(), *image.size)


def _options(kind: ImageKind, source: Image.Image, stream: bytes) -> Mapping[str, Any]:
    """Return how to write the image: as well as it came, and not much larger."""
    if isinstance(source, JpegImagePlugin.JpegImageFile) and source.quantization.keys() == set(
        range(len(source.quantization))
    ):
        return {"qtables": source.quantization, "subsampling": JpegImagePlugin.get_sampling(source)}
    if kind is ImageKind.WEBP and stream[12:16] == b"VP8L":
        return {"lossless": True, "quality": 0, "method": 0}
    return _GOOD[kind]


_GOOD: Final[Mapping[ImageKind, Mapping[str, Any]]] = {
    ImageKind.GIF: {},
    ImageKind.JPEG: {"quality": 90},
    ImageKind.PNG: {"compress_level": 4},  # a third of the time of the usual 6, and an eighth larger
    ImageKind.WEBP: {"quality": 85, "method": 2},
}
