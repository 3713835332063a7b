"""How far a store has come that is brought up to date."""

from __future__ import annotations

from typing import NamedTuple


class MigrationStep(NamedTuple):
    """How far a store has come that is brought up to date."""

    schema: int
    """The number of the schema that is made."""
    last: int
    """The number of the schema that the store is to have in the end."""
    what: str
    """What that brings, in a word or two: `match keys`."""
    done: int
    """How many contacts were gone through; 0 of a step that begins, or that the store does in one statement."""
    contacts: int
    """How many there are."""
