"""PNG (W3C, third edition): the chunks that make the picture, their checksums proven."""

from __future__ import annotations

import zlib
from struct import pack, unpack_from
from typing import TYPE_CHECKING

from cardwright import limits
from cardwright.photo.exif import orientation
from cardwright.photo.kinds import MAX_PROFILE, Stripped

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_CHUNKS = limits.PNG_CHUNKS.value
"""Writers cut their data into chunks of 8 KiB and more: 1,300 in a file of 10 MiB."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_INDEXED = 3
_DEEP = 16  # bits a sample; decoding cuts them to eight, and a transparent colour would name others beside itself
_PICTURE = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}


def strip(data: bytes) -> Stripped:
    """Return the still picture; raise ValueError or struct.error for a broken file.

    Of an animated file that is the picture which plain readers show. Texts, times and what follows the end are left
    out; an unknown critical chunk is refused, as the standard wants (section 5.4).
    """
    chunks = list(_chunks(data))
    header = chunks[0][1]
    if chunks[0][0] != b"IHDR" or any(name[:1].isupper() and name not in _PICTURE for name, _ in chunks):
        raise ValueError("no header, or an unknown critical chunk")
    width, height, depth, colour = unpack_from(">IIBB", header)
    first = dict(reversed(chunks))
    if colour == _INDEXED and b"PLTE" not in first:
        raise ValueError("no palette")
    optional = (b"PLTE",) if depth == _DEEP else (b"PLTE", b"tRNS")
    kept = [(name, first[name]) for name in optional if name in first]
    pixels = b"".join(body for name, body in chunks if name == b"IDAT")
    stream = [(b"IHDR", header), *kept, (b"IDAT", pixels), (b"IEND", b"")]
    return Stripped(
        _SIGNATURE + b"".join(map(_written, stream)),
        (width, height),
        orientation(first.get(b"eXIf", b"")),
        _inflated(first.get(b"iCCP", b"")),
    )


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield name and body of each chunk up to the end (section 5.3), those that make the picture with their proof."""
    at = len(_SIGNATURE)
    for _ in range(MAX_CHUNKS):
        length, name = unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        (checksum,) = unpack_from(">I", data, at + 8 + length)
        if name in _PICTURE and checksum != zlib.crc32(body, zlib.crc32(name)):
            raise ValueError("a wrong checksum")
        if name == b"IEND":
            return
        yield name, body
        at += 12 + length
    raise ValueError("too many chunks")


def _written(chunk: tuple[bytes, bytes]) -> bytes:
    name, body = chunk
    return pack(">I4s", len(body), name) + body + pack(">I", zlib.crc32(body, zlib.crc32(name)))


def _inflated(body: bytes) -> bytes:
    """Return the profile of an iCCP chunk (section 11.3.2.3); empty when it is broken or does not end in bounds."""
    _, _, packed = body.partition(b"\0")
    inflater = zlib.decompressobj()
    try:
        profile = inflater.decompress(packed[1:], MAX_PROFILE)
    except zlib.error:
        return b""
    return profile if inflater.eof else b""
