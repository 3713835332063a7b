"""What happened to one contact, and the undo of each of those changes.

| what happened | its undo                                             | refused when                       |
|---------------|------------------------------------------------------|------------------------------------|
| created       | deletes the contact                                  | it was changed since               |
| updated       | puts the fields that it changed back as they were    | one of those was changed since     |
| deleted       | restores the contact                                 | it is there again                  |
| restored      | deletes the contact again                            | it was changed since               |
| merged        | brings both back as they were                        | one of the two was changed since   |

An undo is a change of its own, which can be undone. Where nothing else was changed since, it gives back the card too,
byte for byte; else the card of today with those fields changed in it (CW-31).
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.book.cards import changed_card, edited
from cardwright.book.changes import restored
from cardwright.book.contact_fields import CARD, LABELS, PHOTO, TITLE, changed
from cardwright.book.stored import rev
from cardwright.book.system import refuse_system, with_title
from cardwright.contact.model import Photo
from cardwright.errors import ChangedSinceError, ConflictError, ForbiddenError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cardwright.book.change_ports import Change
    from cardwright.book.contact_fields import Field
    from cardwright.book.images import Image
    from cardwright.book.merges import Merge
    from cardwright.book.ports import Edit, Place, Store
    from cardwright.book.stored import StoredContact

_OF_SYSTEM: Final = (TITLE, LABELS)
"""What a client may change of a system-created contact (PC-11), and so what an undo may."""


class FieldChange(NamedTuple):
    """What became of one field."""

    name: str
    before: tuple[str, ...]
    """What it held, a text for each member of a list; nothing where it held nothing, or that is erased."""
    after: tuple[str, ...]


class Event(NamedTuple):
    """One thing that happened to a contact, for people."""

    change: Change
    fields: tuple[FieldChange, ...]
    """What changed, where it was an update."""
    can_be_undone: bool
    """Whether there is an undo; it may be refused still, where a field was changed since."""
    merge: Merge | None = None
    """The merge that this was, or the undo of which it was."""


class History:
    """What happened to the contacts of a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def of(self, place: Place, number: int, limit: int, until: int | None = None) -> Sequence[Event]:
        """Return what happened to a contact, the latest first; with `until`, from the change with that sequence on."""
        changes = await self._store.changes.of(place, number, limit, until)
        merges = await self._merges(place, number)
        events = await asyncio.to_thread(lambda: [*map(_event, changes)])
        return [_of_merge(event, merges.get(event.change.sequence)) for event in events]

    async def undo(self, place: Place, number: int, sequence: int, by: str) -> StoredContact | None:
        """Undo the change with this sequence, and return the contact as it is then; None where it is deleted then.

        Raises ChangedSinceError as the table above says, ConflictError where it cannot be undone for another reason,
        ForbiddenError for what nobody may change of a system-created contact, NotFoundError for no such change.
        """
        changes = await self._store.changes.of(place, number, 1, sequence)
        if not changes:
            raise NotFoundError(f"contact {number} has no change {sequence}")
        (change,) = changes
        if merge := (await self._merges(place, number)).get(sequence):
            if merge.undone == sequence:
                raise ConflictError(f"contacts {merge.first} and {merge.second} are two again: merge them anew")
            return await self._store.merges.undo(place, number, sequence, restored, by)
        before, after = change.before, change.after
        if change.kind == "deleted":
            return await self._store.contacts.restore(place, number, restored, by)
        if after is None or (before is None and change.kind == "updated"):
            raise ConflictError("what it was then is erased")
        if before:
            return await self._put_back(place, before, after, by)

        def allowed(current: StoredContact) -> None:
            refuse_system(current)
            refuse_changed(changed(after, current))

        await self._store.contacts.delete(place, number, allowed, by)
        return None

    async def is_undone(self, place: Place, number: int, sequence: int) -> bool:
        """Say whether what a change did is as it was before: its undo was done already, and nothing else since."""
        changes = await self._store.changes.of(place, number, 1, sequence)
        merges = await self._store.merges.of(place, number)
        if not changes or any(it.first == number and it.sequence == sequence and not it.undone for it in merges):
            return False
        (change,), now = changes, await self._now(place, number)
        if change.kind == "deleted":
            return now is not None
        if change.before is None or change.after is None:
            return now is None and change.kind in {"created", "restored"}
        fields = changed(change.before, change.after)
        return now is not None and not any(field in fields for field in changed(change.before, now))

    async def _now(self, place: Place, number: int) -> StoredContact | None:
        try:
            return await self._store.contacts.get(place, number, full=True)
        except NotFoundError:
            return None

    async def _merges(self, place: Place, number: int) -> dict[int, Merge]:
        """Return the merges into a contact, by the change that each was, or, of one that was undone, that this was."""
        merges = await self._store.merges.of(place, number)
        return {merge.undone or merge.sequence: merge for merge in merges if merge.first == number}

    async def _put_back(self, place: Place, before: StoredContact, after: StoredContact, by: str) -> StoredContact:
        await self._look_up_partners(place, before, after)
        has_image = before.image and before.image != after.image
        image = await self._store.contacts.image(place.sid, before.image) if has_image else None
        edit = put_back(before, after, image)
        return await self._store.contacts.update(place, before.number, edit, by)

    async def _look_up_partners(self, place: Place, before: StoredContact, after: StoredContact) -> None:
        left = {partner.id for partner in after.partners}
        come_back = [partner.id for partner in before.partners if partner.id not in left]
        if gone := await self._store.contacts.unknown_partners(place, come_back):
            raise ConflictError(f"the contact belonged to partner accounts that are gone: {', '.join(gone)}")


def put_back(before: StoredContact, after: StoredContact, image: Image | None = None) -> Edit:
    """Return an edit that puts back what differs between the two; `image` is that of `before`, if that differs.

    It raises ChangedSinceError when one of those fields is no longer as it is in `after`.
    """
    fields = changed(before, after)

    def edit(current: StoredContact, at: datetime) -> StoredContact:
        refuse_system_fields(current, fields)
        since = changed(after, current)
        refuse_changed([field for field in fields if field in since])
        if not since and current.card == after.card:  # as it was then, and so it is again
            return with_title(_with(current, before, fields)._replace(card=before.card))
        if not fields:
            raise ChangedSinceError([CARD.name])
        if CARD not in fields:
            return edited(lambda it: with_title(_with(it, before, fields)), image)(current, at)
        new = with_title(_with(current, before, fields))
        photo = Photo("image/jpeg", image.small) if image and PHOTO in fields else current.contact.photo
        return new._replace(card=changed_card(before.card, before, new, photo, rev(at)))

    return edit


def refuse_changed(fields: Sequence[Field]) -> None:
    """Raise ChangedSinceError if there are fields that were changed since."""
    if fields:
        raise ChangedSinceError([field.name for field in fields])


def refuse_system_fields(current: StoredContact, fields: Sequence[Field]) -> None:
    """Raise ForbiddenError if a system-created contact would change beyond its title and labels (PC-11)."""
    if current.system and any(field not in _OF_SYSTEM for field in fields):
        raise ForbiddenError("of a system-created contact only the title and the labels can be changed")


def _with(current: StoredContact, before: StoredContact, fields: Sequence[Field]) -> StoredContact:
    for field in fields:
        current = field.put(current, before)
    return current


def _of_merge(event: Event, merge: Merge | None) -> Event:
    if merge is None:
        return event
    return event._replace(merge=merge, can_be_undone=merge.undone is None)


def _event(change: Change) -> Event:
    before, after = change.before, change.after
    if after is None:
        return Event(change, (), can_be_undone=False)
    if before is None:
        is_new = change.kind in {"created", "restored"}
        return Event(change, (), can_be_undone=is_new and not after.system)
    fields = changed(before, after)
    told = tuple(FieldChange(field.name, field.texts(before), field.texts(after)) for field in fields)
    return Event(change, told, not after.system or all(field in _OF_SYSTEM for field in fields))
