"""What is answered to who would put a card at a path that is no place; to all else there it is 404."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.limits import CARD_NAME
from cardwright.surfaces.dav.errors import NEED_PRIVILEGES, MalformedError, NoCollectionError, PreconditionError
from cardwright.surfaces.dav.places import BookPlace, CardPlace, parse, sid_of

if TYPE_CHECKING:
    from cardwright.errors import CardwrightError

_DEEPEST: Final = 5
"""How many segments the path of a card has."""


def refusal_of(path: str, sid: str) -> CardwrightError | None:
    """Return why no card can be made there by this account; None below another account's paths (DV-2).

    Where the parent is not there, or is a card, that is 409 (RFC 4918 sections 9.7.1, 9.8.5, 9.9.4).
    """
    above = [segment for segment in path.split("/") if segment][:-1]
    if _owner(above) not in {None, sid}:
        return None
    parent = parse("/".join(above))
    if isinstance(parent, BookPlace):
        return MalformedError(
            f"A card's name has up to {CARD_NAME.value} characters, none of control, and more than dots."
        )
    return (
        NoCollectionError() if parent is None or isinstance(parent, CardPlace) else PreconditionError(NEED_PRIVILEGES)
    )


def _owner(segments: list[str]) -> str | None:
    """Return whose the nearest place is above or at a path."""
    for depth in range(_DEEPEST, 0, -1):
        place = parse("/".join(segments[:depth]))
        if place is not None:
            return sid_of(place)
    return None
