"""The keys of contacts and changes: a campaign's number, then 40 bits of one of its own."""

from __future__ import annotations

from typing import Final

BITS: Final = 40
"""How far a key is shifted to give its campaign's number: for SQL, which says `contact >> {BITS}`."""


def key(campaign: int, number: int) -> int:
    """Return the key of the contact or change `number` of a campaign."""
    return campaign << BITS | number


def number_of(stored: int) -> int:
    """Return the number within the campaign."""
    return stored & (1 << BITS) - 1


def first_after(campaign: int, number: int = 0) -> int:
    """Return the smallest key of a campaign that comes after `number`, which may be greater than any contact's."""
    return key(campaign, number + 1) if number + 1 < 1 << BITS else end(campaign)


def last(campaign: int, number: int) -> int:
    """Return the key of `number`, which a stranger may have made up, or the greatest key of the campaign."""
    return key(campaign, min(number, (1 << BITS) - 1))


def end(campaign: int) -> int:
    """Return the smallest key that is past the campaign."""
    return key(campaign + 1, 0)
