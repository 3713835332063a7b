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

    def add(self, marks: Iterable[str]) -> bool:
        """Add marks, and say whether one of them may have been added before; when not, none of them was."""
        octets, known = self._octets, 0
        for mark in marks:
            hashed = hash(mark)
            first, second = hashed & _MASK, hashed >> _BITS & _MASK
            bit, other = 1 << (first & 7), 1 << (second & 7)
            known |= octets[first >> 3] & bit and octets[second >> 3] & other
            octets[first >> 3] |= bit
            octets[second >> 3] |= other
        return known != 0
