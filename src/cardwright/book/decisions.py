"""What is to be done for each row of an import: create a contact, update one, or leave all as it is and say why."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from cardwright.book import outcomes
from cardwright.book.differences import differences
from cardwright.book.match_keys import SHARED
from cardwright.book.merging import card_with, merged, replaced, with_uid
from cardwright.book.outcomes import Result
from cardwright.book.ports import Draft
from cardwright.book.sent_cards import photo_of
from cardwright.contact.model import Contact
from cardwright.contact.uid import comparable_uid, new_uid
from cardwright.errors import CardwrightError, InvalidError, StoreError, StoreFullError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cardwright.book.earlier_rows import EarlierRows
    from cardwright.book.images import Image
    from cardwright.book.import_ports import StoredMatch
    from cardwright.book.import_row import ImportRow
    from cardwright.book.match_keys import MatchRule
    from cardwright.book.named_people import NamedPeople
    from cardwright.book.outcomes import OnDuplicate
    from cardwright.book.ports import ContactStore, Place
    from cardwright.book.stored import StoredContact
    from cardwright.contact.model import Photo

STORE_FAULTS: Final = (StoreError, StoreFullError)
"""Faults that are none of the row that meets them."""


class ImageAcceptor(Protocol):
    """How the photo of a card becomes an image of ours."""

    async def accept(self, account: str, data: bytes) -> Image:
        """Accept an image; InvalidError with one fault for one that cannot be taken."""


class RuleMatches(NamedTuple):
    """Who was found by one rule: existing contacts, and earlier rows that are to become contacts."""

    by: str
    contacts: Sequence[StoredContact] = ()
    rows: Sequence[int] = ()
    """Their places among the decisions."""
    differ: str = "name"
    """What they and the row have not in common, where they are others."""


class Create(NamedTuple):
    """A row that is to become a contact."""

    row: ImportRow
    draft: Draft
    warnings: tuple[str, ...]
    shared: RuleMatches | None = None
    """Who has the same address and another name, or another UID."""


class Skip(NamedTuple):
    """A row that is somebody who is there, or comes before it; or one of several."""

    row: ImportRow
    candidates: RuleMatches


class Update(NamedTuple):
    """A row that changes a contact."""

    row: ImportRow
    stored: StoredContact
    edit: Callable[[StoredContact], StoredContact]
    after: StoredContact
    """What that makes of `stored`."""
    image: Image | None
    warnings: tuple[str, ...]

    def reason(self) -> str:
        """Return what it changes, in words."""
        return outcomes.changed(differences(self.stored, self.after))


class KeepGroup(NamedTuple):
    """A row that is a group."""

    row: ImportRow


Decision = Result | Create | Skip | Update | KeepGroup


class Decisions:
    """Decides about the rows of one import; nothing is written."""

    def __init__(  # noqa: PLR0913, PLR0917 - what it works with
        self,
        contacts: ContactStore,
        photos: ImageAcceptor,
        place: Place,
        on_duplicate: OnDuplicate,
        rules: Sequence[MatchRule],
        named: NamedPeople,
    ) -> None:
        self._contacts = contacts
        self._photos = photos
        self._place = place
        self._on_duplicate = on_duplicate
        self._rules = rules
        self._named = named
        self._known_partners: dict[str, bool] = {}

    async def look_up_partners(self, rows: Sequence[ImportRow]) -> None:
        """Find out which partner accounts of the rows there are: first of all, once for many rows."""
        asked = {partner for row in rows for partner in row.partners} - self._known_partners.keys()
        if asked:
            unknown = await self._contacts.unknown_partners(self._place, sorted(asked))
            self._known_partners |= {partner: partner not in unknown for partner in asked}

    def at_once(self, row: ImportRow) -> Create | None:
        """Return what `decide` would, for a row that is certainly nobody's; None where there is more to look at.

        Nearly all rows of a first import are decided so: to wait for each takes as long as all the rest of it.
        """
        if row.fault or row.is_group or row.partners or row.card or row.unmodelled or row.contact.photo:
            return None
        return _created(row, row.uid)

    async def decide(self, row: ImportRow, match: StoredMatch | None, earlier: EarlierRows | None) -> Decision:
        """Return the result of a row, or what is to be done for it; `match` is who is there already.

        `earlier` is None for a row that is certainly none of those before it.
        """
        unknown = [partner for partner in row.partners if not self._known_partners[partner]]
        if row.fault or unknown:
            return outcomes.refused(row, row.fault or f"No partner account {', '.join(unknown)}")
        if row.is_group:
            return KeepGroup(row)
        try:
            return await self._decided(row, *self._candidates(row, match, earlier))
        except STORE_FAULTS:
            raise
        except CardwrightError as error:
            return outcomes.refused(row, str(error))

    def _candidates(
        self, row: ImportRow, match: StoredMatch | None, earlier: EarlierRows | None
    ) -> tuple[MatchRule | None, RuleMatches | None]:
        """Return the first rule that finds anybody, there or on the way, and whom."""
        coming = earlier.find(row.keys) if earlier else None
        if not (match or coming):
            return None, None
        number = min(one[0] for one in (match, coming) if one)
        contacts = match.contacts if match and match.rule == number else ()
        rows = coming[1] if coming and coming[0] == number else ()
        rule = self._rules[number]
        if rule.yields and row.contact.uid:
            others = [stored for stored in contacts if stored.number not in self._named]
            coming_others = [place for place in rows if earlier and place not in earlier.named]
            if not others and not coming_others:
                return SHARED, RuleMatches(rule.by, contacts, rows, "UID")
            contacts, rows = others, coming_others
        return rule, RuleMatches(rule.by, contacts, rows)

    async def _decided(self, row: ImportRow, rule: MatchRule | None, candidates: RuleMatches | None) -> Decision:
        if rule is None or candidates is None:
            return await self._create(row, row.uid)
        if rule.verdict == "taken":
            return await self._create(row, new_uid())
        if row.contact.uid and rule.verdict == "same" and not rule.yields:
            for stored in candidates.contacts:
                self._named.add(stored.number)
        if rule.verdict == "shared":
            return (await self._create(row, row.uid))._replace(shared=candidates)
        if self._on_duplicate == "skip" or len(candidates.contacts) + len(candidates.rows) > 1:
            return Skip(row, candidates)
        return await self._update(row, candidates.contacts[0])

    async def _create(self, row: ImportRow, uid: str) -> Create:
        return _created(row, uid, *await self._image(row)) if row.contact.photo else _created(row, uid)

    async def _update(self, row: ImportRow, stored: StoredContact) -> Result | Update:
        if stored.system:
            return Result(row.number, "skipped", stored.id, row.warnings, "is kept in step with a partner user")
        is_replaced = self._on_duplicate == "replace"
        image, warnings = await self._shown(stored, row.contact.photo), row.warnings
        if image is None:
            image, told = await self._image(row, kept=is_replaced or not stored.image)
            warnings += told
        put = replaced if is_replaced else merged

        after = put(stored, row, image)
        if after == stored:
            return Result(row.number, "unchanged", stored.id, warnings)

        def edit(current: StoredContact) -> StoredContact:
            return after if current == stored else put(current, row, image)

        return Update(row, stored, edit, after, image, warnings)

    async def _shown(self, stored: StoredContact, photo: Photo | None) -> Image | None:
        """Return the image of a contact if the photo is what its card shows of that, or an export: often smaller."""
        if photo is None or not stored.image:
            return None
        if stored.card and await asyncio.to_thread(photo_of, stored.card) != photo.data:
            return None
        image = await self._contacts.image(self._place.sid, stored.image)
        return image if stored.card or image.small == photo.data else None

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


def _created(row: ImportRow, uid: str, image: Image | None = None, warnings: tuple[str, ...] = ()) -> Create:
    name, organization, title, note, phones, emails, addresses, websites, photo, labels, own_uid, revision = row.contact
    contact = row.contact
    if own_uid != uid or photo:  # `_replace` takes twice as long
        lists = phones, emails, addresses, websites
        contact = Contact(name, organization, title, note, *lists, None, labels, uid, revision)
    keys, terms = row.keys, row.terms
    if uid != row.uid:
        keys, terms = keys._replace(uid=comparable_uid(uid)), ""
    card = with_uid(row, uid) if row.card else card_with(row, contact) if row.unmodelled else b""
    return Create(row, Draft(contact, row.partners, image, card, keys, terms), row.warnings + warnings)
