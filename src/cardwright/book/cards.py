"""A stored contact and the card that it came as: what changes in one changes in the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cardwright import vcard
from cardwright.book.cleaning import cleaned_member
from cardwright.book.stored import rev
from cardwright.cards import change
from cardwright.contact.model import Photo

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from cardwright.book.images import Image
    from cardwright.book.ports import Edit
    from cardwright.book.stored import StoredContact


def edited(edit: Callable[[StoredContact], StoredContact], image: Image | None = None) -> Edit:
    """Return an edit for the store that does what `edit` does, and makes the same change in the card.

    `image` is one that the contact may get. Where `edit` gives the contact another card, that one says it already, all
    but photo and REV. For example, a title that is set in a contact with a card:

        edited(lambda stored: stored._replace(contact=stored.contact._replace(title="Genius")))
    """

    def both(current: StoredContact, at: datetime) -> StoredContact:
        old = current._replace(contact=current.contact._replace(photo=None))
        new = edit(old)
        if new == old:
            return current
        return new._replace(card=_card(old, new, _small(new, current, image), at)) if new.card else new

    return both


def changed_card(card: bytes, old: StoredContact, new: StoredContact, photo: Photo | None, revision: str) -> bytes:
    """Return the card with the lines changed that say what is new, and no others.

    `photo` is what a card shows of a new image, and `revision` the REV of a card that has one. What the card cannot
    say, or said otherwise, stands in the contact alone, which wins. Of bytes that are no card nothing is kept.
    """
    parsed = next(vcard.read(card), None)
    if parsed is None:
        return b""
    before, after = old.contact._replace(photo=None, revision=""), new.contact._replace(photo=None, revision="")
    if new.image != old.image:
        before, after = before._replace(photo=Photo("", b"")), after._replace(photo=photo if new.image else None)
    if parsed.get("REV"):
        after = after._replace(revision=revision)
    change(parsed, before, after, cleaned_member)
    return vcard.write(parsed)


def _card(old: StoredContact, new: StoredContact, photo: Photo | None, at: datetime) -> bytes:
    if new.card != old.card:
        old = old._replace(contact=new.contact, image=_shown(old, new))
    return changed_card(new.card, old, new, photo, rev(at))


def _shown(old: StoredContact, new: StoredContact) -> str:
    """Return the image that another card of a contact shows: of its first card the new one, which came with it."""
    return old.image if old.card else new.image if new.image != old.image else ""


def _small(new: StoredContact, current: StoredContact, image: Image | None) -> Photo | None:
    """Return what a card shows of the contact's image: of a new one, or of the one that it has."""
    if image and new.image == image.digest:
        return Photo("image/jpeg", image.small)
    return current.contact.photo
