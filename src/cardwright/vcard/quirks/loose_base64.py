"""Nokia phones, old Outlook and others break base64 into lines that do not begin with a space.

Some lines do and some do not where an early ez-vcard wrote them. Sample: `tests/corpus/loose-base64.vcf`. Such a line
holds no colon, so it can be no property, unless the colon is folded into the next.
"""

from __future__ import annotations

import re
from typing import Final

_BASE64: Final = re.compile(rb"[A-Za-z0-9+/]*+={0,2}\s*")


def goes_on(line: bytes, following: bytes) -> bool:
    """Tell whether `line`, after inline data and before the line `following`, is more of it."""
    is_head = following[0] in b" \t" and not _BASE64.fullmatch(following.lstrip())
    return not is_head and _BASE64.fullmatch(line) is not None
