"""Which keys a campaign certainly does not have yet, in memory that does not grow with it."""

from __future__ import annotations

from array import array
from random import Random
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORDS: Final = 1 << 22  # 32 MiB; a million contacts make one in three thousand of other keys look familiar
_WORD: Final = 64  # bits
_BITS: Final = 5  # of a word, for each mark
_PATTERNS: Final = 1 << 12


class Seen:
    """A Bloom filter, each mark in one word of it: what was added may be here, what is not here was not added."""

    def __init__(self) -> None:
        draw = Random(0)  # noqa: S311 - no secret: which bits go together
        self._words = array("Q", bytes(_WORD // 8 * _WORDS))
        self._patterns = [sum(1 << bit for bit in draw.sample(range(_WORD), _BITS)) for _ in range(_PATTERNS)]

    def add(self, marks: Iterable[str]) -> bool:
        """Add marks, and say whether one of them may have been added before; when not, none of them was."""
        words, patterns, known = self._words, self._patterns, False
        for mark in marks:
            hashed = hash(mark)
            at = hashed // _PATTERNS % _WORDS
            before = words[at]
            after = before | patterns[hashed % _PATTERNS]
            if after == before:
                known = True
            else:
                words[at] = after
        return known
