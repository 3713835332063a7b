"""2.1 writes `TEL;WORK;VOICE` without `TYPE=`, and writers of 3.0 that grew up on it do so too.

Sample: `tests/corpus/bare-parameters.vcf`.
"""

from __future__ import annotations

import re
from typing import Final

_ENCODINGS: Final = frozenset({"QUOTED-PRINTABLE", "BASE64", "B", "8BIT", "7BIT"})
_BARE: Final = re.compile(r"[A-Za-z0-9-]+")
_VALUES: Final = frozenset({"INLINE", "URL", "CONTENT-ID", "CID"})


def name_of(value: str) -> str:
    """Return the name of the parameter that a value without a name belongs to."""
    value = value.upper()
    if value in _ENCODINGS:
        return "ENCODING"
    return "VALUE" if value in _VALUES else "TYPE"


def is_bare(kind: str) -> bool:
    """Tell whether a type can stand in 2.1 without its name: not if a reader would take it for an encoding."""
    return _BARE.fullmatch(kind) is not None and name_of(kind) == "TYPE"
