"""Texts of sharing a contact, and of the page that who has the link sees (P13)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cardwright.surfaces.console.texts.plural import Plural

TEXTS: Final[dict[str, str | Plural]] = {
    "share.heading": "Sharing",
    "share.what": (
        "Whoever has the link sees the name, photo, title, organization, phones, e-mail addresses, postal addresses "
        "and websites. Not the note, the labels or the partner accounts."
    ),
    "share.works": "Link works",
    "share.days-0": "until you stop it",
    "share.days-1": "for 1 day",
    "share.days-7": "for 7 days",
    "share.days-30": "for 30 days",
    "share.make": "Make share link",
    "share.make-new": "Make a new share link",
    "share.make-new-help": "A new link ends the old one.",
    "share.stop": "Stop sharing",
    "share.since": "Shared since",
    "share.until": "until",
    "share.until-stopped": "until you stop it",
    "share.stopped": "The share link of {name} works no longer.",
    "share.title": "Share link",
    "share.link": "Share link",
    "share.of": "For the card of {name}.",
    "share.once": "Copy it now: it is not shown again.",
    "share.copy": "Copy link",
    "share.open": "Open",
    "share.back": "Back to {name}",
    "share.qr": "QR code of the share link",
    "share.save": "Save contact",
    "share.show-code": "Show QR code",
    "share.page-qr": "QR code of this page",
    "share.page-qr-help": "Scan it with another phone to open this page there.",
    "share.nothing": "Nothing happens when you save?",
    "share.nothing-help": (
        "Some apps open pages in a window of their own that cannot save contacts. Open this page in Safari or Chrome "
        "(the menu of that window has “Open in browser”), then press “Save contact” again. Numbers and addresses above "
        "can be pressed as well."
    ),
    "share.foot": "Shared with Cardwright",
    "share.gone": "This card is not available",
    "share.gone-help": "The link is wrong, has expired or was withdrawn. Ask the person for a new one.",
}
