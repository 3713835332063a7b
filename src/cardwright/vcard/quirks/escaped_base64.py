r"""Some generators escape line breaks inside base64 as if it were text, or use the alphabet of URLs.

Sample: `tests/corpus/escaped-base64.vcf`. What is no base64 is skipped, but the `n` of a `\n` would be taken for data.
"""

from __future__ import annotations

from typing import Final

_URL_ALPHABET: Final = str.maketrans("-_", "+/")


def plain(text: str) -> str:
    """Return `text` in the alphabet of RFC 4648 section 4, without escaped line breaks."""
    if "\\" in text:
        text = text.replace("\\r", "").replace("\\n", "").replace("\\N", "")
    if ("-" in text or "_" in text) and "+" not in text and "/" not in text:
        return text.translate(_URL_ALPHABET)
    return text
