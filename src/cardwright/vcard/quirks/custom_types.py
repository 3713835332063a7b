"""Android's older exports name a label of the owner's own `TEL;X-CUSTOM(Boat):`, if need be in quoted-printable.

Then it is `X-CUSTOM(CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,=C3=A9)`, and a long one has soft line breaks. Sample:
`tests/corpus/custom-types.vcf`.
"""

from __future__ import annotations

import binascii
import re
from typing import Final

_CUSTOM: Final = re.compile(r";\s*X-CUSTOM\((CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,)?(.*)\)\s*", re.IGNORECASE)


_HEAD: Final = re.compile(rb"[^:]*;\s*X-CUSTOM\([^:]*", re.IGNORECASE)


def in_head(head: bytes) -> bool:
    """Tell whether such a label stands in `head`, as far as that was read: a soft line break in it is no text."""
    return _HEAD.fullmatch(head) is not None


def label(parameter: str) -> str:
    """Return the label that a parameter holds, `""` if it is no such one."""
    match = _CUSTOM.fullmatch(parameter)
    if match is None:
        return ""
    text = match[2]
    return binascii.a2b_qp(text.encode()).decode(errors="replace") if match[1] else text
