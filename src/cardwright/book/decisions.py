"""What is to be done for each row of an import: create a contact, update one, or leave all as it is and say why."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from cardwright.book.match_keys import KINDS, kind_of
from cardwright.book.merging import merged, with_uid
from cardwright.book.outcomes import Result, refused, skipped
from cardwright.book.ports import Draft
from cardwright.errors import CardwrightError, InvalidError, StoreError, StoreFullError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cardwright.book.images import Image
    from cardwright.book.import_row import ImportRow
    from cardwright.book.match_keys import Match
    from cardwright.book.outcomes import OnDuplicate
    from cardwright.book.ports import ContactStore, Place
    from cardwright.book.stored import StoredContact

STORE_FAULTS: Final = (StoreError, StoreFullError)
"""Faults that are none of the row that meets them."""


class Photos(Protocol):
    """How the photo of a card becomes an image of ours."""

    async def accept(self, account: str, data: bytes) -> Image:
        """Accept an image; InvalidError with one fault for one that cannot be taken."""


class Create(NamedTuple):
    """A row that is to become a contact."""

    row: ImportRow
    draft: Draft
    warnings: tuple[str, ...]


class Repeated(NamedTuple):
    """A row that is the same person as an earlier one, which is to become a contact."""

    row: ImportRow
    first: int
    """Where that stands among the decisions."""
    by: str


class Update(NamedTuple):
    """A row that changes a contact."""

    row: ImportRow
    stored: StoredContact
    edit: Callable[[StoredContact], StoredContact]
    after: StoredContact
    """What that makes of `stored`."""
    image: Image | None
    warnings: tuple[str, ...]


Decision = Result | Create | Repeated | Update


class Decisions:
    """Decides about the rows of one import; nothing is written."""

    def __init__(self, contacts: ContactStore, photos: Photos, place: Place, on_duplicate: OnDuplicate) -> None:
        self._contacts = contacts
        self._photos = photos
        self._place = place
        self._on_duplicate = on_duplicate
        self._known_partners: dict[str, bool] = {}

    async def look_up_partners(self, rows: Sequence[ImportRow]) -> None:
        """Find out which partner accounts of the rows there are: first of all, once for many rows."""
        asked = {partner for row in rows for partner in row.partners} - self._known_partners.keys()
        if asked:
            unknown = await self._contacts.unknown_partners(self._place, sorted(asked))
            self._known_partners |= {partner: partner not in unknown for partner in asked}

    async def decide(self, row: ImportRow, match: Match | None, earlier: Mapping[str, int]) -> Decision:
        """Return the result of a row, or what is to be done for it.

        `match` is who is there already, `earlier` are the keys of rows before it that become contacts, each with its
        place among the decisions.
        """
        unknown = [partner for partner in row.partners if not self._known_partners[partner]]
        if row.fault or unknown:
            return refused(row, row.fault or f"No partner account {', '.join(unknown)}")
        try:
            if self._on_duplicate == "skip" and (repeated := _repeated(row, match, earlier)):
                return repeated
            if match and self._on_duplicate == "skip":
                return skipped(row, match.stored.id, match.by)
            if match and self._on_duplicate == "update":
                return await self._update(row, match.stored)
            is_taken = (match and match.by == KINDS[0]) or row.keys.texts[0] in earlier
            return await self._create(row, f"urn:uuid:{uuid.uuid4()}" if is_taken else row.keys.uid)
        except STORE_FAULTS:
            raise
        except CardwrightError as error:
            return refused(row, str(error))

    async def _create(self, row: ImportRow, uid: str) -> Create:
        image, warnings = await self._image(row) if row.contact.photo else (None, ())
        contact = row.contact
        if contact.uid != uid or contact.photo:
            contact = contact._replace(uid=uid, photo=None)
        draft = Draft(contact, row.partners, image, with_uid(row, uid) if row.card else b"")
        return Create(row, draft, row.warnings + warnings)

    async def _update(self, row: ImportRow, stored: StoredContact) -> Result | Update:
        if stored.system:
            return Result(row.number, "skipped", stored.id, row.warnings, "is kept in step with a partner user")
        image, warnings = await self._image(row, kept=not stored.image)
        warnings = row.warnings + warnings

        after = merged(stored, row, image)
        if after == stored:
            return Result(row.number, "unchanged", stored.id, warnings)

        def edit(current: StoredContact) -> StoredContact:
            return after if current == stored else merged(current, row, image)

        return Update(row, stored, edit, after, image, warnings)

    async def _image(self, row: ImportRow, *, kept: bool = True) -> tuple[Image | None, tuple[str, ...]]:
        """Return the image of the row's photo; one that cannot be taken is told, and whether the card keeps it."""
        photo = row.contact.photo
        if photo is None:
            return None, ()
        try:
            return await self._photos.accept(self._place.sid, photo.data), ()
        except InvalidError as error:
            where = "left in the card" if kept else "left out, for the contact has one"
            return None, (f"the photo is {where}: {error.faults[0].message}",)


def _repeated(row: ImportRow, match: Match | None, earlier: Mapping[str, int]) -> Repeated | None:
    """Return which earlier row is the same person, if that counts before the contact that is there already."""
    if earlier.keys().isdisjoint(row.keys.texts):  # as of nearly all
        return None
    kind, first = min((KINDS.index(kind_of(key)), earlier[key]) for key in row.keys.texts if key in earlier)
    return None if match and KINDS.index(match.by) <= kind else Repeated(row, first, KINDS[kind])
