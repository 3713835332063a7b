"""The bounds of the reader, in the form of the program's table of limits, which this package does not know."""

from __future__ import annotations

from typing import Final, NamedTuple


class Bound(NamedTuple):
    """One bound on a size, a count or a depth."""

    value: int
    unit: str
    what: str
    """What is bounded, as a reader of the documentation looks for it."""
    beyond: str
    """What happens beyond it; a code is that of a defect."""


CARD: Final = Bound(16 * 1024 * 1024, "octets", "in one card", "nothing of it is read (V14)")
LINES: Final = Bound(
    10_000, "lines", "of properties in one card", "those after them are kept, and not understood (V13)"
)
LINE_AVERAGE: Final = Bound(
    16,
    "octets",
    "in each line on average, with its break, where a card has more than 10,000, however they are folded",
    "those after as many as that gives are kept, and not understood (V13)",
)
DEPTH: Final = Bound(10, "cards", "inside one another (AGENT)", "the inner one is taken for a card of its own (V12)")
DEFECTS: Final = Bound(1_000, "defects", "told one by one between two cards", "one more says that there are more (V18)")
SHOWN: Final = Bound(200, "octets", "of a line, in what is told of a defect", "the rest is cut off; the card keeps it")


def table() -> dict[str, Bound]:
    """Return the bounds by name, in the order of this module."""
    return {name: row for name, row in globals().items() if isinstance(row, Bound)}
