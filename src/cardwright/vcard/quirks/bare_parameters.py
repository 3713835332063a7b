"""2.1 writes `TEL;WORK;VOICE` without `TYPE=`, and writers of 3.0 that grew up on it do so too.

Sample: `tests/corpus/bare-parameters.vcf`.
"""

from __future__ import annotations

from typing import Final

_ENCODINGS: Final = frozenset({"QUOTED-PRINTABLE", "BASE64", "B", "8BIT", "7BIT"})
_VALUES: Final = frozenset({"INLINE", "URL", "CONTENT-ID", "CID"})


def name_of(value: str) -> str:
    """Return the name of the parameter that a value without a name belongs to."""
    value = value.upper()
    if value in _ENCODINGS:
        return "ENCODING"
    return "VALUE" if value in _VALUES else "TYPE"
