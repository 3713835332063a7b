"""Whatever octets come: an image or one of the two errors, and nothing else, not even a warning."""

from __future__ import annotations

from io import BytesIO
from struct import unpack_from

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from cardwright.errors import InvalidError, Rule
from cardwright.photo.accept import accept
from cardwright.photo.exif import orientation
from cardwright.photo.kinds import ImageKind
from cardwright.photo.render import render
from pictures import (
    animated_gif,
    animated_webp,
    chunk,
    encoded,
    exif,
    gif,
    jpeg,
    linear_gray_profile,
    png,
    scene,
    swapped_profile,
    webp,
)

_SMALL = 24, 16
_SEEDS = [
    jpeg(*_SMALL),
    jpeg(*_SMALL, exif=exif(6, gps=True), icc_profile=swapped_profile()),
    jpeg(*_SMALL, progressive=True),
    encoded(scene(*_SMALL).convert("CMYK"), "JPEG"),
    encoded(scene(*_SMALL), "MPO", save_all=True, append_images=[scene(8, 8)]),
    png(*_SMALL),
    png(*_SMALL, exif=exif(6), icc_profile=swapped_profile()),
    encoded(scene(*_SMALL).convert("LA"), "PNG", icc_profile=linear_gray_profile()),
    encoded(scene(*_SMALL).convert("L").convert("I;16"), "PNG"),
    encoded(scene(*_SMALL).quantize(8), "PNG", transparency=b"\0\x80"),
    encoded(scene(*_SMALL), "PNG", save_all=True, append_images=[scene(*_SMALL).rotate(180)]),
    gif(*_SMALL, transparency=0),
    animated_gif(*_SMALL),
    webp(*_SMALL),
    webp(*_SMALL, lossless=True, exif=exif(6)),
    encoded(scene(*_SMALL).convert("LA"), "WEBP", icc_profile=swapped_profile()),
    animated_webp(*_SMALL),
]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A real file with octets changed, taken out, or put in from another one."""
    data = bytearray(draw(st.sampled_from(_SEEDS)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        match draw(st.sampled_from(["change", "flip", "cut", "drop", "splice", "insert"])):
            case "change":
                data[at : at + 1] = bytes([draw(st.sampled_from([0, 1, 0x7F, 0x80, 0xFE, 0xFF]))])
            case "flip" if at < len(data):
                data[at] ^= 1 << draw(st.integers(0, 7))
            case "cut":
                del data[at:]
            case "drop":
                del data[at : at + draw(st.integers(1, 40))]
            case "splice":
                other = draw(st.sampled_from(_SEEDS))
                data[at:] = other[draw(st.integers(0, len(other))) :]
            case "insert":
                data[at:at] = draw(st.binary(max_size=20))
    return bytes(data)


@st.composite
def damaged_png(draw: st.DrawFn) -> bytes:
    """A PNG whose chunks were changed inside, swapped or left out, each with a checksum that is right."""
    data = draw(st.sampled_from([seed for seed in _SEEDS if seed.startswith(b"\x89PNG")]))
    chunks, at = [], 8
    while at < len(data):
        length, name = unpack_from(">I4s", data, at)
        chunks.append((name, bytearray(data[at + 8 : at + 8 + length])))
        at += 12 + length
    for _ in range(draw(st.integers(1, 3))):
        name, body = draw(st.sampled_from(chunks))
        if body and draw(st.booleans()):
            body[draw(st.integers(0, len(body) - 1))] = draw(st.integers(0, 255))
        elif draw(st.booleans()):
            del body[draw(st.integers(0, len(body))) :]
        else:
            chunks[draw(st.integers(0, len(chunks) - 1))] = (name, body)
    return data[:8] + b"".join(chunk(name, bytes(body)) for name, body in chunks)


def check(data: bytes) -> None:
    for take in (photo, original):
        try:
            take(data)
        except InvalidError as error:
            is_one_of_two(error)


def photo(data: bytes) -> None:
    image = Image.open(BytesIO(render(data, formats=ImageKind)))
    image.load()
    assert max(image.size) <= 512


def original(data: bytes) -> None:
    accepted = accept(data, ImageKind)
    image = Image.open(BytesIO(accepted.data))
    image.load()
    assert image.size == (accepted.width, accepted.height)


def is_one_of_two(error: InvalidError) -> None:
    (fault,) = error.faults
    assert fault.rule in {Rule.PHOTO_TOO_LARGE, Rule.PHOTO_UNREADABLE}


@given(damaged())
@settings(max_examples=400)
def test_a_damaged_file_is_an_image_or_an_error(data: bytes) -> None:
    check(data)


@given(damaged_png())
@settings(max_examples=300)
def test_a_png_with_right_checksums_is_an_image_or_an_error(data: bytes) -> None:
    check(data)


@given(
    st.sampled_from([b"GIF89a", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\xff\0\0\0WEBPVP8X"]),
    st.binary(max_size=300),
)
@settings(max_examples=200)
def test_anything_behind_a_true_start_is_an_image_or_an_error(start: bytes, rest: bytes) -> None:
    check(start + rest)


@given(st.sampled_from([b"", b"II*\0", b"MM\0*"]), st.binary(max_size=60))
def test_any_exif_block_has_an_orientation(order: bytes, rest: bytes) -> None:
    assert 1 <= orientation(order + rest) <= 8


@given(st.integers(1, 8), st.booleans())
def test_an_orientation_is_found_behind_other_tags(which: int, gps: bool) -> None:  # noqa: FBT001
    block = exif(which, gps=gps)
    for order in ("<", ">"):
        block.endian = order
        assert orientation(block.tobytes().removeprefix(b"Exif\0\0")) == which
