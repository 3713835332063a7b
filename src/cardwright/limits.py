"""Every limit of Cardwright, one table: how much, of what, and what is answered beyond it.

A limit stands here once; the code takes its `value` from here, and `docs/reference/limits.md` is generated from it.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Limit(NamedTuple):
    """One bound on a size, a count, a depth or a time."""

    value: int
    unit: str
    """`octets`, `characters`, `seconds`, or what is counted."""
    what: str
    """What is bounded, as a reader of the documentation looks for it."""
    beyond: str
    """What happens beyond it: a status, an error code, or a sentence."""


# Requests, before a surface sees them
REQUEST_DRAIN: Final = Limit(
    1024 * 1024, "octets", "of a refused body, read so that the client gets the answer", "the connection closes"
)

# What is costly has places: src/cardwright/places.py
WAITING: Final = Limit(
    256, "requests", "of one account that wait for a place", "429, or 503 where other accounts have the places"
)


def table() -> list[Limit]:
    """Return every limit, in the order of this module."""
    return [limit for limit in globals().values() if isinstance(limit, Limit)]
