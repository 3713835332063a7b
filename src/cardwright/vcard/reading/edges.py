"""Where cards begin and end in a region of a file: the lines of BEGIN and END."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from cardwright.vcard.defects import RAW

BEGIN: Final = re.compile(rb"BEGIN[ \t]*:[ \t]*VCARD[ \t]*(?=[\r\n]|\Z)", re.IGNORECASE)
_JOINED: Final = rb"(?=BEGIN[ \t]*:[ \t]*VCARD[ \t]*(?:[\r\n]|\Z))"  # the line break between was lost
_END: Final = re.compile(rb"END[ \t]*:[ \t]*VCARD[ \t]*(?:\r*\n|\r|\Z|%b)" % _JOINED, re.IGNORECASE)
_VCARD: Final = re.compile(
    rb"VCARD(?:(?<=\nEND:VCARD)(\r?\n)|(?:(?<=\nBEGIN:VCARD)|(?<=\ABEGIN:VCARD))(?=\r?\n)()|)"
)  # nearly all are END or BEGIN on a line of their own, which are groups 1 and 2
_USUAL_END: Final = 1
_VALUE: Final = re.compile(rb":[ \t]*VCARD", re.IGNORECASE)
_KEY: Final = re.compile(rb"(?:BEGIN|END)[ \t]+\Z", re.IGNORECASE)
AGENT: Final = re.compile(rb"(?<![^\r\n])(?:[^\s:;]{1,50}\.)?AGENT(?:;[^\r\n:]*+)?:[ \t\r\n]*+\Z", re.IGNORECASE)
BESIDE: Final = re.compile(
    rb"BEGIN[ \t]*:[ \t]*VCARD[ \t]*(?:\r*\n|\r(?!\r*\n))(?![ \t])", re.IGNORECASE
)  # on AGENT's own line
BOM: Final = b"\xef\xbb\xbf"
BLANK: Final = b" \t\r\n\v\f\0\x1a" + BOM
"""What may stand between cards unmentioned: white space, the marks of files that were joined, the ends of DOS files."""


class Edge(NamedTuple):
    """Where a line of BEGIN or END stands; that of END ends with its line break, that of BEGIN before it."""

    start: int
    end: int
    is_begin: bool


_make: Final = tuple.__new__  # a third of the time of the named tuple's own


def edges_of(region: bytes) -> list[Edge]:
    """Return where cards begin and end: at the start of a line alone, never in a folded one."""
    upper = region.upper()
    edges: list[Edge] = []
    for match in _VCARD.finditer(upper):
        at = match.start()
        if match.lastindex == _USUAL_END:
            edges.append(_make(Edge, (at - 4, match.end(), False)))
        elif match.lastindex:
            edges.append(_make(Edge, (at - 6, at + 5, True)))
        elif upper[at - 1] in b": \t" and (edge := _edge(region, at)):
            edges.append(edge)
    return edges


def _edge(region: bytes, at: int) -> Edge | None:
    """Return the edge whose VCARD stands there, None where it is none."""
    colon = region.rfind(b":", max(at - RAW, 0), at)
    value = _VALUE.match(region, colon) if colon >= 0 else None
    if value is None or value.end() != at + 5:  # the colon is that of another line
        return None
    start = _key(region, colon)
    is_begin = region[start : start + 1] in b"Bb"
    if start == 0 or region[start - 1] in b"\r\n" or (is_begin and _is_as_good(region, start)):
        match = (BEGIN if is_begin else _END).match(region, start)
        return Edge(start, match.end(), is_begin) if match else None
    return None


def is_tidy(region: bytes, edges: list[Edge]) -> bool:
    """Say whether cards follow one another with nothing but blanks between, each with its END but the last."""
    done, inside = 0, False
    for start, end, is_begin in edges:
        if is_begin == inside or (is_begin and start != done and region[done:start].strip(BLANK)):
            return False
        done, inside = end, is_begin
    return inside or not region[done:].strip(BLANK)


def is_inside(text: bytes, begin: int) -> bool:
    """Tell whether the card that begins there is the value of a property."""
    start = max(begin - RAW, 0)
    return b"AGENT" in text[start:begin].upper() and AGENT.search(text, start, begin) is not None


def _key(text: bytes, colon: int) -> int:
    """Return where the BEGIN or END stands before that colon, else where the colon does."""
    word = text[max(colon - 5, 0) : colon].upper()
    if word == b"BEGIN":
        return colon - 5
    if word.endswith(b"END"):
        return colon - 3
    match = _KEY.search(text, max(colon - RAW, 0), colon) if word.endswith((b" ", b"\t")) else None
    return match.start() if match else colon


def _is_as_good(text: bytes, at: int) -> bool:
    """Tell whether BEGIN is not at the start of a line and begins a card.

    It does after a byte order mark or an END that lost its line break (files put together), and beside AGENT.
    """
    before = text[max(at - RAW, 0) : at]
    if before.endswith(BOM):
        before = before.removesuffix(BOM)
        if not before or before[-1] in b"\r\n":
            return True
    if before.endswith((b"D", b"d", b" ", b"\t")):
        last = max(before.rfind(b"\n"), before.rfind(b"\r")) + 1
        if _END.fullmatch(before, last):
            return True
    return before.rstrip(b" \t").endswith(b":") and BESIDE.match(text, at) is not None and is_inside(text, at)
