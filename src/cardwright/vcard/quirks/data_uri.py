r"""CardDAV web clients write a data URI where 3.0 wants bare base64, and some escape its comma or misname its parts.

Samples: `tests/corpus/data-uri.vcf` (`PHOTO;ENCODING=b;TYPE=png:data:image/png;base64,...` and `data:base64\,...`).
"""

from __future__ import annotations

from typing import Final

from cardwright.vcard.quirks.escaped_uri import unescape_uri

NO_TYPE: Final = "application/octet-stream"
"""What is written where no media type is known; it says nothing."""


def split(text: str) -> tuple[str, str, bool] | None:
    """Return media type, data and whether it is base64 of a data URI (RFC 2397); None for what is none."""
    if text[:5].lower() != "data:":
        return None
    head, comma, data = text[5:].partition(",")
    if not comma:
        return None
    parts = head.rstrip("\\").lower().split(";")
    media_type = parts[0] if "/" in parts[0] and parts[0] != NO_TYPE else ""
    return media_type, unescape_uri(data), "base64" in parts
