"""Finds the cards of a file: where each begins and ends, and what stands between them (RFC 6350 section 3.3).

```abnf
file  = *( blank / junk ) *( card *( blank / junk ) )
card  = *begin begin *line end               ; `end` may be missing: the next `begin`, or the file, ends the card
begin = "BEGIN" *WSP ":" *WSP "VCARD" *WSP newline
end   = "END" *WSP ":" *WSP "VCARD" *WSP ( newline / *CR LF / &begin )
inner = [group "."] "AGENT" *( ";" parameter ) ":" *WSP [newline] card     ; a card as the value of a property
blank = WSP / CR / LF / VT / FF / NUL / SUB / byte-order-mark
```

BEGIN and END count at the start of a line alone; where a region is not tidy (junk, an END missing), lines of BEGIN and
END that are folded or indented are set right, and it is looked at again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from cardwright.vcard import bounds
from cardwright.vcard.defects import RAW, Defect
from cardwright.vcard.quirks import folded_edges, indented_card
from cardwright.vcard.reading.edges import BEGIN, BLANK, Edge, edges_of, is_inside, is_tidy
from cardwright.vcard.reading.sources import CHUNK, opened, whole_lines

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

CARD_LIMIT: Final = bounds.CARD.value
DEFECT_LIMIT: Final = bounds.DEFECTS.value
DEPTH_LIMIT: Final = bounds.DEPTH.value
_make: Final = tuple.__new__  # a third of the time of the named tuple's own


class Piece(NamedTuple):
    """One card as it stands in the file."""

    raw: bytes
    line: int
    defects: tuple[Defect, ...]
    is_nested: bool
    """Whether another card is inside (AGENT)."""


class Scanner:
    """The pieces of one file, which is read as far as the next card needs."""

    def __init__(self, source: BinaryIO) -> None:
        self._rest, self._source, self._defects = opened(source)
        self._line = 1
        self._skipping = False  # the rest of a card that is too large

    def __iter__(self) -> Iterator[Piece]:
        """Give the cards in their order; each takes along what was wrong before it."""
        more = self._rest
        while True:
            size = whole_lines(self._rest) if more else len(self._rest)
            region, edges = self._mended(self._rest[:size])
            self._rest = region + self._rest[size:]
            used = yield from self._cards(region, edges, is_last=not more)
            self._rest = self._rest[used:]
            if not more:
                return
            if len(self._rest) > CARD_LIMIT:
                yield from self._give_up()
            more = self._source.read(max(CHUNK, len(self._rest)))
            self._rest += more

    @property
    def defects(self) -> list[Defect]:
        """What is wrong after the last card."""
        return self._defects

    def _mended(self, region: bytes) -> tuple[bytes, list[Edge]]:
        """Return `region` and its edges, lines of BEGIN and END set right where it is not tidy."""
        edges = edges_of(region)
        if is_tidy(region, edges):
            return region, edges
        mended = indented_card.dedented(folded_edges.unfolded(region))
        if mended == region:
            return region, edges
        self._tell("V21", self._line, region[:RAW])
        return mended, edges_of(mended)

    def _cards(self, region: bytes, edges: list[Edge], *, is_last: bool) -> Generator[Piece, None, int]:
        """Give the cards of `region`; return how much of it is done with."""
        done = at = 0
        while at < len(edges):
            edge = edges[at]
            if not edge.is_begin:
                self._junk(region[done : edge.start])
                self._stray_end(region[edge.start : edge.end])
                done = edge.end
                at += 1
                continue
            if at + 1 < len(edges) and not edges[at + 1].is_begin:  # nearly always
                last, is_closed = at + 1, True
            else:
                last, is_closed = self._closing(region, edges, at)
            if last == len(edges) and not is_last:
                break
            last = last if is_closed else min(last, at + 1)  # an inner card (AGENT) stands alone then
            if edge.start > done:
                self._junk(region[done : edge.start])
            if not is_closed and last < len(edges) and not region[edge.end : edges[last].start].strip(BLANK):
                self._stray_begin(region[edge.start : edges[last].start])
                done = edges[last].start
                at = last
                continue
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

    def _closing(self, region: bytes, edges: list[Edge], at: int) -> tuple[int, bool]:
        """Return the index of the END of the card begun at `at` and True, or where it breaks off and False."""
        depth = 1
        for index in range(at + 1, len(edges)):
            edge = edges[index]
            if not edge.is_begin:
                depth -= 1
                if not depth:
                    return index, True
            elif not is_inside(region, edge.start):
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
            piece = _make(Piece, (raw, self._line, tuple(self._defects) if self._defects else (), is_nested))
            if self._defects:
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
        if BEGIN.match(self._rest):
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
        if not self._skipping and (junk := text.lstrip(BLANK)):
            skipped = count_lines(text[: len(text) - len(junk)])
            self._tell("V01", self._line + skipped, junk[:RAW].rstrip(BLANK))
        self._line += count_lines(text)

    def _stray_begin(self, text: bytes) -> None:
        self._tell("V02", self._line, text[:RAW].rstrip(BLANK))
        self._skipping = False
        self._line += count_lines(text)

    def _stray_end(self, text: bytes) -> None:
        if not self._skipping:
            self._tell("V03", self._line, text)
        self._skipping = False
        self._line += count_lines(text)


_RETURNS: Final = re.compile(rb"(?<!\r)\r++(?!\n)")


def count_lines(text: bytes) -> int:
    """Return how many lines end in `text`: with LF and any CR before it, or with a CR of its own."""
    lines, returns = text.count(b"\n"), text.count(b"\r")
    if returns and returns != lines:
        lines += sum(run.end() - run.start() for run in _RETURNS.finditer(text))  # one by one: there may be millions
    return lines
