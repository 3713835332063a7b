"""How far a store has come that is brought up to date."""

from __future__ import annotations

from typing import NamedTuple


class MigrationStep(NamedTuple):
    """How far a store has come that is brought up to date."""

    schema: int
    """The number of the schema that is made."""
    what: str
    """What that brings, in a word or two: `match keys`."""
    done: int
    contacts: int
    """How many there are; a step may be done without looking at them."""
