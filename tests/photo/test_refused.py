"""CC-27, PC-25 and E1518: what is no photo, and what is too much of one. Both functions refuse alike."""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO
from struct import pack
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from cardwright.errors import InvalidError, Rule
from cardwright.photo.accept import accept
from cardwright.photo.jpeg import MAX_SCANS, MAX_SEGMENTS
from cardwright.photo.kinds import MAX_BYTES, ImageKind
from cardwright.photo.png import MAX_CHUNKS
from cardwright.photo.render import render
from cardwright.photo.webp import MAX_CHUNKS as WEBP_CHUNKS
from pictures import (
    animated_gif,
    animated_webp,
    busy,
    chunk,
    encoded,
    gif,
    jpeg,
    png,
    raw_png,
    scene,
    webp,
)

if TYPE_CHECKING:
    from collections.abc import Collection

DOCUMENTED = (ImageKind.GIF, ImageKind.JPEG, ImageKind.PNG)


def refusal(data: bytes, formats: Collection[ImageKind] = tuple(ImageKind)) -> Rule | None:
    """The rule that both functions name, or None if both take the image."""
    rules: set[Rule | None] = set()
    for take in (lambda: render(data, formats=formats), lambda: accept(data, formats)):
        try:
            take()
        except InvalidError as error:
            (fault,) = error.faults
            assert fault.field == ""
            rules.add(fault.rule)
        else:
            rules.add(None)
    (rule,) = rules
    return rule


def truncated(data: bytes, cuts: Collection[int]) -> None:
    for cut in cuts:
        assert refusal(data[:cut]) is Rule.PHOTO_UNREADABLE, cut


_PNG_START = b"\x89PNG\r\n\x1a\n"


def ihdr(width: int, height: int, depth: int = 8, colour: int = 2) -> bytes:
    return chunk(b"IHDR", pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))


def gif_with_frame(width: int, height: int) -> bytes:
    data = gif(8, 8)
    at = data.index(b",\0\0\0\0\x08\0\x08\0")
    return data[: at + 5] + pack("<HH", width, height) + data[at + 9 :]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="zero octets"),
        pytest.param(b"\0" * 1000, id="zeros"),
        pytest.param(b'<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>', id="SVG"),
        pytest.param(b"<!doctype html><title>Not found</title>", id="HTML named .jpg"),
        pytest.param(encoded(scene(9, 9), "BMP"), id="BMP"),
        pytest.param(encoded(scene(9, 9), "TIFF"), id="TIFF"),
        pytest.param(encoded(scene(9, 9), "ICO"), id="ICO"),
        pytest.param(encoded(scene(9, 9), "PPM"), id="PPM"),
        pytest.param(encoded(scene(9, 9), "JPEG2000"), id="JPEG 2000"),
        pytest.param(encoded(scene(9, 9), "AVIF"), id="AVIF"),
        pytest.param(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", id="EPS"),
        pytest.param(b" " + jpeg(), id="JPEG behind a space"),
        pytest.param(b"\xff\xd8\xff\xd9", id="JPEG of nothing"),
        pytest.param(b"GIF89a", id="GIF of nothing"),
        pytest.param(b"GIF89a\x08\0\x08\0\0\0\0;", id="GIF without a frame"),
        pytest.param(_PNG_START + chunk(b"IEND"), id="PNG of nothing"),
        pytest.param(_PNG_START + ihdr(8, 8) + chunk(b"IEND"), id="PNG without pixels"),
        pytest.param(b"RIFF\x04\0\0\0WEBP", id="WebP of nothing"),
        pytest.param(raw_png(0, 0, 8, 2, b""), id="PNG without width and height"),
        pytest.param(raw_png(8, 8, 3, 2, bytes(200)), id="PNG with three bits a sample"),
        pytest.param(raw_png(8, 8, 8, 2, bytes(8 * 25), chunk(b"JUNK")), id="PNG with an unknown critical chunk"),
        pytest.param(raw_png(8, 8, 8, 2, bytes(8 * 25 - 1)), id="PNG with a sample too few"),
        pytest.param(png().replace(b"IDAT", b"IDAT\0", 1), id="PNG with an octet too many"),
        pytest.param(jpeg().replace(b"\xff\xc0", b"\xff\xc3"), id="lossless JPEG"),
        pytest.param(jpeg().replace(b"\xff\xc0", b"\xff\xc9"), id="arithmetic JPEG"),
        pytest.param(jpeg().replace(b"\xff\xc0\0\x11\x08", b"\xff\xc1\0\x11\x0c"), id="JPEG with twelve bits a sample"),
        pytest.param(jpeg().replace(b"\xff\xc0\0\x11\x08", b"\xff\xc0\0\x11\x0c"), id="baseline JPEG of twelve bits"),
        pytest.param(jpeg().replace(b"\xff\xda", b"\xff\xd8\xff\xda"), id="JPEG inside a JPEG"),
    ],
)
def test_what_is_no_image(data: bytes) -> None:
    assert refusal(data) is Rule.PHOTO_UNREADABLE


def test_the_two_sentences() -> None:
    with pytest.raises(InvalidError, match=r"^The photo is no GIF, JPEG or PNG\.$"):
        render(b"", formats=DOCUMENTED)
    with pytest.raises(InvalidError, match=r"^The photo is no GIF, JPEG, PNG or WebP\.$"):
        accept(b"", tuple(ImageKind))
    with pytest.raises(InvalidError, match=r"^The photo is too large\.$"):
        render(bytes(MAX_BYTES + 1), formats=DOCUMENTED)


@pytest.mark.parametrize(("kind", "data"), list(zip(ImageKind, [gif(), jpeg(), png(), webp()], strict=True)))
def test_a_kind_that_is_not_asked_for_is_refused(kind: ImageKind, data: bytes) -> None:
    assert refusal(data) is None
    assert refusal(data, [kind]) is None
    assert refusal(data, [other for other in ImageKind if other is not kind]) is Rule.PHOTO_UNREADABLE


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(jpeg(24, 16), id="JPEG"),
        pytest.param(jpeg(24, 16, progressive=True), id="progressive JPEG"),
        pytest.param(png(24, 16), id="PNG"),
        pytest.param(gif(24, 16), id="GIF"),
        pytest.param(animated_gif(24, 16), id="animated GIF"),
        pytest.param(webp(24, 16), id="WebP"),
        pytest.param(animated_webp(24, 16), id="animated WebP"),
    ],
)
def test_a_file_that_was_cut_short_is_refused_wherever_it_was_cut(data: bytes) -> None:
    truncated(data, range(len(data)))


def test_a_large_jpeg_that_was_cut_short_is_refused_though_it_is_decoded_small() -> None:
    data = jpeg(4000, 3000, restart_marker_rows=8)
    truncated(data, [len(data) // 10, len(data) // 2, len(data) - 200, len(data) - 2, len(data) - 1])


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"subsampling": "4:2:0"}, id="4:2:0"),
        pytest.param({"subsampling": "4:4:4", "quality": 95}, id="4:4:4"),
        pytest.param({"optimize": True}, id="with tables of its own"),
        pytest.param({"restart_marker_rows": 1}, id="with restarts"),
    ],
)
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_jpeg_that_was_cut_short_and_closed_again_is_refused(mode: str, options: dict[str, object]) -> None:
    data = encoded(busy(97, 61).convert(mode), "JPEG", **options)
    start = data.index(b"\xff\xda") + 16  # behind the header of the scan, whose end is two octets before the file's
    closed = (data[:cut].rstrip(b"\xff") + b"\xff\xd9" for cut in range(start, len(data) - 2 - 64, 97))
    assert {refusal(it) for it in closed} == {Rule.PHOTO_UNREADABLE}
    assert refusal(data) is None


def test_a_gif_that_was_cut_short_and_closed_again_is_refused() -> None:
    data = encoded(busy(97, 61).quantize(64), "GIF")
    blocks = data.index(b",\0\0\0\0" + pack("<HH", 97, 61)) + 11  # full ones take 256 octets
    for count in (0, 1, 5):
        assert refusal(data[: blocks + 256 * count] + b"\0;") is Rule.PHOTO_UNREADABLE


def test_a_thumbnail_inside_does_not_end_a_jpeg_that_was_cut_short() -> None:
    whole = jpeg()
    thumbnail = b"\xff\xe1" + pack(">H", 2 + 6 + len(whole)) + b"Exif\0\0" + whole
    data = whole[:2] + thumbnail + whole[2:]
    assert refusal(data) is None
    truncated(data, [len(data) - 2])


def test_pixels_that_end_early_in_a_whole_png_are_refused() -> None:
    packed = zlib.compress(b"".join(b"\0" + bytes(range(row, row + 24)) for row in range(8)))
    for cut in range(0, len(packed) - 8, 3):
        data = _PNG_START + ihdr(8, 8) + chunk(b"IDAT", packed[:cut]) + chunk(b"IEND")
        assert refusal(data) is Rule.PHOTO_UNREADABLE, cut


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        pytest.param(raw_png(8_000, 5_000, 1, 0, bytes(1_001 * 5_000)), None, id="40 megapixels"),
        pytest.param(raw_png(8_001, 5_000, 1, 0, bytes(1_002 * 5_000)), Rule.PHOTO_TOO_LARGE, id="40,005,000 pixels"),
        pytest.param(raw_png(30_000, 30_000, 8, 2, bytes(10_000_000)), Rule.PHOTO_TOO_LARGE, id="PNG bomb"),
        pytest.param(raw_png(2**31 - 1, 2**31 - 1, 8, 2, b""), Rule.PHOTO_TOO_LARGE, id="the largest PNG"),
        pytest.param(jpeg().replace(pack(">HH", 48, 64), b"\xff\xff\xff\xff"), Rule.PHOTO_TOO_LARGE, id="JPEG bomb"),
        pytest.param(gif_with_frame(65_535, 65_535), Rule.PHOTO_TOO_LARGE, id="GIF with a frame beyond its screen"),
        pytest.param(
            gif()[:6] + b"\xff" * 4 + gif()[10:], Rule.PHOTO_TOO_LARGE, id="GIF with a screen beyond its frame"
        ),
        pytest.param(raw_png(1, 40_000_001, 1, 0, b""), Rule.PHOTO_TOO_LARGE, id="one pixel wide"),
        pytest.param(raw_png(40_000_000, 1, 1, 0, bytes(5_000_001)), None, id="one pixel high"),
        pytest.param(
            webp(64, 48, lossless=True, exif=b"x").replace(b"\x3f\0\0\x2f\0\0", b"\xff\xff\xff\xff\xff\xff", 1),
            Rule.PHOTO_TOO_LARGE,
            id="WebP bomb",
        ),
    ],
)
def test_pixels_are_counted_before_they_are_decoded(data: bytes, rule: Rule | None) -> None:
    assert refusal(data) is rule


@pytest.mark.parametrize(("more", "rule"), [(0, None), (1, Rule.PHOTO_TOO_LARGE)])
def test_octets_are_counted(more: int, rule: Rule | None) -> None:
    small = png()
    padding = chunk(b"paDd", bytes(MAX_BYTES - len(small) - 12 + more))
    data = small[:-12] + padding + small[-12:]
    assert len(data) == MAX_BYTES + more
    assert refusal(data) is rule


def test_a_webp_whose_frame_is_larger_than_its_picture_is_refused() -> None:
    data = webp(64, 48, lossless=True, exif=b"x")
    assert refusal(data.replace(b"\x3f\0\0\x2f\0\0", b"\x0f\0\0\x0f\0\0", 1)) is Rule.PHOTO_UNREADABLE


def test_a_first_frame_beyond_the_largest_picture_is_refused() -> None:
    gif_beyond = gif(8, 8).replace(b",\0\0\0\0\x08\0\x08\0", b",\xff\xff\0\0\x08\0\x08\0", 1)
    webp_beyond = animated_webp(64, 48).replace(b"\x3f\0\0\x2f\0\0", b"\xff\x3f\0\x2f\0\0", 1)
    assert refusal(gif_beyond) is Rule.PHOTO_TOO_LARGE
    assert refusal(webp_beyond) is Rule.PHOTO_TOO_LARGE


def test_a_palette_image_without_a_palette_is_refused() -> None:
    assert refusal(raw_png(8, 8, 8, 3, bytes(72), chunk(b"PLTE", bytes(768)))) is None
    assert refusal(raw_png(8, 8, 8, 3, bytes(72))) is Rule.PHOTO_UNREADABLE


def test_a_jpeg_of_countless_scans_is_refused() -> None:
    data = jpeg(progressive=True)
    last = data.rindex(b"\xff\xda")
    assert refusal(data[:last] + data[last:-2] * 20 + b"\xff\xd9") is None
    assert refusal(data[:last] + data[last:-2] * MAX_SCANS + b"\xff\xd9") is Rule.PHOTO_UNREADABLE


def test_a_jpeg_of_countless_segments_is_refused() -> None:
    data = jpeg()
    for marker in (b"\xff\xe5\0\2", b"\xff\xfe\0\2", b"\xff\xdb\0\2"):
        assert refusal(data[:2] + marker * (MAX_SEGMENTS // 2) + data[2:]) is None
        assert refusal(data[:2] + marker * MAX_SEGMENTS + data[2:]) is Rule.PHOTO_UNREADABLE


def test_a_png_of_countless_chunks_is_refused() -> None:
    data = png()
    assert refusal(data[:33] + chunk(b"teXt") * (MAX_CHUNKS // 2) + data[33:]) is None
    assert refusal(data[:33] + chunk(b"teXt") * MAX_CHUNKS + data[33:]) is Rule.PHOTO_UNREADABLE


def test_a_webp_of_countless_chunks_is_refused() -> None:
    data = webp(lossless=True)
    empty = b"teXt\0\0\0\0"

    def with_chunks(count: int) -> bytes:
        body = data[8:] + empty * count
        return b"RIFF" + pack("<I", len(body)) + body

    assert refusal(with_chunks(WEBP_CHUNKS // 2)) is None
    assert refusal(with_chunks(WEBP_CHUNKS)) is Rule.PHOTO_UNREADABLE


def test_packed_texts_are_never_unpacked() -> None:
    bomb = zlib.compress(bytes(50_000_000), 9)
    texts = chunk(b"zTXt", b"Comment\0\0" + bomb) * 50 + chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + bomb) * 50
    data = png()
    assert refusal(data[:33] + texts + data[33:]) is None


def test_pixels_behind_the_last_row_are_never_unpacked() -> None:
    rows = b"".join(b"\0" + bytes(24) for _ in range(8))
    assert refusal(raw_png(8, 8, 8, 2, rows + bytes(100_000_000))) is None


def test_an_interlaced_png_of_many_pixels_is_taken() -> None:
    passes = [(1000, 500), (1000, 500), (2000, 500), (2000, 1000), (4000, 1000), (4000, 2000), (8000, 2000)]
    rows = b"".join((b"\0" + bytes(width // 8)) * height for width, height in passes)
    assert refusal(raw_png(8_000, 4_000, 1, 0, rows, interlace=1)) is None


def test_sub_blocks_without_end_are_refused() -> None:
    data = gif()
    assert refusal(data[:-1] + b"!\xfe" + b"\1x" * 500_000) is Rule.PHOTO_UNREADABLE
    assert refusal(data[:-1] + b"!\xfe" + b"\1x" * 500_000 + b"\0;") is None


def zipped() -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("payload.txt", "alert(document.domain)")
    return file.getvalue()


def script_gif() -> bytes:
    """A GIF that is JavaScript too: its screen's width opens a comment that ends behind the image."""
    data = gif()
    return data[:6] + b"/*\x01\0" + data[10:] + b"*/=1;alert(document.domain)"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(script_gif(), id="GIF and JavaScript"),
        pytest.param(gif() + zipped(), id="GIF and ZIP"),
        pytest.param(gif() + b"<script>alert(document.domain)</script>", id="GIF and HTML"),
        pytest.param(jpeg() + zipped(), id="JPEG and ZIP"),
        pytest.param(jpeg(comment=b"<script>alert(document.domain)</script>"), id="JPEG with HTML in a comment"),
        pytest.param(jpeg(exif=b"Exif\0\0<?php alert(document.domain) ?>"), id="JPEG with PHP for Exif"),
        pytest.param(png() + zipped(), id="PNG and ZIP"),
        pytest.param(
            raw_png(8, 8, 8, 2, bytes(200), chunk(b"tEXt", b"Title\0<script>alert(document.domain)")), id="PNG and HTML"
        ),
        pytest.param(webp() + zipped(), id="WebP and ZIP"),
    ],
)
def test_only_the_image_of_a_polyglot_gets_through(data: bytes) -> None:
    for made in (render(data, formats=ImageKind), accept(data, ImageKind).data):
        assert b"document.domain" not in made
        assert b"payload.txt" not in made
        Image.open(BytesIO(made)).load()
