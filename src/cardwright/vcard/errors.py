"""The one error that the codec raises."""

from __future__ import annotations


class VCardError(ValueError):
    """What was given is no card, or cannot be written on one; the message says what is wrong, `place` where.

    `place` is a line of the file (`line 3`), a path into JSON (`[1][0]`), or a name; `""` for the whole. `code` is that
    of the defect (a key of `DEFECTS`) where strict reading met one.
    """

    def __init__(self, place: str, message: str, code: str = "") -> None:
        self.place = place
        self.code = code
        shown = place if place.isprintable() else ascii(place)
        super().__init__(f"{shown}: {message}" if place else message)
