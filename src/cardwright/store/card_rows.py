"""A card as a store keeps it: whole, or, of a large one that was changed, the delta of an original.

A store keeps the original apart, where it stays as it is; what is said of the card afterwards says no more than the
difference. See docs/adr/0014-large-cards-as-deltas.md.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from cardwright.store.delta import applied, delta_of

LARGE: Final = 16 * 1024
"""Octets from which a card is large: a photo makes it so. Below that a delta would save little."""


class CardRow(NamedTuple):
    """How a card is kept: whole, or as a delta of an original that stays as it is."""

    card: bytes
    """The whole card, or the delta; `b""` for the original itself."""
    original: int | None = None


def whole(card: bytes | None, original: bytes | None) -> bytes | None:
    """Return the card that the columns `card.card` and `original.card` say, None when there is none."""
    return card if card is None or original is None else applied(original, card)


def shorter(card: bytes, original: int, of: bytes) -> CardRow:
    """Return a card as the delta of an original, which is `of`, unless that saves less than half."""
    delta = delta_of(of, card)
    return CardRow(delta, original) if 2 * len(delta) < len(card) else CardRow(card)
