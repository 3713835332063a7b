"""Texts of P8."""

from __future__ import annotations

from typing import Final

from cardwright.surfaces.console.texts.plural import Plural

TEXTS: Final[dict[str, str | Plural]] = {
    "duplicates.title": "Duplicates",
    "duplicates.help": "These may be the same person, the latest first. Nothing is merged until you say so.",
    "duplicates.looking": "Still looking through the contacts.",
    "duplicates.reload": "Reload this page to see more.",
    "duplicates.looked": "All contacts were looked through: the list of duplicates is complete.",
    "duplicates.none": "No duplicates",
    "duplicates.none-help": "No two contacts share an e-mail address, or a name and a phone number.",
    "duplicates.none-yet": "None found yet",
    "duplicates.contacts": "Contacts",
    "duplicates.why": "Why",
    "duplicates.action": "Action",
    "duplicates.compare": "Compare",
    "duplicates.compare-names": "Compare {first} {a} and {second} {b}",
    "duplicates.same-email": "Same e-mail address: {value}",
    "duplicates.same-phone": "Same name and number: {value}",
    "duplicates.crowd": Plural(one="{n} contact shares {value}", other="{n} contacts share {value}"),
    "duplicates.pages": "Pages",
    "duplicates.next": "Next page",
    "duplicates.previous": "Previous page",
    "duplicates.compare-title": "Compare {first} and {second}",
    "duplicates.heading": "Same person?",
    "duplicates.back": "Back to duplicates",
    "duplicates.comparison": "Comparison",
    "duplicates.field": "Field",
    "duplicates.same": "(the same)",
    "duplicates.empty": "(empty)",
    "duplicates.kept": "The merged contact keeps the number {id}. You can undo it: both come back as they are now.",
    "duplicates.merge": "Merge",
    "duplicates.different": "Not the same person",
    "duplicates.system": (
        "Contact {id} follows a partner user: what it says changes with that user. So it can be compared, not merged."
    ),
    "duplicates.changed": "One of them was changed meanwhile: look at the comparison again",
    "duplicates.fault": "{field} {message}",
    "duplicates.merged": "Merged: {name} has what contact {id} had",
    "duplicates.parted": "{first} and {second} are not the same person",
    "duplicates.same-again": "Undone: they may be the same person again",
}
