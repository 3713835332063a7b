"""A Bloom filter that grows: which keys were certainly never added, at nine octets a key and 32 MiB at most."""

from __future__ import annotations

from array import array
from random import Random
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_FIRST: Final = 1 << 13  # words of 64 bits, a power of two: 64 KiB, for the keys of two thousand contacts
_GROWTH: Final = 32
_LAST: Final = 1 << 22  # 32 MiB; a million contacts make one in some thousand of other keys look added
_LOAD: Final = 4 / 3  # words for each key, beyond which the next filter begins
_PATTERNS: Final = 1 << 8


def _patterns() -> tuple[list[int], list[int]]:
    """Return which bits of its word may stand for a key: three of the lower half, and two of the upper."""
    draw = Random(0).sample  # noqa: S311 - no secret: which bits go together
    lower, upper = ([sum(1 << bit for bit in draw(range(32), bits)) for _ in range(_PATTERNS)] for bits in (3, 2))
    return lower, [bits << 32 for bits in upper]


class BloomFilter:
    """Says of a key "never added" or "maybe"; after "maybe" the store is asked.

    All bits of a key stand in one word ("blocked"). A filter that is full stays as it is, and one of 32 times its
    size takes what comes next; the largest is filled further, so that memory stays flat.
    """

    def __init__(self) -> None:
        self._lower, self._upper = _patterns()
        self._full: list[tuple[array[int], int]] = []
        self._words, self._room = _empty(_FIRST)

    def add(self, keys: Iterable[str]) -> bool:
        """Add keys, and say whether one of them may have been added before; when not, none of them was."""
        words, room, full = self._words, self._room, self._full
        lower, upper = self._lower, self._upper
        last = len(words) - 1
        seen = False
        for key in keys:
            hashed = hash(key)
            bits, place = lower[hashed & 255] | upper[hashed >> 8 & 255], hashed >> 16
            for one, mask in full:
                if one[place & mask] & bits == bits:
                    seen = True
                    break
            else:
                at = place & last
                before = words[at]
                after = before | bits
                if after == before:
                    seen = True
                    continue
                words[at] = after
                room -= 1
                if room < 0:
                    full.append((words, last))
                    words, room = _empty(min(len(words) * _GROWTH, _LAST))
                    last = len(words) - 1
        self._words, self._room = words, room
        return seen


def _empty(words: int) -> tuple[array[int], float]:
    """Return so many words, and how many keys they are for."""
    return array("Q", bytes(8)) * words, words / _LOAD if words < _LAST else float("inf")
