"""Google writes the line breaks of a name as they are: LF alone in FN, where the lines of the card end in CRLF.

Sample: `tests/corpus/bare-line-feed.vcf`. A line that is no property is then more of the value before it.
"""

from __future__ import annotations

import re
from typing import Final

_CR: Final = 0x0D
_PROPERTY: Final = re.compile(rb"[\w.-]+[ \t]*[;:]")


def is_strange(card: bytes) -> bool:
    """Tell whether a LF without CR would be strange in `card`: its first line ends in both."""
    end = card.find(b"\n")
    return end > 0 and card[end - 1] == _CR


def goes_on(line: bytes, before: bytes) -> bool:
    """Tell whether `line`, of such a card, is more of the value that stands `before` it."""
    return before.endswith(b"\n") and not before.endswith(b"\r\n") and _PROPERTY.match(line) is None
