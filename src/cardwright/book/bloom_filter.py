"""A Bloom filter that grows: which keys were certainly never added, in 32 MiB at most."""

from __future__ import annotations

from array import array
from random import Random
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_FIRST: Final = 1 << 13  # words of 64 bits, a power of two: 64 KiB, for the keys of a thousand contacts
_GROWTH: Final = 32
_LAST: Final = 1 << 22  # 32 MiB; a million contacts make one in a thousand of other keys look added
_LOAD: Final = 2  # words for each key at least, else it grows
_PATTERNS: Final = 1 << 8


def _patterns() -> tuple[list[int], list[int]]:
    """Return which bits of its word may stand for a key: three of the lower half, and two of the upper."""
    draw = Random(0).sample  # noqa: S311 - no secret: which bits go together
    lower, upper = ([sum(1 << bit for bit in draw(range(32), bits)) for _ in range(_PATTERNS)] for bits in (3, 2))
    return lower, [bits << 32 for bits in upper]


class BloomFilter:
    """Says of a key "never added" or "maybe"; after "maybe" the store is asked.

    All bits of a key stand in one word ("blocked"). A filter that is full is repeated until it has 32 times its size: a
    key is found at each place that its own was repeated to. So there is one place to look at, however far it has grown.
    The largest is filled further, so that memory stays flat.
    """

    def __init__(self) -> None:
        self._lower, self._upper = _patterns()
        self._words = array("Q", bytes(8)) * _FIRST
        self._room = _room(_FIRST)

    def add(self, keys: Iterable[str]) -> bool:
        """Add keys, and say whether one of them may have been added before; when not, none of them was."""
        words, room = self._words, self._room
        lower, upper = self._lower, self._upper
        last = len(words) - 1
        seen = False
        for key in keys:
            hashed = hash(key)
            bits, place = lower[hashed & 255] | upper[hashed >> 8 & 255], hashed >> 16 & last
            before = words[place]
            after = before | bits
            if after == before:
                seen = True
                continue
            words[place] = after
            room -= 1
            if room < 0:
                words *= min(_GROWTH, _LAST // len(words))
                room, last = _room(len(words)), len(words) - 1
        self._words, self._room = words, room
        return seen


def _room(words: int) -> float:
    """Return how many keys may be added to so many words until they are full."""
    return words / _LOAD if words < _LAST else float("inf")
