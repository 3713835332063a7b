"""What an import makes of a contact that is there, and of a card that gets a UID."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cardwright import vcard
from cardwright.book.partners import Partner
from cardwright.cards import change, contact_of

if TYPE_CHECKING:
    from cardwright.book.images import Image
    from cardwright.book.incoming import Incoming
    from cardwright.book.stored import StoredContact


def merged(current: StoredContact, incoming: Incoming, image: Image | None) -> StoredContact:
    """Return the contact with what the row says: what that does not say stays, labels and partners are put together."""
    before, new = current.contact, incoming.contact
    said = {
        field: value
        for field, value in new._asdict().items()
        if value and field not in {"name", "photo", "labels", "uid", "revision"}
    }
    name = before.name._replace(**{part: text for part, text in new.name._asdict().items() if text})
    labels = tuple(dict.fromkeys((*before.labels, *new.labels)))
    after = before._replace(**said, name=name, labels=labels)
    known = {partner.id for partner in current.partners}
    partners = (*current.partners, *(Partner(partner, "") for partner in incoming.partners if partner not in known))
    return current._replace(contact=after, partners=partners, image=image.digest if image else current.image)


def with_uid(incoming: Incoming, uid: str) -> bytes:
    """Return the card of the row with its UID: as it came when it has that one."""
    if not incoming.card or incoming.contact.uid == uid:
        return incoming.card
    card = next(iter(vcard.read(incoming.card)))
    said = contact_of(card)
    change(card, said, said._replace(uid=uid))
    return vcard.write(card)
