"""Import: the rows of a file into a campaign, each with its outcome; a bad row never stops the rest."""

from __future__ import annotations

import uuid
from itertools import islice
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, Protocol

from cardwright import vcard
from cardwright.book.contact_store import Draft
from cardwright.book.fitting import fitted
from cardwright.book.partners import Partner
from cardwright.cards import change, contact_of
from cardwright.contact.words import folded
from cardwright.errors import CardwrightError, InvalidError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from cardwright.book.contact_store import ContactStore, Place
    from cardwright.book.images import Image
    from cardwright.book.incoming import Incoming
    from cardwright.book.stored import StoredContact
    from cardwright.contact.model import Contact

Outcome = Literal["created", "updated", "unchanged", "skipped", "refused"]
OnDuplicate = Literal["skip", "update", "add"]

_AT_A_TIME: Final = 1_000
"""Rows that are looked up, and then kept, together."""


class Keys(NamedTuple):
    """What a row is known by: the first of these that a stored contact shares makes it the same person."""

    uid: str
    email: str
    """Folded; `""` for none."""
    phones: frozenset[str]
    """In E.164 form."""
    name: tuple[str, str]
    """First and last, folded: a number counts only with them."""


class Alike(NamedTuple):
    """A contact that is there already."""

    stored: StoredContact
    """With its card."""
    by: str
    """What it is known by: `UID`, `e-mail address`, `phone number and name`."""


class ImportStore(Protocol):
    """What an import asks of the store."""

    async def alike(self, place: Place, keys: Sequence[Keys]) -> Sequence[Alike | None]:
        """Return for each of the keys the contact of the campaign that it means, by UID first, then as `Keys` says."""

    async def create(self, place: Place, drafts: Sequence[Draft], by: str) -> Sequence[int]:
        """Keep new contacts, all in one unit of work, and return the numbers they were given."""


class Photos(Protocol):
    """How the photo of a card becomes an image of ours."""

    async def accept(self, data: bytes) -> Image:
        """Accept an image; InvalidError with one fault for one that cannot be taken."""


class Result(NamedTuple):
    """What became of one row."""

    row: int
    outcome: Outcome
    contact: str = ""
    """The id of the contact that it became, or that was there; `""` when there is none, or none yet."""
    warnings: tuple[str, ...] = ()
    reason: str = ""


class _Prepared(NamedTuple):
    incoming: Incoming
    keys: Keys
    marks: frozenset[object]
    """Each of the keys, on its own."""
    fault: str


class _New(NamedTuple):
    row: int
    draft: Draft
    warnings: tuple[str, ...]


class Import:
    """One import into one campaign."""

    def __init__(  # noqa: PLR0913 - what it works with, and how
        self,
        store: ImportStore,
        contacts: ContactStore,
        photos: Photos,
        place: Place,
        *,
        on_duplicate: OnDuplicate = "skip",
        dry_run: bool = False,
    ) -> None:
        self._store = store
        self._contacts = contacts
        self._photos = photos
        self._place = place
        self._on_duplicate = on_duplicate
        self._dry_run = dry_run
        self._known_partners: dict[str, bool] = {}
        self._promised: set[object] = set()  # keys of what a dry run would have made

    async def run(self, rows: Iterator[Incoming], by: str) -> AsyncIterator[Result]:
        """Give what became of each row, in their order; what is given is on the disk."""
        while batch := list(islice(rows, _AT_A_TIME)):
            for part in _apart([_prepared(row, self._place) for row in batch]):
                for result in await self._part(part, by):
                    yield result

    async def _part(self, rows: Sequence[_Prepared], by: str) -> list[Result]:
        """Return the results of rows of which no two are the same person."""
        await self._look_up_partners(rows)
        found = iter(await self._store.alike(self._place, [row.keys for row in rows if not row.fault]))
        decided = [await self._decided(row, None if row.fault else next(found), by) for row in rows]
        drafts = [one.draft for one in decided if isinstance(one, _New)]
        numbers = iter(await self._store.create(self._place, drafts, by) if drafts else ())
        return [
            Result(one.row, "created", str(next(numbers)), one.warnings) if isinstance(one, _New) else one
            for one in decided
        ]

    async def _look_up_partners(self, rows: Sequence[_Prepared]) -> None:
        asked = {partner for row in rows for partner in row.incoming.partners} - self._known_partners.keys()
        if asked:
            unknown = await self._contacts.unknown_partners(self._place, sorted(asked))
            self._known_partners |= {partner: partner not in unknown for partner in asked}

    async def _decided(self, row: _Prepared, alike: Alike | None, by: str) -> Result | _New:
        """Return the result of a row, or the contact that it is to become."""
        incoming = row.incoming
        unknown = [partner for partner in incoming.partners if not self._known_partners[partner]]
        reason = row.fault or (f"No partner account {', '.join(unknown)}" if unknown else "")
        if reason:
            return Result(incoming.row, "refused", "", incoming.warnings, reason)
        try:
            if alike and self._on_duplicate == "skip":
                return _skipped(row, alike)
            if alike and self._on_duplicate == "update":
                return await self._update(row, alike, by)
            return await self._new(row, alike)
        except CardwrightError as error:
            return Result(incoming.row, "refused", "", incoming.warnings, str(error))

    async def _new(self, row: _Prepared, alike: Alike | None) -> Result | _New:
        incoming, promised = row.incoming, self._dry_run and bool(self._promised & row.marks)
        self._promised |= row.marks if self._dry_run else frozenset()
        if promised and self._on_duplicate != "add":
            return Result(incoming.row, "skipped", "", incoming.warnings, "the same person stands in an earlier row")
        image, warnings = await self._image(incoming)
        warnings = incoming.warnings + warnings
        if self._dry_run:
            return Result(incoming.row, "created", "", warnings)
        uid = f"urn:uuid:{uuid.uuid4()}" if alike and alike.by == "UID" else row.keys.uid
        contact = incoming.contact._replace(uid=uid, photo=None)
        card = _with_uid(incoming, uid)
        return _New(incoming.row, Draft(contact, incoming.partners, image, card), warnings)

    async def _update(self, row: _Prepared, alike: Alike, by: str) -> Result:
        incoming, stored = row.incoming, alike.stored
        if stored.system:
            return Result(incoming.row, "skipped", stored.id, incoming.warnings, "is kept in step with a partner user")
        image, warnings = await self._image(incoming)
        warnings = incoming.warnings + warnings

        def edit(current: StoredContact) -> StoredContact:
            return _merged(current, incoming, image)

        if edit(stored) == stored:
            return Result(incoming.row, "unchanged", stored.id, warnings)
        if not self._dry_run:
            await self._contacts.update(self._place, stored.number, edit, by, image)
        return Result(incoming.row, "updated", stored.id, warnings)

    async def _image(self, incoming: Incoming) -> tuple[Image | None, tuple[str, ...]]:
        """Return the image of the row's photo; one that cannot be taken stays in the card, and is told."""
        photo = incoming.contact.photo
        if photo is None:
            return None, ()
        try:
            return await self._photos.accept(photo.data), ()
        except InvalidError as error:
            return None, (f"the photo is left in the card: {error.faults[0].message}",)


def _merged(current: StoredContact, incoming: Incoming, image: Image | None) -> StoredContact:
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


def _prepared(row: Incoming, place: Place) -> _Prepared:
    """Return the row with what may be kept of it, and what it is known by."""
    fault = row.fault
    if not fault:
        row, fault = fitted(row)
    keys = _keys(row, place)
    numbers = {(number, keys.name) for number in keys.phones if any(keys.name)}
    return _Prepared(row, keys, frozenset({keys.uid, ("email", keys.email), *numbers} - {("email", "")}), fault)


def _keys(row: Incoming, place: Place) -> Keys:
    """Return what the row is known by; without a UID it gets one that the same row has in every import."""
    contact = row.contact
    uid = contact.uid
    if not uid:
        said = row.card or repr(contact).encode("utf-8", "surrogatepass")
        uid = uuid.uuid5(uuid.NAMESPACE_URL, "\0".join((*place, said.decode("latin-1")))).urn
    email = folded(contact.emails[0].address) if contact.emails else ""
    return Keys(uid, email, numbers_of(contact), name_of(contact))


def numbers_of(contact: Contact) -> frozenset[str]:
    """Return the phone numbers that are the same wherever they are dialled (E.164)."""
    national = [phone for phone in contact.phones if phone.country]
    if not national:
        return frozenset()
    from cardwright.contact.international import international  # noqa: PLC0415 - loads phonenumbers, 20 MB

    return frozenset(international(phone.number, phone.country) for phone in national)


def name_of(contact: Contact) -> tuple[str, str]:
    """Return first and last name as they are compared."""
    return folded(contact.name.first), folded(contact.name.last)


def _apart(rows: list[_Prepared]) -> Iterator[list[_Prepared]]:
    """Give the rows in parts in which no two are the same person: the second must find the first in the store."""
    part: list[_Prepared] = []
    seen: set[object] = set()
    for row in rows:
        if seen & row.marks:
            yield part
            part, seen = [], set()
        part.append(row)
        seen |= row.marks
    yield part


def _skipped(row: _Prepared, alike: Alike) -> Result:
    incoming = row.incoming
    reason = f"contact {alike.stored.id} has the same {alike.by}"
    return Result(incoming.row, "skipped", alike.stored.id, incoming.warnings, reason)


def _with_uid(incoming: Incoming, uid: str) -> bytes:
    """Return the card of the row with its UID: as it came when it has that one."""
    if not incoming.card or incoming.contact.uid == uid:
        return incoming.card
    card = next(iter(vcard.read(incoming.card)))
    said = contact_of(card)
    change(card, said, said._replace(uid=uid))
    return vcard.write(card)
