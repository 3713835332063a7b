"""The one thing that is taken from a photo's Exif block: which way is up."""

from __future__ import annotations

from struct import Struct, error

_TAG_ORIENTATION = 274
_SHORT = 3
_UPRIGHT = 1
_HIGHEST = 8


def orientation(tiff: bytes) -> int:
    """Return the orientation, 1 to 8, of an Exif block from its TIFF header on; 1 for whatever cannot be read.

    Only the first directory is looked at, which is the main image's (Exif 2.32 section 4.6.4; TIFF 6.0 section 2).
    """
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return _UPRIGHT
    entry = Struct(f"{order}HHIH2x")
    try:
        (start,) = Struct(f"{order}I").unpack_from(tiff, 4)
        (count,) = Struct(f"{order}H").unpack_from(tiff, start)
        for place in range(start + 2, start + 2 + count * entry.size, entry.size):
            tag, kind, values, value = entry.unpack_from(tiff, place)
            if tag == _TAG_ORIENTATION:
                known = kind == _SHORT and values == 1 and _UPRIGHT <= value <= _HIGHEST
                return value if known else _UPRIGHT
    except error:
        pass
    return _UPRIGHT
