"""Which keys a campaign certainly does not have yet, in memory that does not grow with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_BITS: Final = 28  # 32 MiB; a million contacts make one in a thousand of other keys look familiar
_MASK: Final = (1 << _BITS) - 1
_BYTES: Final = 1 << _BITS - 3


class Seen:
    """A Bloom filter with two bits for each mark: what was added may be here, what is not here was not added."""

    def __init__(self) -> None:
        self._octets = bytearray(_BYTES)

    def add(self, marks: Iterable[object]) -> None:
        """Take the marks of somebody who is there."""
        octets = self._octets
        for mark in marks:
            hashed = hash(mark)
            first, second = hashed & _MASK, hashed >> _BITS & _MASK
            octets[first >> 3] |= 1 << (first & 7)
            octets[second >> 3] |= 1 << (second & 7)

    def may_hold(self, marks: Iterable[object]) -> bool:
        """Say whether one of the marks may have been added; when not, none of them was."""
        octets = self._octets
        for mark in marks:
            hashed = hash(mark)
            first, second = hashed & _MASK, hashed >> _BITS & _MASK
            if octets[first >> 3] >> (first & 7) & octets[second >> 3] >> (second & 7) & 1:
                return True
        return False
