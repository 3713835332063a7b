r"""Unicode's normal forms (UAX #15), in time in proportion to the text.

`unicodedata.normalize` puts the marks behind a letter into their order by moving each past all that are to stand behind
it: a hundred thousand marks of two kinds in turn take a minute. Here the marks of a long run are sorted first.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Form = Literal["NFC", "NFD", "NFKC", "NFKD"]
_SHORT: Final = 256
"""Characters of a text of which any order is quick."""
_RUN: Final = re.compile("(?:[^\\w\\s\x00-\u02ff]|[\uff9e\uff9f]){64,}")
"""What may be marks, one after the other: a mark is no letter, digit or space, but two of Japanese count as letters."""


def normalized(form: Form, text: str) -> str:
    """Return the text in a normal form, as `unicodedata.normalize` does."""
    if len(text) > _SHORT and not text.isascii():
        decomposed: Form = "NFKD" if "K" in form else "NFD"
        text = _RUN.sub(lambda run: _in_order(decomposed, run[0]), text)
    return unicodedata.normalize(form, text)


def _in_order(form: Form, run: str) -> str:
    """Return a run of characters, each decomposed by itself, with marks beside one another in their order."""
    decomposed = "".join([unicodedata.normalize(form, character) for character in run])
    ordered: list[str] = []
    for are_marks, part in groupby(decomposed, key=lambda character: unicodedata.combining(character) > 0):
        characters = list(part)
        ordered += _marks_in_order(characters) if are_marks else characters
    return "".join(ordered)


def _marks_in_order(marks: Iterable[str]) -> list[str]:
    by_class: dict[int, list[str]] = {}
    for mark in marks:
        by_class.setdefault(unicodedata.combining(mark), []).append(mark)
    return [mark for number in sorted(by_class) for mark in by_class[number]]
