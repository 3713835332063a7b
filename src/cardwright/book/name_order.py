"""Order by name: that of the full name as it is shown, case and accents aside (CW-23)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.cards.writing import formatted_name
from cardwright.contact.words import bare

if TYPE_CHECKING:
    from cardwright.contact.model import Contact

NO_NAME: Final = "No name"
"""What a contact is called that has nothing to be called by."""
_COMPARED: Final = 200  # characters: so much does every index take


def full_name(contact: Contact) -> str:
    """Return what a contact is called: FN as its card says it, else what else there is, else `No name`."""
    return formatted_name(contact) or NO_NAME


def name_key(name: str) -> str:
    """Return what names are compared by, character by character: `Édith Piaf` and `EDITH PIAF` give `edith piaf`.

    Long names are cut: two that begin alike for 200 characters stand in the order of their numbers.
    """
    if name.isascii():
        return name[:_COMPARED].lower()
    return bare(name[: 4 * _COMPARED])[:_COMPARED]
