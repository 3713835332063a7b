"""Texts of P5: a contact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.surfaces.console.texts.plural import Plural

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXTS: Final[Mapping[str, str | Plural]] = {
    "contact.back": "Back to contacts",
    "contact.edit": "Edit",
    "contact.download": "Download card",
    "contact.delete": "Delete",
    "contact.deleted": "{name} was deleted.",
    "contact.system": (
        "This contact follows a user of the partner account. Its title and labels can be changed here; everything else "
        "changes with the user."
    ),
    "contact.details": "Details",
    "contact.labels": "Labels",
    "contact.email": "Email",
    "contact.email-of": "{label} email",
    "contact.phone": "Phone",
    "contact.address": "Address",
    "contact.address-of": "{label} address",
    "contact.website": "Website",
    "contact.note": "Note",
    "contact.partners": "Partner accounts",
    "contact.number": "Contact number",
    "contact.changed": "Last changed",
    "contact.copy": "Copy {what}",
    "contact.code": "Scan to save",
    "contact.qr": "QR code of the card of {name}",
    "contact.qr-lacks-note": "Without the note, for which the code has no room.",
    "contact.qr-share": (
        "This card is too long for a QR code that phones can read. Make a share link: its code is small."
    ),
    "contact.svg": "SVG",
    "contact.png": "PNG",
    "contact.as-text": "Card as text",
    "contact.more-lines": Plural(none="", one="and 1 more line in the card", other="and {n} more lines in the card"),
}
