r"""CardDAV web clients write a data URI where 3.0 wants bare base64, and some escape its marks or misname its parts.

Samples: `tests/corpus/data-uri.vcf` (`PHOTO;ENCODING=b;TYPE=png:data:image/png;base64,...`, `data:base64\,...`, and
`data\:image/png\;base64\,...`).
"""

from __future__ import annotations

import re
from typing import Final

from cardwright.vcard.quirks.escaped_uri import unescape_uri

_SCHEME: Final = re.compile(r"\s*+data\\?:", re.IGNORECASE)
NO_TYPE: Final = "application/octet-stream"
"""What is written where no media type is known; it says nothing."""


def split(text: str) -> tuple[str, str, bool] | None:
    """Return media type, data and whether it is base64 of a data URI (RFC 2397); None for what is none."""
    scheme = _SCHEME.match(text)
    if scheme is None:
        return None
    head, comma, data = text[scheme.end() :].partition(",")
    if not comma:
        return None
    parts = head.replace("\\", "").lower().split(";")
    media_type = parts[0] if "/" in parts[0] and parts[0] != NO_TYPE else ""
    return media_type, unescape_uri(data), "base64" in parts
