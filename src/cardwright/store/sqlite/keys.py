"""The keys of contacts and changes: a campaign's number, then 40 bits of one of its own."""

from __future__ import annotations

from typing import Final

BITS: Final = 40
"""How far a key is shifted to give its campaign's number: for SQL, which says `contact >> {BITS}`."""
_LAST: Final = (1 << BITS) - 1


def key(campaign: int, number: int) -> int:
    """Return the key of the contact or change `number` of a campaign.

    That of a number that is past every contact's, as a stranger may make up, is the campaign's last one.
    """
    return campaign << BITS | min(number, _LAST)


def number_of(stored: int) -> int:
    """Return the number within the campaign."""
    return stored & _LAST


def first_after(campaign: int, number: int = 0) -> int:
    """Return the smallest key of a campaign that comes after `number`, which may be greater than any contact's."""
    return key(campaign, number + 1) if number < _LAST else end(campaign)


def end(campaign: int) -> int:
    """Return the smallest key that is past the campaign."""
    return key(campaign + 1, 0)
