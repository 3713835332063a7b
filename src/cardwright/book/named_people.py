"""Whom a file names by UID: what tells two contacts apart that have the same name and the same address or number."""

from __future__ import annotations


class NamedPeople:
    """The contacts that rows of one file with a UID of their own have made, or found by it.

    Another row of the file with another UID is none of them, whatever both have in common: the file says that they are
    two, as a backup of ours does. A bit each, by their numbers.
    """

    def __init__(self) -> None:
        self._bits = bytearray()

    def add(self, number: int) -> None:
        """Take note of a contact."""
        place = number >> 3
        if place >= len(self._bits):
            self._bits.extend(bytes(place + 1 - len(self._bits)))
        self._bits[place] |= 1 << (number & 7)

    def __contains__(self, number: int) -> bool:
        """Tell whether a row with a UID has named the contact."""
        place = number >> 3
        return place < len(self._bits) and bool(self._bits[place] >> (number & 7) & 1)

    def clear(self) -> None:
        """Begin with another file."""
        self._bits.clear()
