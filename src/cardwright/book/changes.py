"""What a patch makes of a stored contact, and a restore of a deleted one: pure, run inside the store's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.book.checks import CELL, WORK
from cardwright.book.partners import Partner
from cardwright.book.stored import phone_of
from cardwright.contact.labels import label_count_fault, partner_count_fault, without
from cardwright.contact.model import Email, Phone
from cardwright.errors import ConflictError, Fault, ForbiddenError, InvalidError, Rule

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from cardwright.book.requests import Patch
    from cardwright.book.stored import StoredContact
    from cardwright.contact.model import Contact

_SYSTEM_MAY: Final = frozenset(("title", "labels", "labels_add", "labels_remove"))


def allow(stored: StoredContact, patch: Patch, form_faults: Iterable[Fault] = ()) -> None:
    """Raise ForbiddenError if the patch touches more of a system-created contact than it may (PC-11).

    A field that came in the wrong form is touched too: `form_faults` name those.
    """
    if stored.system:
        touched = {field for field, value in patch._asdict().items() if value is not None and value != ()}
        if (touched | {fault.field for fault in form_faults}) - _SYSTEM_MAY:
            raise ForbiddenError("of a system-created contact only the title and the labels can be changed")


def stored_faults(stored: StoredContact, patch: Patch) -> list[Fault]:
    """Return the faults that only the stored contact shows: no partner account left, too many of them or of labels."""
    faults, partners = [], _partners(stored, patch)
    if stored.partners and not partners:
        faults.append(Fault("partners_remove", Rule.REQUIRED, "must leave the contact one partner account"))
    counted = (
        partner_count_fault("partners_add", partners) if patch.partners_add else None,
        label_count_fault("labels_add", _labels(stored, patch)),
    )
    return [*faults, *filter(None, counted)]


def applied(stored: StoredContact, patch: Patch, image: str | None) -> StoredContact:
    """Return the contact as the patch makes it; `image` is the digest of a new one, `""` for none, None for the same.

    Raises InvalidError as `stored_faults` says.
    """
    if faults := stored_faults(stored, patch):
        raise InvalidError(faults)
    known = {partner.id: partner for partner in stored.partners}
    return stored._replace(
        contact=_contact(stored.contact, patch)._replace(labels=_labels(stored, patch)),
        partners=tuple(known.get(partner) or Partner(partner, "") for partner in _partners(stored, patch)),
        image=stored.image if image is None else image,
        own_title=stored.own_title if patch.title is None else bool(patch.title),
    )


def restored(was: StoredContact, gone: Collection[str]) -> StoredContact:
    """Return a deleted contact as it comes back: without the partner accounts that are `gone`.

    Raises ConflictError if that leaves none, or if the partner user whom it belongs to is gone.
    """
    if was.system and was.user is None:
        raise ConflictError(f"contact {was.number} belongs to a partner user who is gone")
    left = tuple(partner for partner in was.partners if partner.id not in gone)
    if gone and not left:
        raise ConflictError(f"contact {was.id} belongs to partner accounts that are gone: {', '.join(gone)}")
    return was._replace(partners=left)


def _labels(stored: StoredContact, patch: Patch) -> tuple[str, ...]:
    """Return the labels without those removed, then with those added that are not there yet."""
    return tuple(dict.fromkeys((*without(stored.contact.labels, patch.labels_remove), *patch.labels_add)))


def _partners(stored: StoredContact, patch: Patch) -> tuple[str, ...]:
    gone = frozenset(patch.partners_remove)
    left = [partner.id for partner in stored.partners if partner.id not in gone]
    return tuple(dict.fromkeys((*left, *patch.partners_add)))


def _contact(contact: Contact, patch: Patch) -> Contact:
    first = contact.name.first if patch.first is None else patch.first
    last = contact.name.last if patch.last is None else patch.last
    emails = contact.emails
    if patch.email is not None:
        label = emails[0].label if emails else "work"
        emails = (Email(patch.email, label), *emails[1:])
    phones = _with_phone(contact, WORK, patch.work_phone, patch.work_phone_country)
    contact = contact._replace(name=contact.name._replace(first=first, last=last), emails=emails, phones=phones)
    phones = _with_phone(contact, CELL, patch.cellphone, patch.cellphone_country)
    return contact._replace(phones=phones, title=contact.title if patch.title is None else patch.title)


def _with_phone(contact: Contact, label: str, number: str | None, country: str | None) -> tuple[Phone, ...]:
    """Return the phones with the first one of this label replaced, added or removed; all others stay."""
    if number is None:
        return contact.phones
    new = (Phone(number, label, country or ""),) if number else ()
    old = phone_of(contact, label)
    if old is None:
        return (*new, *contact.phones) if label == WORK else (*contact.phones, *new)
    at = contact.phones.index(old)
    return (*contact.phones[:at], *new, *contact.phones[at + 1 :])
