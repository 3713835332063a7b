"""PC-25: what is kept of an image."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageChops

from cardwright.photo.accept import accept
from cardwright.photo.kinds import MAX_BYTES, ImageKind
from pictures import (
    BLUE,
    GREEN,
    RED,
    YELLOW,
    animated_gif,
    animated_webp,
    busy,
    encoded,
    exif,
    gif,
    jpeg,
    png,
    scene,
    swapped_profile,
    webp,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def kept(data: bytes) -> Image.Image:
    accepted = accept(data, ImageKind)
    image = Image.open(BytesIO(accepted.data))
    image.load()
    assert accepted.media_type == Image.MIME[str(image.format)]
    assert (accepted.width, accepted.height) == image.size
    assert getattr(image, "n_frames", 1) == 1
    return image


def near(pixel: object, colour: tuple[int, int, int]) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(a - b) <= 12 for a, b in zip(pixel, colour, strict=False))


def is_upright(image: Image.Image) -> bool:
    across, down = image.width // 4, image.height // 4
    corners = (image.convert("RGB").getpixel((x * across, y * down)) for y in (1, 3) for x in (1, 3))
    return all(map(near, corners, (RED, GREEN, BLUE, YELLOW)))


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (jpeg(), "image/jpeg"),
        (png(), "image/png"),
        (gif(), "image/gif"),
        (animated_gif(), "image/gif"),
        (webp(), "image/webp"),
        (animated_webp(), "image/webp"),
    ],
)
def test_an_image_keeps_its_kind_and_its_size(data: bytes, media_type: str) -> None:
    accepted = accept(data, ImageKind)
    assert (accepted.media_type, accepted.width, accepted.height) == (media_type, 64, 48)
    assert is_upright(kept(data))
    assert accept(data, ImageKind) == accepted


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_an_image_is_turned_upright(kind: str) -> None:
    lying = scene(64, 48).transpose(Image.Transpose.ROTATE_90)
    accepted = accept(encoded(lying, kind, exif=exif(6)), ImageKind)
    assert (accepted.width, accepted.height) == (64, 48)
    assert is_upright(kept(encoded(lying, kind, exif=exif(6))))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_an_image_of_any_mode_is_turned_upright(mode: str) -> None:
    source = scene(64, 48).quantize(4) if mode == "P" else scene(64, 48).convert("L" if mode == "I;16" else mode)
    source = source.convert(mode)
    after = kept(encoded(source.transpose(Image.Transpose.ROTATE_90), "PNG", exif=exif(6)))
    assert (after.mode, after.tobytes()) == (mode, source.tobytes())


@pytest.mark.parametrize(
    ("mode", "options", "stays"),
    [
        ("RGB", {}, "RGB"),
        ("RGBA", {}, "RGBA"),
        ("L", {}, "L"),
        ("LA", {}, "LA"),
        ("1", {}, "1"),
        ("P", {}, "P"),
        ("P", {"transparency": 0}, "P"),
        ("I;16", {}, "I;16"),
    ],
)
def test_a_png_loses_nothing(mode: str, options: dict[str, int], stays: str) -> None:
    source = scene(64, 48).quantize(4) if mode == "P" else scene(64, 48).convert("L" if mode == "I;16" else mode)
    data = encoded(source.convert(mode), "PNG", **options)
    before, after = Image.open(BytesIO(data)), kept(data)
    assert after.mode == stays
    assert after.info.get("transparency") == before.info.get("transparency")
    assert after.tobytes() == before.tobytes()


def test_transparency_is_kept() -> None:
    faded = scene(64, 48)
    faded.putalpha(Image.linear_gradient("L").resize((64, 48)))
    before = list(faded.getchannel("A").tobytes())
    for kind, options in (("PNG", {}), ("WEBP", {}), ("WEBP", {"lossless": True})):
        assert list(kept(encoded(faded, kind, **options)).getchannel("A").tobytes()) == before
    hole = scene(64, 48).quantize(8)
    assert kept(encoded(hole, "GIF", transparency=0)).convert("RGBA").getextrema()[3] == (0, 255)


def test_lossless_stays_lossless() -> None:
    before = busy(60, 40)
    after = kept(encoded(before, "WEBP", lossless=True))
    assert ImageChops.difference(before, after.convert("RGB")).getbbox() is None


@pytest.mark.parametrize("quality", [20, 60, 95])
@pytest.mark.parametrize("subsampling", [0, 2])
def test_a_jpeg_stays_about_as_good_and_as_large_as_it_was(quality: int, subsampling: int) -> None:
    data = encoded(busy(400, 300), "JPEG", quality=quality, subsampling=subsampling)
    after = kept(data)
    apart = ImageChops.difference(Image.open(BytesIO(data)).convert("L"), after.convert("L")).histogram()
    assert sum(value * count for value, count in enumerate(apart)) / (400 * 300) < 3
    assert 0.8 < len(accept(data, ImageKind).data) / len(data) < 1.2


@pytest.mark.parametrize("mode", ["CMYK", "L"])
def test_a_jpeg_of_any_colours_is_kept(mode: str) -> None:
    after = kept(encoded(scene(64, 48).convert(mode), "JPEG"))
    assert after.mode == {"CMYK": "RGB"}.get(mode, mode)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_colours_are_srgb(kind: str) -> None:
    after = kept(encoded(Image.new("RGB", (16, 16), (255, 0, 0)), kind, icc_profile=swapped_profile()))
    assert near(after.getpixel((8, 8)), (0, 0, 255))
    assert "icc_profile" not in after.info


@pytest.mark.parametrize("make", [jpeg, png, gif, webp])
def test_24_megapixels_are_kept_as_they_are(make: Callable[[int, int], bytes]) -> None:
    accepted = accept(make(6000, 4000), ImageKind)
    assert (accepted.width, accepted.height) == (6000, 4000)
    assert len(accepted.data) < MAX_BYTES
