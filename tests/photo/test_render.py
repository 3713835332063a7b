"""CC-27 and CC-28: what comes out of a photo."""

from __future__ import annotations

import zlib
from io import BytesIO
from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from cardwright.errors import InvalidError
from cardwright.photo.kinds import ImageKind
from cardwright.photo.render import render, shrink
from pictures import (
    BLUE,
    GREEN,
    RED,
    YELLOW,
    animated_gif,
    animated_webp,
    busy,
    chunk,
    encoded,
    exif,
    gif,
    jpeg,
    linear_gray_profile,
    png,
    raw_png,
    scene,
    swapped_profile,
    webp,
)

WHITE, BLACK = (255, 255, 255), (0, 0, 0)


def rendered(data: bytes, box: int = 512, limit: int = 100 * 1024) -> Image.Image:
    image = Image.open(BytesIO(render(data, formats=ImageKind, box=box, limit=limit)))
    image.load()
    assert image.format == "JPEG"
    assert image.mode == "RGB"
    return image


def near(pixel: object, colour: tuple[int, int, int], apart: int = 12) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(a - b) <= apart for a, b in zip(pixel, colour, strict=True))


def corners(image: Image.Image) -> tuple[object, ...]:
    """The middles of the four quarters."""
    across, down = image.width // 4, image.height // 4
    return tuple(image.getpixel((x * across, y * down)) for y in (1, 3) for x in (1, 3))


def is_upright(image: Image.Image) -> bool:
    return all(map(near, corners(image), (RED, GREEN, BLUE, YELLOW)))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(jpeg(), id="JPEG"),
        pytest.param(jpeg(progressive=True), id="progressive JPEG"),
        pytest.param(jpeg() + jpeg(8, 8), id="JPEG with another behind it"),
        pytest.param(jpeg().replace(b"\xff\xdb", b"\0\xff\xff\xff\xdb"), id="JPEG with octets between its segments"),
        pytest.param(png(), id="PNG"),
        pytest.param(encoded(scene(64, 48).quantize(8), "PNG"), id="PNG with a palette"),
        pytest.param(gif(), id="GIF"),
        pytest.param(gif(interlace=1), id="interlaced GIF"),
        pytest.param(animated_gif(), id="animated GIF"),
        pytest.param(webp(), id="WebP"),
        pytest.param(webp(lossless=True), id="lossless WebP"),
        pytest.param(animated_webp(), id="animated WebP"),
        pytest.param(
            encoded(scene(64, 48), "PNG", save_all=True, append_images=[scene(64, 48).rotate(180)]), id="APNG"
        ),
        pytest.param(encoded(scene(64, 48), "MPO", save_all=True, append_images=[scene(64, 48).rotate(180)]), id="MPO"),
        pytest.param(encoded(scene(64, 48).convert("CMYK"), "JPEG"), id="CMYK"),
    ],
)
def test_every_kind_shows_its_first_frame(data: bytes) -> None:
    image = rendered(data)
    assert image.size == (64, 48)
    assert is_upright(image)


def test_exif_that_says_no_orientation_turns_nothing() -> None:
    said = Image.Exif()
    said[0x010F] = "Acme"  # the maker
    assert is_upright(rendered(encoded(scene(96, 64), "JPEG", exif=said)))


_STORED = {  # how the upright scene lies in a file with each orientation
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", _STORED)
def test_photos_are_turned_upright(kind: str, orientation: int) -> None:
    turn = _STORED[orientation]
    stored = scene(64, 48) if turn is None else scene(64, 48).transpose(turn)
    image = rendered(encoded(stored, kind, exif=exif(orientation)))
    assert image.size == (64, 48)
    assert is_upright(image)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((512, 512), (512, 512)),
        ((511, 3), (511, 3)),
        ((1, 1), (1, 1)),
        ((513, 512), (512, 511)),
        ((1000, 500), (512, 256)),
        ((500, 2000), (128, 512)),
        ((9000, 2), (512, 1)),
        ((2, 9000), (1, 512)),
    ],
)
def test_photos_fit_without_cropping_and_are_never_enlarged(size: tuple[int, int], expected: tuple[int, int]) -> None:
    for data in (jpeg(*size), png(*size), jpeg(*size, progressive=True)):
        assert rendered(data).size == expected


def test_24_megapixels_come_out_whole() -> None:
    image = rendered(jpeg(6000, 4000))
    assert image.size == (512, 341)
    assert is_upright(image)


def test_a_smaller_decode_looks_like_the_full_one() -> None:
    photo = busy(2100, 1400)
    full = rendered(encoded(photo, "PNG"))
    draft = rendered(encoded(photo, "JPEG", quality=95, subsampling=0))
    apart = ImageChops.difference(full, draft).convert("L").histogram()
    assert sum(value * count for value, count in enumerate(apart)) / (512 * 341) < 4


def test_what_cannot_be_made_so_small_is_too_large() -> None:
    with pytest.raises(InvalidError, match="too large"):
        render(_BUSY, formats=ImageKind, limit=100)


@given(st.integers(8_000, 200_000))
@settings(max_examples=25)
def test_the_limit_holds_to_the_octet(limit: int) -> None:
    assert len(render(_BUSY, formats=ImageKind, limit=limit)) <= limit


_BUSY = encoded(busy(700, 700), "JPEG", quality=92)
_CARD_PHOTO = render(_BUSY, formats=ImageKind)


@given(st.integers(0, 110_000))
@settings(max_examples=50)
def test_a_photo_is_made_as_small_as_asked_or_not_at_all(limit: int) -> None:
    smaller = shrink(_CARD_PHOTO, limit)
    if smaller is None:
        assert limit < 1_024
    else:
        assert len(smaller) <= limit
        assert max(Image.open(BytesIO(smaller)).size) >= 64
        assert shrink(_CARD_PHOTO, limit) == smaller


def test_a_photo_that_is_small_enough_stays_as_it_is() -> None:
    assert shrink(_CARD_PHOTO, len(_CARD_PHOTO)) is _CARD_PHOTO
    less = shrink(_CARD_PHOTO, len(_CARD_PHOTO) - 1)
    assert less is not None
    assert len(less) < len(_CARD_PHOTO)


def test_most_of_the_room_is_used() -> None:
    for limit in (12_000, 20_000, 40_000, 60_000):
        smaller = shrink(_CARD_PHOTO, limit)
        assert smaller is not None
        assert len(smaller) > limit / 2


def test_200_octets_are_too_few() -> None:
    assert shrink(_CARD_PHOTO, 200) is None


@pytest.mark.parametrize("make", [jpeg, png, gif, webp])
def test_two_runs_give_the_same_octets(make: object) -> None:
    assert callable(make)
    data = make(700, 500)
    assert render(data, formats=ImageKind) == render(data, formats=ImageKind)


# Colours


def one(data: bytes) -> object:
    image = rendered(data)
    return image.getpixel((image.width // 2, image.height // 2))


def flat(mode: str, colour: object) -> Image.Image:
    return Image.new(mode, (16, 16), colour)  # type: ignore[arg-type]


def deep(*samples: int) -> bytes:
    return b"".join(b"\0" + pack(f">{len(samples)}H", *samples) * 16 for _ in range(16))


@pytest.mark.parametrize(
    ("data", "colour"),
    [
        pytest.param(encoded(flat("RGBA", (255, 0, 0, 0)), "PNG"), WHITE, id="transparent"),
        pytest.param(encoded(flat("RGBA", (0, 0, 0, 128)), "PNG"), (127, 127, 127), id="half transparent"),
        pytest.param(encoded(flat("LA", (0, 0)), "PNG"), WHITE, id="gray, transparent"),
        pytest.param(encoded(flat("LA", (90, 255)), "PNG"), (90, 90, 90), id="gray with alpha"),
        pytest.param(encoded(flat("RGBA", (9, 9, 9, 0)), "WEBP"), WHITE, id="WebP, transparent"),
        pytest.param(encoded(flat("RGBA", (0, 0, 0, 0)), "WEBP", lossless=True), WHITE, id="lossless, transparent"),
        pytest.param(encoded(flat("P", 0), "PNG", transparency=0), WHITE, id="palette, one colour transparent"),
        pytest.param(encoded(flat("P", 0), "PNG", transparency=b"\0\x80"), WHITE, id="palette with alphas"),
        pytest.param(encoded(flat("P", 0), "GIF", transparency=0), WHITE, id="GIF, transparent"),
        pytest.param(
            encoded(flat("RGB", (1, 2, 3)), "PNG", transparency=(1, 2, 3)), WHITE, id="one colour transparent"
        ),
        pytest.param(encoded(flat("L", 7), "PNG", transparency=7), WHITE, id="one gray transparent"),
        pytest.param(encoded(flat("1", 0), "PNG", transparency=0), WHITE, id="black of two transparent"),
        pytest.param(encoded(flat("1", 0), "PNG"), BLACK, id="one bit, black"),
        pytest.param(encoded(flat("1", 1), "PNG"), WHITE, id="one bit, white"),
        pytest.param(encoded(flat("L", 90), "JPEG"), (90, 90, 90), id="gray JPEG"),
        pytest.param(raw_png(16, 16, 16, 0, deep(0x4000)), (64, 64, 64), id="16 bits, gray, scaled and not clipped"),
        pytest.param(raw_png(16, 16, 16, 0, deep(0xFFFF)), WHITE, id="16 bits, gray, white"),
        pytest.param(raw_png(16, 16, 16, 2, deep(0x4000, 0x8000, 0xFFFF)), (64, 128, 255), id="16 bits, colour"),
        pytest.param(raw_png(16, 16, 16, 4, deep(0x4000, 0)), WHITE, id="16 bits, gray with alpha"),
        pytest.param(raw_png(16, 16, 16, 6, deep(0xFFFF, 0, 0, 0x8000)), (255, 127, 127), id="16 bits with alpha"),
        pytest.param(
            raw_png(16, 16, 16, 0, deep(0x4000), chunk(b"tRNS", pack(">H", 0x4000))),
            (64, 64, 64),
            id="16 bits, one gray",
        ),
        pytest.param(encoded(flat("CMYK", (0, 255, 255, 0)), "JPEG"), (255, 0, 0), id="CMYK as Adobe stores it"),
    ],
)
def test_colours(data: bytes, colour: tuple[int, int, int]) -> None:
    assert near(one(data), colour, 3)


def test_cmyk_without_adobes_mark_is_not_inverted() -> None:
    adobe = encoded(flat("CMYK", (255, 0, 0, 0)), "JPEG")
    mark = adobe.index(b"\xff\xee")
    plain = adobe[:mark] + adobe[mark + 16 :]
    assert near(one(adobe), (0, 255, 255), 3)
    assert near(one(plain), (0, 0, 0), 3)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_an_embedded_profile_is_honoured(kind: str) -> None:
    data = encoded(flat("RGB", (255, 0, 0)), kind, icc_profile=swapped_profile())
    assert near(one(data), (0, 0, 255))


def test_a_gray_profile_is_honoured() -> None:
    for image in (flat("L", 128), flat("LA", (128, 255))):
        assert near(one(encoded(image, "PNG", icc_profile=linear_gray_profile())), (188, 188, 188), 4)


def test_transparency_survives_a_profile() -> None:
    data = encoded(flat("RGBA", (255, 0, 0, 0)), "PNG", icc_profile=swapped_profile())
    assert near(one(data), WHITE, 2)


@pytest.mark.parametrize(
    ("mode", "profile"),
    [
        ("RGB", b"no profile at all"),
        ("RGB", swapped_profile()[:200]),
        ("RGB", linear_gray_profile()),
        ("L", swapped_profile()),
        ("CMYK", swapped_profile()),
        ("RGB", swapped_profile().replace(b"acsp", b"----")),
    ],
)
def test_a_profile_that_does_not_fit_is_ignored(mode: str, profile: bytes) -> None:
    image = flat("RGB", (255, 0, 0)).convert(mode)
    plain = one(encoded(image, "JPEG"))
    assert one(encoded(image, "JPEG", icc_profile=profile)) == plain


def test_a_profile_that_is_too_large_is_ignored() -> None:
    packed = chunk(b"iCCP", b"large\0\0" + zlib.compress(bytes(5_000_000)))
    rows = b"".join(b"\0" + bytes((255, 0, 0)) * 16 for _ in range(16))
    assert near(one(raw_png(16, 16, 8, 2, rows, packed)), (255, 0, 0), 3)


def test_what_a_first_frame_leaves_free_is_white() -> None:
    small = gif(20, 10)
    data = small[:6] + pack("<HH", 60, 40) + small[10:]
    at = data.index(b",\0\0\0\0" + pack("<HH", 20, 10))
    data = data[: at + 1] + pack("<HH", 30, 20) + data[at + 5 :]
    image = rendered(data)
    assert image.size == (60, 40)
    assert near(image.getpixel((5, 5)), WHITE)
    assert near(image.getpixel((34, 22)), RED, 30)


def test_transparent_edges_keep_their_colour_when_the_photo_is_made_smaller() -> None:
    image = Image.new("RGBA", (2000, 2000), (0, 255, 0, 0))
    image.paste((255, 0, 0, 255), (0, 0, 1000, 2000))
    small = rendered(encoded(image, "PNG", compress_level=1))
    assert all(pixel[2] >= pixel[1] - 30 for pixel in [small.getpixel((x, 256)) for x in range(512)])  # type: ignore[index, operator]
