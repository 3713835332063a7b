"""A text that depends on a number."""

from __future__ import annotations

from typing import NamedTuple


class Plural(NamedTuple):
    """The forms of a text, by its value `n`."""

    one: str
    other: str
    none: str | None = None
    """For 0, where that is not `other`."""

    def of(self, n: int) -> str:
        """Return the form for a number."""
        if n == 0 and self.none is not None:
            return self.none
        return self.one if n == 1 else self.other
