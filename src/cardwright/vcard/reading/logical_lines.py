r"""The logical lines of a card: each one property, with its folds, soft line breaks and the empty lines after it.

```abnf
line        = name-part value *( fold value ) newline *( blank-line )   ; RFC 6350 section 3.2
fold        = newline WSP
soft-break  = "=" *WSP newline            ; in quoted-printable (RFC 2045 section 6.7): a space after it is text
loose       = newline 1*( base64-char )   ; after inline data, without a colon (quirks/loose_base64.py)
inner       = *WSP [newline] "BEGIN" *WSP ":" *WSP "VCARD" newline *line "END" *WSP ":" *WSP "VCARD"
newline     = *CR LF / CR
```
"""

from __future__ import annotations

import re
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Final

from cardwright.vcard import bounds
from cardwright.vcard.quirks import bare_line_feed, custom_types, loose_base64
from cardwright.vcard.reading.edges import AGENT, BESIDE, is_inside
from cardwright.vcard.reading.heads import encoding_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINE_LIMIT: Final = bounds.LINES.value
_SHORT: Final = bounds.LINE_AVERAGE.value
_EDGE: Final = re.compile(rb"(BEGIN|END)[ \t]*:[ \t]*VCARD[ \t]*[\r\n]*", re.IGNORECASE)
_INNER: Final = re.compile(rb"[ \t]*[\r\n]*BEGIN[ \t]*:[ \t]*VCARD[ \t]*[\r\n]", re.IGNORECASE)
_INDENTED: Final = re.compile(rb"[^\n]*\n[ \t]")
_HEAD: Final = re.compile(rb'(?:[^":\r\n]++|"[^"\r\n]*+"|"|\r?\n[ \t]|\r[ \t])*+:')
_SOFT_BREAK: Final = re.compile(rb"=[ \t]*(?:\r*\n|\r)")
# These two begin with a set of octets, which is quick to search for.
_FOLD: Final = re.compile(rb"[\r\n](?<![\r\n]{2})[\r\n]*+[ \t]")  # with what begins a run alone, it is linear
_NEWLINE: Final = re.compile(rb"[\r\n](?:(?<=\r)\r*+\n?)?")
_HEAD_LIMIT: Final = 2_000
_BLOCK: Final = 1 << 16


class _Opening:
    """The head of a logical line as far as it was seen; how its value is encoded is looked up once."""

    __slots__ = ("_encoding", "_text")

    def __init__(self, line: bytes) -> None:
        self._text = line
        self._encoding: str | None = None

    def extend(self, line: bytes) -> None:
        """Take in a folded line while the head is not complete."""
        if len(self._text) < _HEAD_LIMIT and b":" not in self._text:
            self._text += line
            self._encoding = None

    @property
    def encoding(self) -> str:
        """`q`, `b` or `""`."""
        if self._encoding is None:
            head = _HEAD.match(self._text)
            self._encoding = _encoding(head[0]) if head else ""
        return self._encoding

    @property
    def is_label(self) -> bool:
        """Whether it breaks off in a label in quoted-printable, or behind one."""
        return len(self._text) <= _HEAD_LIMIT and custom_types.in_head(self._text)


def _encoding(head: bytes) -> str:
    """Return how the value after `head`, which may be folded, is encoded: `q`, `b` or `""`."""
    return encoding_of(_FOLD.sub(b"", head)[:-1].decode("latin-1"))


def split(raw: bytes) -> list[bytes]:
    """Return the logical lines of one card as they stand, BEGIN and END among them; joined they are `raw`.

    What comes after a limit is given as one.
    """
    return split_to_limit(raw)[0]


def split_to_limit(raw: bytes) -> tuple[list[bytes], int]:
    """Return the same, and how many come before a limit: of logical lines, or of lines that they stand on."""
    starts: list[int] = []
    position = depth = 0
    left = _LINE_LIMIT + len(raw) // _SHORT
    has_crlf = bare_line_feed.is_strange(raw)
    opening, before = _Opening(b""), b""
    for line, following in pairwise(chain(_physical(raw), [b"\n"])):
        first, lines = line[0], (before, line, following)
        edge = _EDGE.fullmatch(line) if first in b"bBeE" else None
        is_begin = edge is not None and first in b"bB"
        if depth:
            depth += 1 if is_begin or _begins_beside(raw, position, line) else -1 if edge else 0
        elif is_begin and starts and is_inside(raw, position):
            depth = 1
        elif starts and not edge and (first in b" \t" or _goes_on(raw, position, lines, opening, has_crlf=has_crlf)):
            opening.extend(line)
        else:
            if len(starts) == _LINE_LIMIT:
                return _between(raw, [*starts, position]), _LINE_LIMIT
            starts.append(position)
            opening = _Opening(line)
            depth = int(_begins_beside(raw, position, line))
        position += len(line)
        before = line
        left -= 1
        if not left and position < len(raw):
            return _between(raw, [*starts, position]), len(starts)
    return _between(raw, starts), len(starts)


def _between(raw: bytes, starts: list[int]) -> list[bytes]:
    return [raw[start:end] for start, end in pairwise([*starts, len(raw)])]


def _physical(raw: bytes) -> Iterator[bytes]:
    """Give the lines as they stand, never the objects of all at once."""
    start = 0
    while start < len(raw):
        end = raw.find(b"\n", start + _BLOCK) + 1 or len(raw)
        yield from raw[start:end].splitlines(keepends=True)
        start = end


def _begins_beside(raw: bytes, position: int, line: bytes) -> bool:
    """Tell whether a card begins on the line of the AGENT that it is the value of, and is not all folded."""
    if line[-8:].rstrip()[-5:].upper() != b"VCARD":
        return False
    at = line.upper().find(b"BEGIN", line.find(b":") + 1)
    return at > 0 and BESIDE.match(raw, position + at) is not None and is_inside(raw, position + at)


def _goes_on(
    raw: bytes, position: int, lines: tuple[bytes, bytes, bytes], opening: _Opening, *, has_crlf: bool
) -> bool:
    """Tell whether the middle one of `lines`, which stands there, belongs to the logical line that `opening` begins."""
    before, line, following = lines
    if line.isspace():
        return True
    if b":" not in line and opening.encoding == "b":
        return loose_base64.goes_on(line, following, raw, position)
    if before.rstrip().endswith(b"=") and (opening.encoding == "q" or opening.is_label):
        return True
    return has_crlf and bare_line_feed.goes_on(line, before)


def unfold(line: bytes) -> bytes:
    """Return a logical line in one: soft breaks, folds and the line end removed (RFC 6350 section 3.2, RFC 2045 6.7).

    After a soft break a space is text: in quoted-printable it is no fold. A card inside (AGENT) keeps its lines.
    """
    text = line.rstrip(b"\r\n")
    if b"\n" not in text and b"\r" not in text and not text.rstrip().endswith(b"="):
        return text
    head = _HEAD.match(line)
    if head is None and custom_types.in_head(line.partition(b":")[0]):
        line = _SOFT_BREAK.sub(b"", line)
        head = _HEAD.match(line)
    if head is None:
        return _FOLD.sub(b"", line).rstrip(b"\r\n")
    end = head.end()
    if _INNER.match(line, end) and AGENT.search(line, 0, end):
        inner = _NEWLINE.sub(b"\n", line[end:]).strip()
        return head[0] + (re.sub(rb"\n[ \t]", b"\n", inner) if _INDENTED.match(inner) else inner)
    encoding = _encoding(head[0])
    if encoding == "q":
        line = _SOFT_BREAK.sub(b"", line)
    line = _FOLD.sub(b"", line).rstrip(b"\r\n")
    return _NEWLINE.sub(b"", line) if encoding == "b" else line
