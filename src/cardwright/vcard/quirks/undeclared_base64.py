"""Some exporters write inline data without `ENCODING`: `PHOTO;TYPE=JPEG:/9j/4AAQ...`.

Sample: `tests/corpus/undeclared-base64.vcf`. A URI holds a colon, base64 does not.
"""

from __future__ import annotations

import re
from typing import Final

_BASE64: Final = re.compile(r"[A-Za-z0-9+/\s]{16,}+={0,2}\s*")


def is_base64(text: str) -> bool:
    """Tell whether the value of a property that is a URI or inline data is the latter."""
    return _BASE64.fullmatch(text) is not None
