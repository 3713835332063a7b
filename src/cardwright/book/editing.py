"""Saving a contact's form: a new contact, or the changes of one form among those that others made meanwhile."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cardwright.book.cards import edited
from cardwright.book.contacts import parsed
from cardwright.book.details import Began, as_in_form, checked_details, details_of
from cardwright.book.partners import Partner
from cardwright.book.ports import Draft, Repeat
from cardwright.book.requests import unknown_partners_fault
from cardwright.book.system import with_title
from cardwright.book.three_way import merge
from cardwright.contact.labels import PARTNERS, label_count_fault, partner_count_fault
from cardwright.contact.model import Contact
from cardwright.contact.uid import new_uid
from cardwright.errors import ConflictError, Fault, ForbiddenError, InvalidError, NotFoundError, Rule

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from cardwright.book.details import Details, Typed
    from cardwright.book.images import Image
    from cardwright.book.ports import ContactStore, Place
    from cardwright.book.stored import StoredContact
    from cardwright.book.three_way import Conflict

_OF_SYSTEM: Final = ("title", "labels")
"""What may be changed of a system-created contact (PC-11)."""

_NO_PARTNER: Final = "must leave the contact one partner account"


class ChangedMeanwhileError(ConflictError):
    """Someone else changed the same fields since the form was opened, differently."""

    def __init__(self, conflicts: tuple[Conflict, ...]) -> None:
        self.conflicts = conflicts
        super().__init__(f"someone else changed {', '.join(conflict.field for conflict in conflicts)}")


class EditForm(NamedTuple):
    """A form that is sent."""

    typed: Typed
    began: Began = Began()
    choices: Mapping[str, str] = {}
    """What was decided of conflicts, by fields: `Conflict.choice`."""
    image: Image | None = None
    """A photo that was chosen."""
    removes_image: bool = False

    @property
    def digest(self) -> str | None:
        """The digest of the image that the contact is to have; None where the form leaves it alone."""
        return self.image.digest if self.image else "" if self.removes_image else None


class Editing:
    """The use cases of the form."""

    def __init__(self, store: ContactStore) -> None:
        self._store = store

    async def create(self, place: Place, form: EditForm, *, by: str, once: str, faults: Iterable[Fault] = ()) -> str:
        """Make a contact and return its id; the same form sent twice makes one (CW-43).

        `once` is drawn for each form that is opened. Raises InvalidError with all faults, `faults` among them.
        """
        all_faults = list(faults)
        details = checked_details(form.typed, None, all_faults).details
        await self._check(place, details.partners, all_faults)
        contact = Contact(uid=new_uid(), **_contact_fields(details))
        said = repr((place, details, form.digest)).encode("utf-8", "surrogatepass")
        digest = hashlib.sha256(said).digest()
        repeat = Repeat(f"console {once} {digest.hex()}", digest)
        return str(await self._store.create(place, Draft(contact, details.partners, form.image), by, repeat))

    async def update(
        self, place: Place, contact_id: str, form: EditForm, *, by: str, faults: Iterable[Fault] = ()
    ) -> StoredContact:
        """Make the changes of the form, and return the contact as it is then.

        Raises InvalidError with all faults, ChangedMeanwhileError where nobody has decided (CW-44), ForbiddenError for
        more than title and labels of a system-created contact (PC-11). Nothing is changed then.
        """
        number, system = parsed(contact_id)
        stored = await self._store.get(place, number)
        if stored.system != system:
            raise NotFoundError(f"there is no contact {contact_id}")
        if system:
            _refuse_more(form)
        form = await self._checked(place, form, faults)
        edit = edited(lambda current: with_title(_changed(current, form)), form.image)
        return await self._store.update(place, number, edit, by, form.image)

    async def restore(
        self, place: Place, contact_id: str, form: EditForm, *, by: str, faults: Iterable[Fault] = ()
    ) -> StoredContact:
        """Bring a deleted contact back and make the changes of the form, both or neither, and return it as it is then.

        Raises as `update` does, and ConflictError when it is there again.
        """
        number, _ = parsed(contact_id)
        form = await self._checked(place, form, faults)

        def edit(current: StoredContact) -> StoredContact:
            changed = _changed(current, form)
            if form.began.details.partners and not changed.partners:  # the others are gone
                raise InvalidError([Fault("partners", Rule.REQUIRED, _NO_PARTNER)])
            return changed

        return await self._store.restore(place, number, _come_back, by, edited(edit, form.image), form.image)

    async def _checked(self, place: Place, form: EditForm, faults: Iterable[Fault]) -> EditForm:
        """Return a form of a contact that is there, checked; raises InvalidError with all faults."""
        all_faults, was = list(faults), form.began.details
        form = form._replace(typed=checked_details(form.typed, was, all_faults))
        added = [one for one in form.typed.details.partners if one not in was.partners]
        await self._check(place, tuple(added), all_faults)
        return form

    async def _check(self, place: Place, partners: tuple[str, ...], faults: list[Fault]) -> None:
        """Raise InvalidError with the faults, and that of ids that are no partner accounts, if there is any."""
        unknown = await self._store.unknown_partners(place, partners if len(partners) <= PARTNERS else ())
        if unknown:
            faults.append(unknown_partners_fault("partners", unknown))
        if faults:
            raise InvalidError(as_in_form(faults))


def _refuse_more(form: EditForm) -> None:
    was, now = form.began.details._asdict(), form.typed.details._asdict()
    if form.digest is not None or any(was[field] != now[field] for field in was if field not in _OF_SYSTEM):
        raise ForbiddenError("of a system-created contact only the title and the labels can be changed")


def _come_back(was: StoredContact, gone: Collection[str]) -> StoredContact:
    """Return a deleted contact without the partner accounts that are gone; the form may say others."""
    return was._replace(partners=tuple(one for one in was.partners if one.id not in gone))


def _changed(current: StoredContact, form: EditForm) -> StoredContact:
    there = Began(details_of(current), image=current.image)
    merged = merge(form.began, form.typed, there, form.choices, form.digest)
    if merged.conflicts:
        raise ChangedMeanwhileError(merged.conflicts)
    details = merged.details
    _check_merged(current, details)
    known = {partner.id: partner for partner in current.partners}
    titled = current.own_title if details.title == current.contact.title else bool(details.title)
    return current._replace(
        contact=current.contact._replace(**_contact_fields(details)),
        partners=tuple(known.get(one) or Partner(one, "") for one in details.partners),
        image=(form.digest or "") if merged.takes_image else current.image,
        own_title=titled,
    )


def _check_merged(current: StoredContact, details: Details) -> None:
    """Raise InvalidError for what two forms make together: no partner account left, too many of them or of labels."""
    checks = [
        label_count_fault("labels", details.labels) if details.labels != current.contact.labels else None,
        partner_count_fault("partners", details.partners),
    ]
    if current.partners and not details.partners:
        checks.append(Fault("partners", Rule.REQUIRED, _NO_PARTNER))
    if faults := [fault for fault in checks if fault]:
        raise InvalidError(faults)


def _contact_fields(details: Details) -> dict[str, Any]:
    fields = details._asdict()
    del fields["partners"]
    return fields
