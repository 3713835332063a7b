"""A file to the octets of its cards, and a card to its lines; what is inside them is the reader's business."""

from __future__ import annotations

import io
import re
from itertools import chain, pairwise
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from cardwright.vcard import bounds
from cardwright.vcard.defects import RAW, Defect
from cardwright.vcard.quirks import bare_line_feed, custom_types, loose_base64

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

CARD_LIMIT: Final = bounds.CARD.value
LINE_LIMIT: Final = bounds.LINES.value
DEPTH_LIMIT: Final = bounds.DEPTH.value
DEFECT_LIMIT: Final = bounds.DEFECTS.value
_CHUNK: Final = 1 << 20
_BLOCK: Final = 1 << 16

_BEGIN: Final = re.compile(rb"BEGIN[ \t]*:[ \t]*VCARD[ \t]*(?=[\r\n]|\Z)", re.IGNORECASE)
_JOINED: Final = rb"(?=BEGIN[ \t]*:[ \t]*VCARD[ \t]*(?:[\r\n]|\Z))"  # the line break between was lost
_END: Final = re.compile(rb"END[ \t]*:[ \t]*VCARD[ \t]*(?:\r*\n|\r|\Z|%b)" % _JOINED, re.IGNORECASE)
_VALUE: Final = re.compile(rb":[ \t]*VCARD", re.IGNORECASE)
_KEY: Final = re.compile(rb"(?:BEGIN|END)[ \t]+\Z", re.IGNORECASE)
_EDGE: Final = re.compile(rb"(BEGIN|END)[ \t]*:[ \t]*VCARD[ \t]*[\r\n]*", re.IGNORECASE)
_AGENT: Final = re.compile(rb"(?<![^\r\n])(?:[^\s:;]{1,50}\.)?AGENT(?:;[^\r\n:]*+)?:[ \t\r\n]*+\Z", re.IGNORECASE)
_INNER: Final = re.compile(rb"[ \t]*[\r\n]*BEGIN[ \t]*:[ \t]*VCARD[ \t]*[\r\n]", re.IGNORECASE)
_BESIDE: Final = re.compile(
    rb"BEGIN[ \t]*:[ \t]*VCARD[ \t]*(?:\r*\n|\r(?!\r*\n))(?![ \t])", re.IGNORECASE
)  # on AGENT's own line
_INDENTED: Final = re.compile(rb"[^\n]*\n[ \t]")
_INDENT: Final = (
    re.compile(  # of the first card: before BEGIN, or before the property after it, where nothing is folded
        rb"(?<![^\r\n])(?:([ \t]++)(?=BEGIN:VCARD[ \t]*[\r\n])|BEGIN:VCARD[ \t]*[\r\n]++([ \t]*+)[\w.-]+[:;])",
        re.IGNORECASE,
    )
)
_MARGIN: Final = rb"(?<![^\r\n])(?:%b|[ \t]++(?=(?:BEGIN|END):VCARD))"
_USUAL: Final = b"BEGIN:VCARD\r\nVERSION:"
_BOM: Final = b"\xef\xbb\xbf"
_BLANK: Final = b" \t\r\n\v\f\0\x1a" + _BOM
"""What may stand between cards unmentioned: white space, the marks of files that were joined, the ends of DOS files."""


class Piece(NamedTuple):
    """One card as it stands in the file."""

    raw: bytes
    line: int
    defects: tuple[Defect, ...]
    is_nested: bool
    """Whether another card is inside (AGENT)."""


class _Edge(NamedTuple):
    start: int
    end: int
    is_begin: bool


class Scanner:
    """The pieces of one file, which is read as far as the next card needs."""

    def __init__(self, source: BinaryIO) -> None:
        start = source.read(_CHUNK)
        self._source = source
        self._line = 1
        self._defects: list[Defect] = []
        self._skipping = False  # the rest of a card that is too large
        if start[:2] in {b"\xff\xfe", b"\xfe\xff", b"B\0", b"\0B"}:
            charset = {b"B\0": "utf-16-le", b"\0B": "utf-16-be"}.get(start[:2], "utf-16")
            start = (start + source.read()).decode(charset, "replace").encode()
            self._source = io.BytesIO()
            self._defects.append(Defect("V15", 1))
        start = start.removeprefix(_BOM)
        if not start.startswith(_USUAL) and (indent := _indent(start)):
            margin = re.compile(_MARGIN % re.escape(indent), re.IGNORECASE)
            start = margin.sub(b"", start + self._source.read())
            self._defects.append(Defect("V20", 1))
        self._rest = start

    def __iter__(self) -> Iterator[Piece]:
        """Give the cards in their order; each takes along what was wrong before it."""
        more = self._rest
        while True:
            size = _whole_lines(self._rest) if more else len(self._rest)
            used = yield from self._cards(self._rest[:size], is_last=not more)
            self._rest = self._rest[used:]
            if not more:
                return
            if len(self._rest) > CARD_LIMIT:
                yield from self._give_up()
            more = self._source.read(max(_CHUNK, len(self._rest)))
            self._rest += more

    @property
    def defects(self) -> list[Defect]:
        """What is wrong after the last card."""
        return self._defects

    def _cards(self, region: bytes, *, is_last: bool) -> Generator[Piece, None, int]:
        """Give the cards of `region`; return how much of it is done with."""
        edges = _edges(region)
        done = at = 0
        while at < len(edges):
            edge = edges[at]
            if not edge.is_begin:
                self._junk(region[done : edge.start])
                self._stray_end(region[edge.start : edge.end])
                done = edge.end
                at += 1
                continue
            last, is_closed = self._closing(region, edges, at)
            if last == len(edges) and not is_last:
                break
            last = last if is_closed else min(last, at + 1)  # an inner card (AGENT) stands alone then
            self._junk(region[done : edge.start])
            end = edges[last].end if is_closed else edges[last].start if last < len(edges) else len(region)
            if not is_closed:
                self._tell("V02", self._line, region[edge.start : edge.end])
            yield self._piece(region[edge.start : end], is_nested=is_closed and last > at + 1)
            done = end
            at = last + is_closed
        else:
            self._junk(region[done:])
            done = len(region)
        return done

    def _closing(self, region: bytes, edges: list[_Edge], at: int) -> tuple[int, bool]:
        """Return the index of the END of the card begun at `at` and True, or where it breaks off and False."""
        depth = 1
        for index in range(at + 1, len(edges)):
            edge = edges[index]
            if not edge.is_begin:
                depth -= 1
                if not depth:
                    return index, True
            elif not _is_inside(region, edge.start):
                return index, False
            elif depth == DEPTH_LIMIT:
                self._tell("V12", self._line, region[edge.start : edge.end])
                return index, False
            else:
                depth += 1
        return len(edges), False

    def _piece(self, raw: bytes, *, is_nested: bool) -> Piece:
        if len(raw) > CARD_LIMIT:
            piece = self._too_large(raw)
        else:
            piece = Piece(raw, self._line, tuple(self._defects), is_nested)
            self._defects = []
        self._line += count_lines(raw)
        self._skipping = False
        return piece

    def _tell(self, code: str, line: int, raw: bytes) -> None:
        if len(self._defects) < DEFECT_LIMIT:
            self._defects.append(Defect(code, line, raw))
        elif len(self._defects) == DEFECT_LIMIT:
            self._defects.append(Defect("V18", line, raw))

    def _give_up(self) -> Iterator[Piece]:
        """Leave out what is larger than a card may be: a card, or a line between cards."""
        if _BEGIN.match(self._rest):
            yield self._too_large(self._rest)
            self._line += count_lines(self._rest)
        else:
            self._junk(self._rest)
        self._rest = b""
        self._skipping = True

    def _too_large(self, raw: bytes) -> Piece:
        defects = (*self._defects, Defect("V14", self._line, raw[:RAW]))
        self._defects = []
        return Piece(b"", self._line, defects, is_nested=False)

    def _junk(self, text: bytes) -> None:
        if not text:
            return
        if not self._skipping and (junk := text.lstrip(_BLANK)):
            skipped = count_lines(text[: len(text) - len(junk)])
            self._tell("V01", self._line + skipped, junk[:RAW].rstrip(_BLANK))
        self._line += count_lines(text)

    def _stray_end(self, text: bytes) -> None:
        if not self._skipping:
            self._tell("V03", self._line, text)
        self._skipping = False
        self._line += count_lines(text)


def _indent(text: bytes) -> bytes:
    """Return what every line begins with that is indented like the first card, as in a mail or a program's text."""
    found = _INDENT.search(text)
    return (found[1] or found[2] or b"") if found else b""


def _is_inside(text: bytes, begin: int) -> bool:
    """Tell whether the card that begins there is the value of a property."""
    return _AGENT.search(text, max(begin - RAW, 0), begin) is not None


_RETURNS: Final = re.compile(rb"(?<!\r)\r++(?!\n)")


def count_lines(text: bytes) -> int:
    """Return how many lines end in `text`: with LF and any CR before it, or with a CR of its own."""
    lines = text.count(b"\n")
    if text.count(b"\r") != lines:
        lines += sum(run.end() - run.start() for run in _RETURNS.finditer(text))  # one by one: there may be millions
    return lines


def _whole_lines(text: bytes) -> int:
    """Return where the last line ends that certainly ends in `text`: a last CR may be half a line end."""
    return max(text.rfind(b"\n"), text.rfind(b"\r", 0, len(text) - 1)) + 1


def _edges(region: bytes) -> list[_Edge]:
    """Return where cards begin and end: at the start of a line alone, never in a folded one."""
    found = []
    for value in _VALUE.finditer(region):
        start = _key(region, value.start())
        is_begin = region[start : start + 1] in b"Bb"
        if start == 0 or region[start - 1] in b"\r\n" or (is_begin and _is_as_good(region, start)):
            match = (_BEGIN if is_begin else _END).match(region, start)
            if match:
                found.append(_Edge(start, match.end(), is_begin))
    return found


def _key(text: bytes, colon: int) -> int:
    """Return where the BEGIN or END stands before that colon, else where the colon does."""
    word = text[max(colon - 5, 0) : colon].upper()
    if word == b"BEGIN":
        return colon - 5
    if word.endswith(b"END"):
        return colon - 3
    found = _KEY.search(text, max(colon - RAW, 0), colon) if word.endswith((b" ", b"\t")) else None
    return found.start() if found else colon


def _is_as_good(text: bytes, at: int) -> bool:
    """Tell whether BEGIN is not at the start of a line and begins a card.

    It does after a byte order mark or an END that lost its line break (files put together), and beside AGENT.
    """
    before = text[max(at - RAW, 0) : at]
    if before.endswith(_BOM):
        before = before.removesuffix(_BOM)
        if not before or before[-1] in b"\r\n":
            return True
    if before.endswith((b"D", b"d", b" ", b"\t")):
        last = max(before.rfind(b"\n"), before.rfind(b"\r")) + 1
        if _END.fullmatch(before, last):
            return True
    return before.rstrip(b" \t").endswith(b":") and _BESIDE.match(text, at) is not None and _is_inside(text, at)


# Lines. A logical line is one property with its folds, soft breaks and the empty lines after it.

_HEAD: Final = re.compile(rb'(?:[^":\r\n]++|"[^"\r\n]*+"|"|\r?\n[ \t]|\r[ \t])*+:')
_QUOTED: Final = re.compile(rb';[ \t]*(?:ENCODING[ \t]*=[ \t]*)?"?QUOTED-PRINTABLE"?[ \t]*[;:]', re.IGNORECASE)
_BASE64: Final = re.compile(rb';[ \t]*(?:ENCODING[ \t]*=[ \t]*)?"?(?:BASE64|B)"?[ \t]*[;:]', re.IGNORECASE)
_SOFT_BREAK: Final = re.compile(rb"=[ \t]*(?:\r*\n|\r)")
_FOLD: Final = re.compile(rb"(?<![\r\n])[\r\n]++[ \t]")  # with what begins a run alone, it is linear
_NEWLINE: Final = re.compile(rb"\r++\n?|\n")
_HEAD_LIMIT: Final = 2_000


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
    head = _FOLD.sub(b"", head)
    return "q" if _QUOTED.search(head) else "b" if _BASE64.search(head) else ""


def split(raw: bytes) -> list[bytes]:
    """Return the logical lines of one card as they stand, BEGIN and END among them; joined they are `raw`.

    What comes after the limit is given as one.
    """
    starts: list[int] = []
    position = depth = 0
    has_crlf = bare_line_feed.is_strange(raw)
    opening, before = _Opening(b""), b""
    for line, following in pairwise(chain(_physical(raw), [b"\n"])):
        edge = _EDGE.fullmatch(line) if line[0] in b"bBeE" else None
        is_begin = edge is not None and edge[1].upper() == b"BEGIN"
        if depth:
            depth += 1 if is_begin or _begins_beside(raw, position, line) else -1 if edge else 0
        elif is_begin and starts and _is_inside(raw, position):
            depth = 1
        elif starts and not edge and _goes_on(line, opening, before, following, has_crlf=has_crlf):
            opening.extend(line)
        else:
            if len(starts) > LINE_LIMIT:
                break
            starts.append(position)
            opening = _Opening(line)
            depth = int(_begins_beside(raw, position, line))
        position += len(line)
        before = line
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
    at = line.upper().find(b"BEGIN", line.find(b":") + 1)
    return at > 0 and _BESIDE.match(raw, position + at) is not None and _is_inside(raw, position + at)


def _goes_on(line: bytes, opening: _Opening, before: bytes, following: bytes, *, has_crlf: bool) -> bool:
    """Tell whether `line`, between two others, belongs to the logical line that `opening` begins."""
    if line[0] in b" \t" or line.isspace():
        return True
    if opening.encoding == "b":
        return loose_base64.goes_on(line, following)
    if before.rstrip().endswith(b"=") and (opening.encoding == "q" or opening.is_label):
        return True
    return has_crlf and bare_line_feed.goes_on(line, before)


def unfold(line: bytes) -> bytes:
    """Return a logical line in one: soft breaks, folds and the line end removed (RFC 6350 section 3.2, RFC 2045 6.7).

    After a soft break a space is text: in quoted-printable it is no fold. A card inside (AGENT) keeps its lines.
    """
    head = _HEAD.match(line)
    if head is None and custom_types.in_head(line.partition(b":")[0]):
        line = _SOFT_BREAK.sub(b"", line)
        head = _HEAD.match(line)
    if head is None:
        return _FOLD.sub(b"", line).rstrip(b"\r\n")
    end = head.end()
    if _INNER.match(line, end) and _AGENT.search(line, 0, end):
        inner = _NEWLINE.sub(b"\n", line[end:]).strip()
        return head[0] + (re.sub(rb"\n[ \t]", b"\n", inner) if _INDENTED.match(inner) else inner)
    encoding = _encoding(head[0])
    if encoding == "q":
        line = _SOFT_BREAK.sub(b"", line)
    line = _FOLD.sub(b"", line).rstrip(b"\r\n")
    return _NEWLINE.sub(b"", line) if encoding == "b" else line
