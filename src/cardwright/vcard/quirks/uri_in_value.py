"""Some exporters forget the word: `PHOTO;VALUE=https://example.org/a.jpg` for `PHOTO;VALUE=uri:https://...`.

Sample: `tests/corpus/uri-in-value.vcf`. The first colon is then that of the address.
"""

from __future__ import annotations

from typing import Final

SCHEMES: Final = frozenset({"http", "https", "ftp", "file"})
"""Schemes of addresses; none is the name of a value type."""


def whole(scheme: str, rest: str) -> str:
    """Return the address whose scheme stands in VALUE, `""` where that is none."""
    return f"{scheme}:{rest}" if scheme.lower() in SCHEMES and rest.startswith("//") else ""
