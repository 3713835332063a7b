"""No file of a stranger takes time out of proportion to its octets: ten times the octets, ten times the work."""

from __future__ import annotations

import contextlib
import re
import time
from itertools import product
from struct import pack
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardwright.photo import gif, jpeg, png, webp
from cardwright.photo.exif import orientation
from cardwright.photo.kinds import recognised
from pictures import animated_gif, animated_webp, exif, scene
from pictures import encoded as picture

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.no_cover  # what counts the branches takes time too

STRIP: dict[str, Callable[[bytes], object]] = {
    "JPEG": jpeg.strip,
    "PNG": png.strip,
    "GIF": gif.strip,
    "WebP": webp.strip,
}
WHOLE = {
    "JPEG": picture(scene(24, 16), "JPEG", exif=exif(6)),
    "progressive JPEG": picture(scene(24, 16), "JPEG", progressive=True),
    "PNG": picture(scene(24, 16), "PNG", exif=exif(6)),
    "GIF": animated_gif(24, 16),
    "WebP": animated_webp(24, 16),
}
LARGE, SMALL = 80_000, 8_000
"""The square of ten is a hundred: what grows with the square is told from what grows in proportion by far."""


def effort(function: Callable[[bytes], object], data: bytes) -> float:
    """The processor time of one call, whatever becomes of it; others on the machine have no part in it."""
    started = time.process_time()
    with contextlib.suppress(Exception):  # what a parser of strangers' octets raises is for others to say
        function(data)
    return time.process_time() - started


def strip(data: bytes) -> object:
    kind = recognised(data)
    return STRIP[kind](data) if kind else None


def check(made: Callable[[int], bytes], function: Callable[[bytes], object] = strip) -> None:
    least = effort(function, made(SMALL))
    most = effort(function, made(LARGE))
    assert most < 30 * least + 0.3


@pytest.mark.parametrize("kind", WHOLE)
@pytest.mark.parametrize("place", ["start", "middle", "end"])
@pytest.mark.parametrize(
    "motif",
    [
        b"\xff", b"\0", b"\1\0", b"\xff\0", b"\xff\xd0", b"\xff\xda\0\2", b"\xff\xe2\0\2", b"\xff\xe1\0\x09Exif\0\0",
        b"!\xf9\0", b"," + bytes(11), b"\0\0\0\0IDAT\x35\xaf\x06\x1e",
        b"\0\0\0\0tEXt\0\0\0\0", b"ANMF\0\0\0\0", b"VP8 \0\0\0\0",
    ],
    ids=repr,
)  # fmt: skip
def test_octets_that_come_again_and_again(kind: str, place: str, motif: bytes) -> None:
    whole = WHOLE[kind]
    at = {"start": {"PNG": 8, "GIF": 13, "WebP": 12}.get(kind, 2), "middle": len(whole) // 2, "end": len(whole)}[place]
    check(lambda length: whole[:at] + motif * (length // len(motif)) + whole[at:])
    check(lambda length: whole[:at] + motif * (length // len(motif)))


SPECIAL = [0, 1, 2, 8, 0x21, 0x2C, 0x3B, 0x7F, 0xC0, 0xC4, 0xD0, 0xD8, 0xD9, 0xDA, 0xE1, 0xE2, 0xF9, 0xFE, 0xFF]


@given(
    st.sampled_from(sorted(WHOLE)),
    st.lists(st.sampled_from(SPECIAL), min_size=1, max_size=6).map(bytes) | st.binary(min_size=1, max_size=24),
    st.integers(0, 1000),
    st.booleans(),
)
@settings(max_examples=150)
def test_any_octets_at_any_place(kind: str, motif: bytes, place: int, goes_on: bool) -> None:  # noqa: FBT001
    whole = WHOLE[kind]
    at = place % (len(whole) + 1)
    rest = whole[at:] if goes_on else b""
    check(lambda length: whole[:at] + motif * (length // len(motif)) + rest)


@pytest.mark.parametrize(("order", "entry"), list(product("<>", [bytes(12), b"\x01\x12" * 6, b"\xff" * 12])))
def test_exif_directories(order: str, entry: bytes) -> None:
    """A directory counts its entries in sixteen bits."""
    head = {"<": b"II*\0", ">": b"MM\0*"}[order] + pack(f"{order}IH", 8, 65_535)
    check(lambda length: head + entry * (length // len(entry)), orientation)


@pytest.mark.parametrize("kind", ["JPEG", "progressive JPEG"])
def test_fill_octets_before_markers_are_no_part_of_the_picture(kind: str) -> None:
    """Any number of them may stand there (T.81 section B.1.1.2)."""
    plain = WHOLE[kind]
    filled = re.sub(rb"\xff(?=[\xc0-\xcf\xda\xdb\xe0\xe1\xd9])", b"\xff" * 1000, plain[2:])
    assert len(filled) > len(plain) + 5000
    assert jpeg.strip(plain[:2] + filled).stream == jpeg.strip(plain).stream


def test_parts_of_a_jpeg_profile() -> None:
    """Each part says its number; they are sorted and joined (ICC.1:2022 section B.4)."""
    part = b"\xff\xe2\0\x12ICC_PROFILE\0\1\xffab"
    check(lambda length: WHOLE["JPEG"][:2] + part * (length // len(part)) + WHOLE["JPEG"][2:])
