"""What is said of a photo that is not taken: one of two sentences, whatever was wrong in detail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cardwright.errors import Fault, InvalidError, Rule

if TYPE_CHECKING:
    from collections.abc import Collection

    from cardwright.photo.kinds import ImageKind


def too_large() -> InvalidError:
    """Return the error for more octets or pixels than are taken."""
    return InvalidError([Fault("", Rule.PHOTO_TOO_LARGE, "The photo is too large.")])


def unreadable(formats: Collection[ImageKind]) -> InvalidError:
    """Return the error for what is no whole image of the kinds that are taken."""
    *names, last = sorted(formats)
    taken = f"{', '.join(names)} or {last}" if names else str(last)
    return InvalidError([Fault("", Rule.PHOTO_UNREADABLE, f"The photo is no {taken}.")])
