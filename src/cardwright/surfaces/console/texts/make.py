"""Texts of the card maker (P12)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cardwright.surfaces.console.texts.plural import Plural

TEXTS: Final[dict[str, str | Plural]] = {
    "make.title": "Make a card",
    "make.help": "Nothing that you type is kept. The same card comes from createcontact, by the command below.",
    "make.photo": "Photo address",
    "make.photo-left-out": "The photo is fetched for those who are signed in: the card below has none.",
    "make.button": "Make card",
    "make.card": "Card",
    "make.qr": "QR code of the card",
    "make.qr-none": "This card is too long for a QR code that phones can read.",
    "make.as-text": "Card as text",
    "make.has-photo": "The photo is in the card, and not shown here.",
    "make.download": "Download card",
    "make.program": "The same by program",
    "make.command": "curl command",
    "make.nothing": "The card stands here as soon as a name is typed.",
    "make.fault-name": "First name or last name is required",
    "make.said": "The card is made.",
    "make.wait": "Many cards were made from here within a minute. What you typed last is shown soon.",
    "make.too-many": "So many cards cannot be made from one address in a minute. Wait a minute and try again.",
}
