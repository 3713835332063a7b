"""Nokia phones, old Outlook and others break base64 into lines that do not begin with a space.

Sample: `tests/corpus/loose-base64.vcf`. Such a line holds no colon, so it can be no property.
"""

from __future__ import annotations

import re
from typing import Final

_BASE64: Final = re.compile(rb"[A-Za-z0-9+/]++={0,2}\s*")


def goes_on(line: bytes) -> bool:
    """Tell whether `line`, after inline data, is more of it."""
    return _BASE64.fullmatch(line) is not None
