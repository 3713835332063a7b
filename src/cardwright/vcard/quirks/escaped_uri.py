r"""iOS, Gmail and others escape URIs as if they were text: `URL:http\://example.com/?a=1\,2`.

Sample: `tests/corpus/escaped-uri.vcf`. A backslash is no character of a URI (RFC 3986 section 2), so nothing is lost.
"""

from __future__ import annotations

import re
from typing import Final

_ESCAPED: Final = re.compile(r"\\([,;:])")


def unescape_uri(text: str) -> str:
    r"""Return the URI with `\,`, `\;` and `\:` unescaped."""
    return _ESCAPED.sub(r"\1", text) if "\\" in text else text
