"""Nokia phones, old Outlook and others break base64 into lines that do not begin with a space.

Some lines do and some do not where an early ez-vcard wrote them. Sample: `tests/corpus/loose-base64.vcf`. Such a line
holds no colon, so it can be no property, unless the colon is folded into one of the next.
"""

from __future__ import annotations

import re
from typing import Final

_BASE64: Final = re.compile(rb"[A-Za-z0-9+/]*+={0,2}\s*")
_HEAD: Final = re.compile(rb"[^\r\n:]*+(?:(?:\r*\n|\r)[ \t][^\r\n:]*+)++:")
"""A head, folded before its colon."""


def goes_on(line: bytes, following: bytes, raw: bytes, position: int) -> bool:
    """Tell whether `line`, at a position of `raw`, after inline data and before `following`, is more of it."""
    if _BASE64.fullmatch(line) is None:
        return False
    if following[0] not in b" \t":
        return True
    return _BASE64.fullmatch(following.lstrip()) is not None and _HEAD.match(raw, position) is None
