"""The card that a stored contact came as, carried along: a change of the contact is made in it too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cardwright import vcard
from cardwright.book.cleaning import cleaned_member
from cardwright.cards import change
from cardwright.contact.model import Photo

if TYPE_CHECKING:
    from cardwright.book.stored import StoredContact


def changed_card(card: bytes, old: StoredContact, new: StoredContact, photo: Photo | None, revision: str) -> bytes:
    """Return the card with the lines changed that say what is new, and no others.

    `photo` is what a card shows of a new image, and `revision` the REV of a card that has one. What the card cannot
    say, or said otherwise, stands in the contact alone, which wins. Of bytes that are no card nothing is kept.
    """
    found = next(vcard.read(card), None)
    if found is None:
        return b""
    before, after = old.contact._replace(photo=None, revision=""), new.contact._replace(photo=None, revision="")
    if new.image != old.image:
        before, after = before._replace(photo=Photo("", b"")), after._replace(photo=photo if new.image else None)
    if found.get("REV"):
        after = after._replace(revision=revision)
    change(found, before, after, cleaned_member)
    return vcard.write(found)
