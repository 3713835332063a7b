"""JPEG (ITU-T T.81): from Start of Image to End of Image, without the application segments."""

from __future__ import annotations

import re
from itertools import islice
from struct import unpack_from
from typing import TYPE_CHECKING, NamedTuple

from cardwright import limits
from cardwright.photo.exif import orientation
from cardwright.photo.kinds import MAX_PROFILE, Stripped

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_SEGMENTS = limits.JPEG_SEGMENTS.value
"""A file of 10 MiB holds 160 full segments; each costs a step here."""
MAX_SCANS = limits.JPEG_SCANS.value
"""Every scan of a progressive image walks all its blocks, however few octets it takes; the usual script has ten."""

_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_PROGRESSIVE = 0xC2
_FRAMES = {0xC0, 0xC1, _PROGRESSIVE}  # baseline, extended and progressive, all Huffman: what cameras and browsers speak
_TABLES = {0xC4, 0xDB, 0xDD}  # DHT, DQT, DRI
_REFUSED = {*range(0xC3, 0xD0), _SOI, 0xDE, 0xDF} - _TABLES  # lossless, arithmetic, hierarchical; a second image
_MEANINGS = {(0xE0, b"JFIF\0"), (0xEE, b"Adobe")}  # these two say which colours the components are
_EXIF = 0xE1, b"Exif\0\0"
_ICC = 0xE2, b"ICC_PROFILE\0"

_FILL = b"\xff"  # any number of these before a marker (T.81 section B.1.1.2)
# Stuffed octets, TEM and restarts are no segments. Fill octets are not matched: `\xff+` would be tried anew from each
# of them, which takes time with the square of their number.
_MARKER = re.compile(rb"\xff([^\x00\x01\xd0-\xd7\xff])", re.DOTALL)

_END = b"\xff\xd9"
_OPEN_END = b"\xff\0" * 8
"""64 bits of one in the place of End of Image. At that marker libjpeg paints whatever is missing gray and says nothing;
here it waits for more, which Pillow reports. It looks 64 bits ahead, so a whole image needs these; no code is all ones
(T.81 section C), so they stand for two blocks of 8 by 8 at most."""


class _Segment(NamedTuple):
    marker: int
    body: bytes
    whole: bytes
    """With marker and length in front; behind a scan's header, its entropy-coded data."""


def strip(data: bytes) -> Stripped:
    """Return the image that ends at the first End of Image; raise ValueError or struct.error for a broken file.

    Whatever follows the image, the further pictures of an MPO file too, is left out.
    """
    segments = list(islice(_segments(data), MAX_SEGMENTS))
    if segments[-1].marker != _EOI or any(segment.marker in _REFUSED for segment in segments):
        raise ValueError("too many segments, or a coding that browsers do not take")
    if sum(segment.marker == _SOS for segment in segments) not in range(1, MAX_SCANS + 1):
        raise ValueError("no scan, or too many")
    (frame,) = (segment for segment in segments if segment.marker in _FRAMES)
    needed = [segment for segment in segments if _is_needed(segment)]
    end = _END
    if (only := _only_scan(frame, needed)) is not None:
        needed, end = needed[: only + 1], _OPEN_END
    exif = next(_bodies(segments, *_EXIF), b"")
    profile = _joined(list(_bodies(segments, *_ICC)))
    stream = b"".join((b"\xff\xd8", *(segment.whole for segment in needed), end))
    return Stripped(stream, _size(frame.body), orientation(exif), profile)


def _segments(data: bytes) -> Iterator[_Segment]:
    """Yield the segments after Start of Image up to and with End of Image (T.81 section B.1.1)."""
    match = _MARKER.search(data, 2)
    while match:
        marker, start = match[1][0], match.end()
        if marker == _EOI:
            yield _Segment(marker, b"", b"")
            return
        (length,) = unpack_from(">H", data, start)
        end = start + length
        body = data[start + 2 : end]
        match = _MARKER.search(data, end)
        whole = data[start - 2 : end]
        if marker == _SOS and match:
            whole += data[end : match.start()].rstrip(_FILL)
        yield _Segment(marker, body, whole)
    raise ValueError("cut short")


def _is_needed(segment: _Segment) -> bool:
    return (
        segment.marker in _TABLES
        or segment.marker in _FRAMES
        or segment.marker == _SOS
        or (segment.marker, segment.body[:5]) in _MEANINGS
    )


def _only_scan(frame: _Segment, segments: list[_Segment]) -> int | None:
    """Return the place of the scan that holds the whole image: the first, if it has every component; else None."""
    first = next(place for place, segment in enumerate(segments) if segment.marker == _SOS)
    components, in_scan = frame.body[5], segments[first].body[0]
    return first if frame.marker != _PROGRESSIVE and in_scan == components else None


def _bodies(segments: list[_Segment], marker: int, name: bytes) -> Iterator[bytes]:
    """Yield what follows the name in the application segments of that name."""
    return (s.body[len(name) :] for s in segments if s.marker == marker and s.body.startswith(name))


def _size(frame: bytes) -> tuple[int, int]:
    """Return width and height from a frame header (T.81 section B.2.2)."""
    precision, height, width, components = unpack_from(">BHHB", frame)
    if precision != 8 or components not in {1, 3, 4}:  # noqa: PLR2004 (octets; gray, colour, print)
        raise ValueError("samples that no screen shows")
    return width, height


def _joined(parts: list[bytes]) -> bytes:
    """Return a profile from its parts, each with its number and their count in front (ICC.1:2022 section B.4)."""
    parts.sort(key=lambda part: part[:1])
    if [part[:2] for part in parts] != [bytes((number, len(parts))) for number in range(1, len(parts) + 1)]:
        return b""
    profile = b"".join(part[2:] for part in parts)
    return profile if len(profile) <= MAX_PROFILE else b""
