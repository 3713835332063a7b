"""Why no card can be put at a path that is no place of CardDAV: 400, 403 or 409. Any other request there is 404."""

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
    if is_of_another(path, sid):
        return None
    parent = parse("/".join(_segments(path)[:-1]))
    if isinstance(parent, BookPlace):
        return MalformedError(
            f"A card's name is of up to {CARD_NAME.value} characters of UTF-8, none of control, and of more than dots."
        )
    return (
        NoCollectionError() if parent is None or isinstance(parent, CardPlace) else PreconditionError(NEED_PRIVILEGES)
    )


def is_of_another(path: str, sid: str) -> bool:
    """Say whether the path is below one of another account: nothing is told of those."""
    segments = _segments(path)
    for depth in range(_DEEPEST, 0, -1):
        place = parse("/".join(segments[:depth]))
        if place is not None:
            return sid_of(place) not in {None, sid}
    return False


def _segments(path: str) -> list[str]:
    return [segment for segment in path.split("/") if segment]
