"""Merge a row into the contact that is there already, and into its card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cardwright import vcard
from cardwright.book.cleaning import cleaned_member
from cardwright.book.partners import Partner
from cardwright.cards import change, contact_of, join

if TYPE_CHECKING:
    from cardwright.book.images import Image
    from cardwright.book.import_row import ImportRow
    from cardwright.book.stored import StoredContact
    from cardwright.contact.model import Contact


def merged(current: StoredContact, row: ImportRow, image: Image | None) -> StoredContact:
    """Return the contact with what the row says: what that does not say stays, labels and partners are put together.

    Its card says that too, and what the row's card says beyond it; a contact without a card gets that of the row. Photo
    and REV of the card are the store's, which knows them. A row without a card leaves the card to the store.
    """
    before, comes = current.contact, row.contact
    said = {
        field: value
        for field, value in comes._asdict().items()
        if value and field not in {"name", "photo", "labels", "uid", "revision"}
    }
    name = before.name._replace(**{part: text for part, text in comes.name._asdict().items() if text})
    labels = tuple(dict.fromkeys((*before.labels, *comes.labels)))
    after = before._replace(**said, name=name, labels=labels)
    known = {partner.id for partner in current.partners}
    partners = (*current.partners, *(Partner(partner, "") for partner in row.partners if partner not in known))
    new = current._replace(contact=after, partners=partners, image=image.digest if image else current.image)
    return new._replace(card=_merged_card(current, row, new)) if row.card else new


def _merged_card(current: StoredContact, row: ImportRow, new: StoredContact) -> bytes:
    if row.card == current.card and new.contact == current.contact:  # as of a file that is imported again
        return current.card
    other = next(vcard.read(row.card), None)
    if other is None:
        return current.card
    card = next(vcard.read(current.card), None)
    before, said = _without_photo(current.contact), _without_photo(row.contact)
    after = _without_photo(new.contact)
    if card is None:
        change(other, said, after, cleaned_member)
        return vcard.write(other)
    change(card, before, after, cleaned_member)
    join(card, other, said, after, cleaned_member, photos=not new.image)
    return vcard.write(card)


def _without_photo(contact: Contact) -> Contact:
    return contact._replace(photo=None, revision="")


def with_uid(row: ImportRow, uid: str) -> bytes:
    """Return the card of the row with its UID: as it came when it has that one."""
    if not row.card or row.contact.uid == uid:
        return row.card
    card = next(iter(vcard.read(row.card)))
    said = contact_of(card)
    change(card, said, said._replace(uid=uid))
    return vcard.write(card)
