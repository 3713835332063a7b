"""Two contacts that are one person become one: the first has all of both, the second is gone (CW-57, CW-58).

| part                                               | what the first has then                                      |
|----------------------------------------------------|--------------------------------------------------------------|
| name, title, organization, note, photo             | one side's, the first's unless the second's is chosen        |
| e-mail addresses, phones, addresses, websites, labels, partner accounts | both sides', but what is left out       |
| lines of the card that no field says               | the first's, and those that only the second has              |
| id, UID                                            | the first's                                                  |
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cardwright import vcard
from cardwright.book.cards import changed_card
from cardwright.book.changes import restored
from cardwright.book.cleaning import cleaned_member
from cardwright.book.contact_fields import FIELDS
from cardwright.book.stored import rev
from cardwright.cards import contact_of, join, without_single
from cardwright.contact.labels import label_count_fault, partner_count_fault
from cardwright.errors import ConflictError, Fault, ForbiddenError, InvalidError, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from cardwright.book.merges import MergeStore
    from cardwright.book.ports import Place
    from cardwright.book.stored import StoredContact
    from cardwright.contact.model import Contact, Photo
    from cardwright.vcard import Card

LISTS: Final = {
    "emails": "Email",
    "phones": "Phone",
    "addresses": "Address",
    "websites": "Website",
    "labels": "Labels",
    "partners": "Partner accounts",
}
"""The lists of a contact, of which both sides' members are kept, and the field that each is."""
SINGLE: Final = tuple(field for field in FIELDS if field.name not in {*LISTS.values(), "UID", "Card"})
"""The fields of which one side is chosen."""


class Member(NamedTuple):
    """A member of a list of one of the two: `Member("emails", 2, 0)` is the second's first e-mail address."""

    field: str
    side: int
    """1 or 2."""
    place: int
    """From 0."""


class MergeChoice(NamedTuple):
    """What somebody chose of two contacts."""

    of_second: frozenset[str] = frozenset()
    """The names of those single fields of which the second's is taken: `Title`."""
    left_out: frozenset[Member] = frozenset()
    """The members of lists that are not to be kept."""


class MergePeople:
    """The use cases over merges."""

    def __init__(self, store: MergeStore) -> None:
        self._store = store

    async def merge(  # noqa: PLR0913, PLR0917 - what is optional comes last
        self,
        place: Place,
        first: int,
        second: int,
        choice: MergeChoice,
        by: str,
        revisions: tuple[int, int] | None = None,
    ) -> StoredContact:
        """Merge the second contact into the first, and return that.

        Raises ForbiddenError for a system-created contact, InvalidError where it would break a rule of contacts, and
        ConflictError where the two have other revisions than those that somebody chose by.
        """
        if first == second:
            raise ConflictError(f"contact {first} is one contact, not two")

        def made(one: StoredContact, other: StoredContact, at: datetime) -> StoredContact:
            refuse_system_merge(one, other)
            if revisions not in {None, (one.revision, other.revision)}:
                raise ConflictError("one of the two was changed by someone else")
            return merged(one, other, choice, at)

        return await self._store.merge(place, first, second, made, by)

    async def undo(self, place: Place, first: int, sequence: int, by: str) -> StoredContact:
        """Bring both back byte for byte, and return the first; ConflictError when either was changed since."""
        return await self._store.undo(place, first, sequence, restored, by)


def refuse_system_merge(first: StoredContact, second: StoredContact) -> None:
    """Raise ForbiddenError if one of them is system-created: it follows its partner user."""
    for stored in (first, second):
        if stored.system:
            raise ForbiddenError(f"contact {stored.id} follows a partner user: it can be compared, not merged")


def suggested(first: StoredContact, second: StoredContact) -> MergeChoice:
    """Return the choice to begin with: the first's, and of what it lacks the second's; both sides' lists whole."""
    return MergeChoice(frozenset(field.name for field in SINGLE if not field.texts(first) and field.texts(second)))


def members(stored: StoredContact, field: str) -> tuple[Any, ...]:
    """Return the members of one of a contact's `LISTS`."""
    return stored.partners if field == "partners" else tuple(getattr(stored.contact, field))


def merged(first: StoredContact, second: StoredContact, choice: MergeChoice, at: datetime) -> StoredContact:
    """Return the first contact with what is chosen of both; InvalidError where that breaks a rule of contacts."""
    new = first
    for field in SINGLE:
        if field.name in choice.of_second:
            new = field.put(new, second)
    lists: dict[str, Any] = {field: tuple(_both(first, second, field, choice)) for field in LISTS}
    partners = lists.pop("partners")
    new = new._replace(partners=partners, contact=new.contact._replace(**lists))
    _refuse(first, new)
    return new._replace(card=_card(first, second, new, at))


def _both(first: StoredContact, second: StoredContact, field: str, choice: MergeChoice) -> Iterator[Any]:
    """Give what is kept of both sides: what is the same on both, once."""
    kept: list[Any] = []
    for side, stored in ((1, first), (2, second)):
        for place, member in enumerate(members(stored, field)):
            if Member(field, side, place) not in choice.left_out and member not in kept:
                kept.append(member)
                yield member


def _refuse(first: StoredContact, new: StoredContact) -> None:
    faults = [label_count_fault("labels", new.contact.labels)]
    faults.append(partner_count_fault("partners", tuple(partner.id for partner in new.partners)))
    if first.partners and not new.partners:
        faults.append(Fault("partners", Rule.REQUIRED, "must leave the contact one partner account"))
    if any(faults):
        raise InvalidError(filter(None, faults))


def _card(first: StoredContact, second: StoredContact, new: StoredContact, at: datetime) -> bytes:
    """Return a card that says `new`, and what either card says beyond its contact; `b""` where neither has one."""
    photo, revision = _photo(first, second, new), rev(at)
    other = next(vcard.read(second.card), None)
    card = next(vcard.read(changed_card(first.card, first, new, photo, revision)), None)
    if other is None:
        return vcard.write(card) if card else b""
    if card is None:
        return changed_card(second.card, second, new, photo, revision)
    without_single(other, card)
    after = new.contact._replace(photo=None, revision="")
    join(card, other, _said(other, second), after, cleaned_member, photos=not new.image)
    return vcard.write(card)


def _said(card: Card, stored: StoredContact) -> Contact:
    """Return what a contact says, and what its card says in lists, as it is kept: of that somebody chose already."""
    read = contact_of(card)
    lists: dict[str, Any] = {
        field: (*members(stored, field), *filter(None, map(cleaned_member, getattr(read, field))))
        for field in LISTS
        if field != "partners"
    }
    return stored.contact._replace(photo=None, revision="", **lists)


def _photo(first: StoredContact, second: StoredContact, new: StoredContact) -> Photo | None:
    return second.contact.photo if new.image == second.image else first.contact.photo
