"""Files that people put together have a card that is indented after one that is not: it would be a fold of END.

Sample: `tests/corpus/indented-card.vcf`. Nothing can go on after END, so the margin is no fold.
"""

from __future__ import annotations

import re
from typing import Final

_BEGIN: Final = re.compile(
    rb"(?:\A|(?<![^\r\n \t])END[ \t]*:[ \t]*VCARD[ \t]*)[\r\n]++([ \t]++)BEGIN[ \t]*:[ \t]*VCARD[ \t]*[\r\n]++",
    re.IGNORECASE,
)
_END: Final = re.compile(rb"(?<![^\r\n])[ \t]*END[ \t]*:[ \t]*VCARD", re.IGNORECASE)


def dedented(region: bytes) -> bytes:
    """Return a region of a file without the margins of such cards."""
    upper = region.upper()
    if b" BEGIN" not in upper and b"\tBEGIN" not in upper:
        return region
    pieces: list[bytes] = []
    at = 0
    while match := _BEGIN.search(region, at):
        margin = match[1]
        end = _END.search(region, match.end())
        inside = region[match.end() : end.start() if end else len(region)]
        if inside.startswith(margin):
            inside = re.sub(rb"(?<![^\r\n])" + re.escape(margin), b"", inside)
        pieces += (region[at : match.start(1)], region[match.end(1) : match.end()], inside)
        at = match.end() + (len(region[match.end() : end.start()]) if end else len(region))
        if end:
            at = end.start() + len(end[0]) - len(end[0].lstrip(b" \t"))
    return b"".join((*pieces, region[at:])) if pieces else region
