"""What an import makes of an existing contact: an update adds and overwrites, a replace makes it what the row says.

| update        | a row of a table                                 | a card                                  |
|---------------|--------------------------------------------------|-----------------------------------------|
| single values | what the row says is put over what is there      | the same                                |
| lists         | a column is a slot: the second work number is put over the second work number | what is new is added |
| addresses     | a column is a part: `State` changes the region alone                          | what is new is added |

Nothing is ever removed by an update: what the row does not say stays. Labels and partner accounts are put together.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, Final

from cardwright import vcard
from cardwright.book.cleaning import cleaned_member
from cardwright.book.match_keys import number_key
from cardwright.book.partners import Partner
from cardwright.cards import change, contact_of, join, put_unmodelled, write_contact, write_with_unmodelled
from cardwright.contact.words import folded

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from cardwright.book.images import Image
    from cardwright.book.import_row import ImportRow
    from cardwright.book.stored import StoredContact
    from cardwright.contact.model import Contact
    from cardwright.vcard import Card

_SAME: Final[dict[str, Callable[[Any], Hashable]]] = {
    "phones": lambda phone: number_key(phone) or phone.number,
    "emails": lambda email: folded(email.address),
    "addresses": lambda address: address._replace(label=""),
    "websites": lambda website: website.url,
}
"""What makes two members of a list the same value, whatever their labels."""
_OF_THE_STORE: Final = frozenset({"photo", "rev", "uid"})
"""Properties, as jCard names them, that an import leaves to the store."""


def merged(current: StoredContact, row: ImportRow, image: Image | None) -> StoredContact:
    """Return the contact after an update: what the row says is added to it, or put over what it said.

    Its card says that too, and what the row's card says beyond it; a contact without a card gets that of the row. Photo
    and REV of the card are the store's, which knows them. A row without a card leaves the card to the store.
    """
    before, said = current.contact, row.contact
    lists: dict[str, Any] = {
        field: _added(field, getattr(before, field), getattr(said, field))
        if row.card
        else _slotted(field, getattr(before, field), getattr(said, field), row.slots.get(field, ()))
        for field in _SAME
    }
    after = before._replace(
        name=before.name._replace(**{part: text for part, text in said.name._asdict().items() if text}),
        organization=said.organization or before.organization,
        title=said.title or before.title,
        note=said.note or before.note,
        labels=tuple(dict.fromkeys((*before.labels, *said.labels))),
        **lists,
    )
    known = {partner.id for partner in current.partners}
    partners = (*current.partners, *(Partner(partner, "") for partner in row.partners if partner not in known))
    new = current._replace(contact=after, partners=partners, image=image.digest if image else current.image)
    if row.unmodelled:
        return new._replace(card=_with_columns(current, row, new))
    return new._replace(card=_merged_card(current, row, new)) if row.card else new


def _added(field: str, there: Sequence[Any], said: Sequence[Any]) -> tuple[Any, ...]:
    """Return what is there, and after it what is new."""
    same = _SAME[field]
    values = {same(member) for member in there}
    new = {value: member for member in said if (value := same(member)) not in values}
    return (*there, *new.values())


def _slotted(field: str, there: Sequence[Any], said: Sequence[Any], slots: Sequence[int]) -> tuple[Any, ...]:
    """Return what is there, with each member that is said in its slot: the n-th of its label, else a new one."""
    members, labels = list(there), dict[str, "count[int]"]()
    for member, slot in zip(said, slots if len(slots) == len(said) else (-1,) * len(said), strict=True):
        number = next(labels.setdefault(member.label, count()))
        _put(members, field, member, number if slot < 0 else slot)
    return tuple(members)


def _put(members: list[Any], field: str, member: Any, slot: int) -> None:  # noqa: ANN401 - of any list
    same = _SAME[field]
    places = [place for place, one in enumerate(members) if one.label == member.label]
    if field == "addresses" and slot < len(places):
        parts = {part: text for part, text in member._asdict().items() if text}
        members[places[slot]] = members[places[slot]]._replace(**parts)
    elif any(same(one) == same(member) for one in members if field == "emails" or one.label == member.label):
        return  # it has a slot; of an e-mail address whatever the label
    elif slot < len(places):
        members[places[slot]] = member
    else:
        members.append(member)


def _merged_card(current: StoredContact, row: ImportRow, new: StoredContact) -> bytes:
    if row.card == current.card and new.contact == current.contact:
        return current.card  # as of a file that is imported again
    if _says_the_same(current, row.card, new):
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


def _with_columns(current: StoredContact, row: ImportRow, new: StoredContact) -> bytes:
    """Return the contact's card with what the columns of a table say beyond it; one is made if there is none."""
    card = next(vcard.read(current.card), None)
    if card is None:
        return card_with(row, _without_photo(new.contact))
    change(card, _without_photo(current.contact), _without_photo(new.contact), cleaned_member)
    put_unmodelled(card, next(vcard.read(row.unmodelled)), new.contact, cleaned_member)
    return vcard.write(card)


def card_with(row: ImportRow, contact: Contact) -> bytes:
    """Return a card of a contact with what the columns of its row say beyond it."""
    return write_with_unmodelled(contact, next(vcard.read(row.unmodelled)))


def replaced(current: StoredContact, row: ImportRow, image: Image | None) -> StoredContact:
    """Return the contact as the row says it, with its own UID.

    What a source cannot say stays: a table has no photo and nothing of a card that a contact does not model, and a row
    that names no partner account leaves those that are there.
    """
    said, known = row.contact, {partner.id: partner for partner in current.partners}
    contact = said._replace(uid=current.contact.uid, photo=current.contact.photo, revision=current.contact.revision)
    partners = tuple(known.get(partner) or Partner(partner, "") for partner in row.partners) or current.partners
    digest = image.digest if image else "" if row.card else current.image
    new = current._replace(contact=contact, partners=partners, image=digest)
    if row.unmodelled:
        return new._replace(card=_with_columns(current, row, new))
    return new._replace(card=_replaced_card(current, row, new)) if row.card else new


def _replaced_card(current: StoredContact, row: ImportRow, new: StoredContact) -> bytes:
    """Return the row's card with the contact's UID, unless that says the same as what is there."""
    card = with_uid(row, new.contact.uid)
    return current.card if _says_the_same(current, card, new) else card


def _says_the_same(current: StoredContact, octets: bytes, new: StoredContact) -> bool:
    """Say whether a card makes nothing else of a contact and its card, or of the one that an export makes of it.

    It may be of another version, or a jCard: what counts is what both are as jCards.
    """
    if new.contact != current.contact or new.image != current.image:
        return False
    skipped = _OF_THE_STORE if new.image else _OF_THE_STORE - {"photo"}
    there = next(vcard.read(current.card or write_contact(_without_photo(current.contact))), None)
    comes = next(vcard.read(octets), None)
    if there is None or comes is None:
        return False
    said = _arrays(comes, skipped)
    return said == _arrays(there, skipped) or said == _arrays(vcard.complete(there), skipped)


def _arrays(card: Card, skipped: frozenset[str]) -> list[Any]:
    properties: Any = vcard.to_jcard(card)[1]
    return [entry for entry in properties if entry[0] not in skipped]


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
