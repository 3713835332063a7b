"""WebP (RFC 9649): the picture, or the first frame of an animation, as a still image."""

from __future__ import annotations

from struct import pack, unpack_from
from typing import TYPE_CHECKING

from cardwright import limits
from cardwright.photo.exif import orientation
from cardwright.photo.kinds import MAX_PROFILE, Stripped

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_CHUNKS = limits.WEBP_CHUNKS.value
"""An animation has one chunk for each frame."""

_FRAME_HEADER = 16
_HAS_ALPHA = 0x10


def strip(data: bytes) -> Stripped:
    """Return the picture; raise ValueError or struct.error for a broken file."""
    (length,) = unpack_from("<I", data, 4)
    if len(data) < 8 + length:
        raise ValueError("cut short")
    chunks: dict[bytes, bytes] = {}
    for name, body in _chunks(data[12 : 8 + length]):
        chunks.setdefault(name, body)
    frame, offset = chunks, (0, 0)
    if b"ANMF" in chunks:
        frame = dict(_chunks(chunks[b"ANMF"][_FRAME_HEADER:]))
        offset = (2 * _u24(chunks[b"ANMF"], 0), 2 * _u24(chunks[b"ANMF"], 3))
    still, size = _still(frame)
    if b"VP8X" in chunks:
        canvas = (_u24(chunks[b"VP8X"], 4) + 1, _u24(chunks[b"VP8X"], 7) + 1)
        if canvas[0] < offset[0] + size[0] or canvas[1] < offset[1] + size[1]:
            raise ValueError("a frame outside the picture")
        size = canvas
    profile = chunks.get(b"ICCP", b"")
    return Stripped(
        still,
        size,
        orientation(chunks.get(b"EXIF", b"").removeprefix(b"Exif\0\0")),
        profile if len(profile) <= MAX_PROFILE else b"",
        offset,
    )


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield name and body of each chunk (section 2.3); the last may lack its padding."""
    at = 0
    for _ in range(MAX_CHUNKS + 1):
        if at >= len(data):
            return
        name, length = unpack_from("<4sI", data, at)
        body = data[at + 8 : at + 8 + length]
        if len(body) < length:
            raise ValueError("cut short")
        yield name, body
        at += 8 + length + (length & 1)
    raise ValueError("too many chunks")


def _still(frame: dict[bytes, bytes]) -> tuple[bytes, tuple[int, int]]:
    """Return a file of one picture, and its width and height as its own bit stream says (sections 2.5 to 2.7)."""
    if lossless := frame.get(b"VP8L"):
        (_, bits) = unpack_from("<BI", lossless)
        size = ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        return _file((b"VP8L", lossless)), size
    lossy = frame.get(b"VP8 ", b"")
    width, height = unpack_from("<HH", lossy, 6)
    size = (width & 0x3FFF, height & 0x3FFF)
    if b"ALPH" not in frame:
        return _file((b"VP8 ", lossy)), size
    header = pack("<I", _HAS_ALPHA) + pack("<I", size[0] - 1)[:3] + pack("<I", size[1] - 1)[:3]
    return _file((b"VP8X", header), (b"ALPH", frame[b"ALPH"]), (b"VP8 ", lossy)), size


def _file(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"".join(name + pack("<I", len(data)) + data + b"\0" * (len(data) & 1) for name, data in chunks)
    return b"RIFF" + pack("<I", 4 + len(body)) + b"WEBP" + body


def _u24(data: bytes, at: int) -> int:
    low, high = unpack_from("<HB", data, at)
    return int(low | high << 16)
