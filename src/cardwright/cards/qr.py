"""QR codes of cards and of addresses, as SVG and PNG (ISO/IEC 18004, CW-51).

    code = code_of_card(contact)
    code.svg() if code else "make a share link"

A card is 3.0 without what a scanned code has no room for: photo, UID and labels. Text that is not ASCII is UTF-8 and
says so (ECI 26): readers guess otherwise, and take umlauts for Japanese.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from cardwright.cards.writing import write_contact

if TYPE_CHECKING:
    import segno

    from cardwright.contact.model import Contact

Level: TypeAlias = Literal["m", "l"]
"""How much of a code may be missing: a seventh, or a fourteenth."""

# Octets that fit (ISO/IEC 18004 table 7): larger codes are not read by phones at arm's length.
_MOST: Final[dict[Level, int]] = {"m": 412, "l": 1273}
"""Of version 15 and version 25."""
_ECI: Final = 1
"""Octets fewer of text that says what it is encoded in."""
_BORDER: Final = 4
_MODULE: Final = 8  # pixels


class QrCode(NamedTuple):
    """What a QR code says, and how; it is drawn when it is asked for, which takes tens of milliseconds."""

    text: str
    level: Level
    lacks_note: bool = False
    """Whether the note of the card was left out, because the code would have been too large."""

    def svg(self) -> bytes:
        """Return the code in black on white, a millimetre for a module."""
        drawn = io.BytesIO()
        self._drawn().save(drawn, kind="svg", border=_BORDER, dark="#000", light="#fff", unit="mm", svgclass=None)
        return drawn.getvalue()

    def png(self) -> bytes:
        """Return the code in black on white, eight pixels for a module."""
        drawn = io.BytesIO()
        self._drawn().save(drawn, kind="png", border=_BORDER, dark="#000", light="#fff", scale=_MODULE)
        return drawn.getvalue()

    def _drawn(self) -> segno.QRCode:
        import segno

        return segno.make_qr(
            self.text, error=self.level, mode="byte", encoding="utf-8", eci=not self.text.isascii(), boost_error=False
        )


def code_of_card(contact: Contact) -> QrCode | None:
    """Return the code of the contact's card, without its note where that does not fit; None if it does not then."""
    bare = contact._replace(photo=None, uid="", labels=(), revision="")
    code = code_of(write_contact(bare, "3.0").decode())
    if code or not contact.note:
        return code
    code = code_of(write_contact(bare._replace(note=""), "3.0").decode())
    return code._replace(lacks_note=True) if code else None


def code_of(text: str) -> QrCode | None:
    """Return the QR code of a text, None if it is too long: 412 octets at level M, or 1,273 at level L."""
    octets = len(text.encode()) + (0 if text.isascii() else _ECI)
    level = next((level for level, most in _MOST.items() if octets <= most), None)
    return QrCode(text, level) if level else None
