"""The cards of a jCard file, one after another, in bounded memory (RFC 7095 section 3.2)."""

from __future__ import annotations

import json
import re
from itertools import accumulate, islice
from typing import IO, TYPE_CHECKING, Final, NamedTuple

from cardwright.limits import JCARD_DEPTH, JCARD_VALUES
from cardwright.vcard import bounds

if TYPE_CHECKING:
    from collections.abc import Iterator

CHUNK: Final = 256 * 1024
"""Characters that are read at once; what is wrong with a value costs a search through what stands before it."""
_ONE_CARD: Final = re.compile(r'\s*\[\s*"vcard"')
_BETWEEN: Final = re.compile(r"[\s,]*")
_INSIDE: Final = r'(?:[^"\\]++|\\.)*+'
_REST: Final = re.compile(_INSIDE + '("?)', re.DOTALL)
_STRING: Final = re.compile(f'"{_INSIDE}("?)', re.DOTALL)
_MARK: Final = re.compile(rf'"{_INSIDE}"?|([\[\]{{}}])', re.DOTALL)
_BRACKET: Final = re.compile(r"[\[\]{}]")
_STEP: Final = {"[": 1, "{": 1, "]": -1, "}": -1}
_SHORT: Final = 64
"""Characters of a number or a name of JSON: one that is cut off by the end of a chunk is no longer."""


class Unread(NamedTuple):
    """What stands in the place of a card that is not read."""

    reason: str


def elements(file: IO[str]) -> Iterator[object]:
    """Give the cards of an array of cards, or the one that stands alone, as `json` reads them.

    One that is too large, or is no JSON between its brackets, comes as `Unread`, and so does the rest of a file that
    is not whole. Nearly all are decoded where they stand; one that the end of a chunk cuts is looked through first.
    """
    text = file.read(CHUNK)
    decode = json.JSONDecoder().raw_decode
    is_one = _ONE_CARD.match(text) is not None
    at = 0 if is_one else text.index("[") + 1
    while True:
        at = _between(text, at)
        if text[at : at + 1] == "]":
            return
        try:
            element, at = decode(text, at)
        except (ValueError, RecursionError):
            if text[at : at + 1] in ("[", "{"):
                element, text, at = _looked_through(text, at, file)
            elif len(text) - at < _SHORT and (more := file.read(CHUNK)):
                text, at = text[at:] + more, 0
                continue
            else:
                yield Unread(_ENDS if len(text) - at < _SHORT else _NO_JSON)
                return
        yield element
        if is_one or not text:
            return


TOO_LARGE: Final = f"a card has at most {bounds.CARD.value // 1024**2} MiB"
_ENDS: Final = "the file ends here, in the middle of its JSON"
_NO_JSON: Final = "the rest of the file is no JSON"
_BROKEN: Final = "its JSON is broken"


def _between(text: str, at: int) -> int:
    match = _BETWEEN.match(text, at)
    return match.end() if match else at


def _looked_through(text: str, at: int, file: IO[str]) -> tuple[object, str, int]:
    """Return the value that begins there, and the text in which it ends, with the place; no text where none follows.

    What is looked at doubles: of a value that is broken in its first line no more than a little is.
    """
    seen, size = _Seen(), _SHORT
    while not seen.is_whole:
        part = text[at : at + size]
        if len(part) < size:
            more = file.read(CHUNK)
            if not more and part in ("", "\\"):
                return Unread(seen.reason or _ENDS), "", 0
            text, at = part + more, 0
            part = text[:size]
        at += seen.look(part)
        size = min(2 * size, CHUNK)
    return seen.value(), text, at


class _Seen:
    """What was seen of one value: its text, until that is too much, and how deep its end stands in brackets."""

    def __init__(self) -> None:
        self.reason = ""
        """Why it is not read."""
        self.is_whole = False
        """Whether its end was seen."""
        self._kept: list[str] = []
        self._size = 0
        self._values = 0
        self._depth = 0
        self._in_string = False

    def look(self, text: str) -> int:
        """Look through what comes next, and return how much of it is done with: up to the end of the value.

        A backslash that comes last is not: what it stands before comes with the next.
        """
        text = text[: len(text) - (len(text) - len(text.rstrip("\\"))) % 2]
        start = 0
        if self._in_string and (rest := _REST.match(text)):
            start, self._in_string = rest.end(), not rest[1]
        bare, strings = _STRING.subn(r"\1", text[start:])
        self._in_string = self._in_string or strings > bare.count('"')
        brackets = _BRACKET.findall(bare)
        depths = list(accumulate(map(_STEP.__getitem__, brackets), initial=self._depth))
        if 0 in depths[1:]:
            self.is_whole = True
            depths = depths[: depths.index(0, 1) + 1]
            last = len(depths) - 2
            text = text[: _nth((mark for mark in _MARK.finditer(text, start) if mark[1]), last)]
            bare = bare[: _nth(_BRACKET.finditer(bare), last)]
        opened = (len(depths) - 1 + depths[-1] - self._depth) // 2
        self._depth = depths[-1]
        self._keep(text, opened + bare.count(","), max(depths))
        return len(text)

    def value(self) -> object:
        """Return the value, or why there is none."""
        if self.reason:
            return Unread(self.reason)
        text = "".join(self._kept)
        self._kept.clear()
        try:
            return json.loads(text)
        except ValueError:
            return Unread(_BROKEN)

    def _keep(self, text: str, values: int, depth: int) -> None:
        self._size += len(text)
        self._values += values
        if self._size > bounds.CARD.value:
            self.reason = TOO_LARGE
        elif self._values > JCARD_VALUES.value:
            self.reason = f"a jCard has at most {JCARD_VALUES.value:,} values, lists and parameters"
        elif depth > JCARD_DEPTH.value:
            self.reason = f"a jCard has at most {JCARD_DEPTH.value} brackets within each other"
        if self.reason:
            self._kept.clear()
        else:
            self._kept.append(text)


def _nth(matches: Iterator[re.Match[str]], at: int) -> int:
    """Return where that one ends, counted from 0."""
    return next(islice(matches, at, None)).end()
