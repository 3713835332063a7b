r"""Some programs fold every line at a fixed width, that of BEGIN and END among them: `BEGIN:VC` and ` ARD`.

Sample: `tests/corpus/folded-edges.vcf`. A reader that looks for whole lines finds no card.
"""

from __future__ import annotations

import re
from typing import Final

_FOLD: Final = rb"(?:\r?\n[ \t])?"
_FOLDED: Final = rb"[BbEe][BbEeGgIiNnDdVvCcAaRr: \t]{0,12}\r?\n[ \t]"
_CANDIDATES: Final = [re.compile(end + _FOLDED) for end in (b"\n", b"\r")]
"""Each begins with one octet: to search for either of two takes three times as long."""
_EDGE: Final = re.compile(
    rb"(?<![^\r\n])(?:%b|%b)%b:%b[ \t]*%b(?=[ \t]*(?:[\r\n]|\Z))"
    % (_FOLD.join(b"BEGIN"[i : i + 1] for i in range(5)), _FOLD.join((b"E", b"N", b"D")), _FOLD, _FOLD,
       _FOLD.join(b"VCARD"[i : i + 1] for i in range(5))),
    re.IGNORECASE,
)  # fmt: skip
_FOLDS: Final = re.compile(rb"\r?\n[ \t]")


def unfolded(region: bytes) -> bytes:
    """Return a region of a file with its lines of BEGIN and END in one."""
    text = b"\n" + region
    if not any(candidate.search(text) for candidate in _CANDIDATES):
        return region
    return _EDGE.sub(lambda match: _FOLDS.sub(b"", match[0]), region)
