"""A card of one version to another."""

from __future__ import annotations

from typing import NamedTuple

from cardwright.vcard.card import Card


class Converted(NamedTuple):
    """A card in its new version, and what of it could only be kept, not said."""

    card: Card
    kept: tuple[str, ...] = ()


def convert(card: Card, version: str) -> Converted:
    """Return `card` in `version`."""
    return Converted(Card(card.properties, version))
