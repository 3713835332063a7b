"""GIF (GIF89a specification): the first frame as a file of its own."""

from __future__ import annotations

from struct import pack, unpack_from

from cardwright.photo.kinds import Stripped

_EXTENSION, _IMAGE, _TRAILER = b"!", b",", b";"
_GRAPHIC_CONTROL = 0xF9


def strip(data: bytes) -> Stripped:
    """Return the first frame; raise ValueError, IndexError or struct.error for a broken file.

    The whole file is walked: one that ends before its trailer was cut short, though the first frame may be complete.
    """
    screen_width, screen_height, flags = unpack_from("<HHB", data, 6)
    at = 13 + _table(flags)
    colours = data[13:at]
    control = b""
    first: tuple[int, int] | None = None
    while (block := data[at : at + 1]) != _TRAILER:
        start = at
        if block == _EXTENSION:
            at = _past_blocks(data, at + 2)
            if data[start + 1] == _GRAPHIC_CONTROL and first is None:
                control = data[start:at]
        elif block == _IMAGE:
            at = _past_blocks(data, at + 11 + _table(data[at + 9]))
            first = first or (start, at)
        else:
            raise ValueError("neither extension nor image")
    if first is None:
        raise ValueError("no image")
    start, end = first
    left, top, width, height = unpack_from("<HHHH", data, start + 1)
    stream = b"".join((
        b"GIF89a", pack("<HH", width, height), data[10:13], colours,
        control, pack("<cHHHH", _IMAGE, 0, 0, width, height), data[start + 9 : end], _TRAILER,
    ))  # fmt: skip
    size = (max(screen_width, left + width), max(screen_height, top + height))
    return Stripped(stream, size, offset=(left, top))


def _table(flags: int) -> int:
    """Return the octets of the colour table that a screen or image descriptor announces (section 18)."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _past_blocks(data: bytes, at: int) -> int:
    """Return the place after a series of sub-blocks and its terminator (section 15)."""
    while length := data[at]:
        at += length + 1
    return at + 1
