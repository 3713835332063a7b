r"""Unicode's normal forms (UAX #15), in time in proportion to the text.

`unicodedata.normalize` puts the marks behind a letter into their order by moving each past all that are to stand behind
it: a hundred thousand marks of two kinds in turn take a minute. Here the marks of a long run are sorted first.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

Form = Literal["NFC", "NFD", "NFKC", "NFKD"]
_SHORT: Final = 256
"""Characters of a text of which any order is quick."""
_RUN: Final = re.compile("(?:[^\\w\\s\x00-\u02ff]|[\uff9e\uff9f]){64,}+")
"""What may be marks, one after the other: a mark is no letter, digit or space, but two of Japanese count as letters."""

_MARKS: Final = re.compile(rb"[^\0]{2,}")
"""Classes of marks, which are not 0, one after the other."""
_PIECE: Final = 16 * 1024


def normalized(form: Form, text: str) -> str:
    """Return the text in a normal form, as `unicodedata.normalize` does."""
    if len(text) > _SHORT and not text.isascii():
        decomposed: Form = "NFKD" if "K" in form else "NFD"
        text = _RUN.sub(lambda run: _in_order(decomposed, run[0]), text)
    return unicodedata.normalize(form, text)


def _in_order(form: Form, run: str) -> str:
    """Return a run of characters, each decomposed by itself, with marks beside one another in their order."""
    decomposed = "".join(["".join([unicodedata.normalize(form, one) for one in piece]) for piece in _pieces(run)])
    classes = b"".join([bytes(map(unicodedata.combining, piece)) for piece in _pieces(decomposed)])
    ordered: list[str] = []
    done = 0
    for marks in _MARKS.finditer(classes):
        ordered += (decomposed[done : marks.start()], _marks_in_order(decomposed[marks.start() : marks.end()]))
        done = marks.end()
    return "".join((*ordered, decomposed[done:]))


def _marks_in_order(marks: str) -> str:
    by_class: dict[int, list[str]] = {}
    for piece in _pieces(marks):
        of_piece: dict[int, list[str]] = {}
        for mark in piece:
            of_piece.setdefault(unicodedata.combining(mark), []).append(mark)
        for number, some in of_piece.items():
            by_class.setdefault(number, []).append("".join(some))
    return "".join(["".join(by_class[number]) for number in sorted(by_class)])


def _pieces(text: str) -> Iterator[str]:
    """Cut a text: a character alone takes 80 octets, and what takes long leaves no other thread a turn."""
    return (text[at : at + _PIECE] for at in range(0, len(text), _PIECE))
