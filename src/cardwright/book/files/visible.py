r"""Escape control characters in untrusted text before it is printed to a terminal, or put into a report.

An imported name such as `ESC ] 0 ; … BEL` would set the title of the window, others move the cursor over what stands
there or turn the direction of the line: `visible("\x1b]0;")` is the six characters `\x1b]0;` instead.
"""

from __future__ import annotations

import re
from typing import Final

STEERS: Final = "\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069"
"""C0, DEL, C1 (ECMA-48), separators of lines and paragraphs, bidirectional controls (UAX 9)."""
_ANY: Final = re.compile(f"[{STEERS}]")


def visible(text: str) -> str:
    r"""Return one line in which every character that steers a terminal is written as its escape: `\x1b`, `\n`."""
    return _ANY.sub(escaped, text)


def visible_json(document: str) -> str:
    r"""Return JSON that says the same, in which those characters are JSON's own escapes: `\u009b`."""
    return _ANY.sub(lambda match: f"\\u{ord(match[0]):04x}", document)


def escaped(match: re.Match[str]) -> str:
    """Return the escape of a character."""
    return match[0].encode("unicode_escape").decode()
