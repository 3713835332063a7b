"""Import: the rows of a file into a campaign, each with its outcome; a bad row never stops the rest."""

from __future__ import annotations

import asyncio
import uuid
from collections import deque
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, Protocol, TypeVar

from cardwright.book.contact_store import Draft
from cardwright.book.known_people import LARGE, Familiar
from cardwright.book.match_keys import KINDS, kind_of, marks_of
from cardwright.book.merging import merged, with_uid
from cardwright.errors import CardwrightError, InvalidError, StoreError, StoreFullError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence

    from cardwright.book.contact_store import ContactStore, Place
    from cardwright.book.files.import_rows import Prepared
    from cardwright.book.files.reading import Incoming
    from cardwright.book.images import Image
    from cardwright.book.known_people import ImportStore
    from cardwright.book.match_keys import Alike
    from cardwright.book.stored import StoredContact

Outcome = Literal["created", "updated", "unchanged", "skipped", "refused"]
OnDuplicate = Literal["skip", "update", "add"]

T = TypeVar("T")

_ENDING: Final = (StoreError, StoreFullError)
"""Faults of the store, which are none of the row that meets them."""
_AT_A_TIME: Final = 2_500
"""Rows that are looked up, and then kept, together: more of them keep others waiting for longer."""


class Photos(Protocol):
    """How the photo of a card becomes an image of ours."""

    async def accept(self, account: str, data: bytes) -> Image:
        """Accept an image; InvalidError with one fault for one that cannot be taken."""


class Result(NamedTuple):
    """What became of one row."""

    row: int
    outcome: Outcome
    contact: str = ""
    """The id of the contact that it became, or that was there; `""` when there is none."""
    warnings: tuple[str, ...] = ()
    reason: str = ""


class _New(NamedTuple):
    """A row that is to become a contact."""

    row: Prepared
    draft: Draft
    warnings: tuple[str, ...]


class _Twin(NamedTuple):
    """A row that is the same person as an earlier one, which is to become a contact."""

    incoming: Incoming
    first: int
    """Where that stands among what is decided."""
    by: str


class _Change(NamedTuple):
    """A row that changes a contact."""

    row: int
    stored: StoredContact
    edit: Callable[[StoredContact], StoredContact]
    after: StoredContact
    """What that makes of `stored`."""
    image: Image | None
    warnings: tuple[str, ...]


_Decided = Result | _New | _Twin | _Change


class _Keeping(NamedTuple):
    """Rows of which those that are new are on their way to the store."""

    decided: Sequence[_Decided]
    new: Sequence[int]
    """Where these stand."""
    numbers: asyncio.Task[Sequence[int]] | None
    """That they are given; None when nobody is new."""


class Import:
    """One import into one campaign."""

    def __init__(
        self,
        store: ImportStore,
        contacts: ContactStore,
        photos: Photos,
        place: Place,
        *,
        on_duplicate: OnDuplicate = "skip",
    ) -> None:
        self._contacts = contacts
        self._photos = photos
        self._place = place
        self._on_duplicate = on_duplicate
        self._familiar = Familiar(store, contacts, place)
        self._known_partners: dict[str, bool] = {}
        self._fault: BaseException | None = None
        """What ends the import: raised once all that was kept is told."""

    async def run(self, rows: Iterator[list[Prepared]], by: str) -> AsyncIterator[Result]:
        """Give what became of each row, in their order; what is given is on the disk.

        While the store keeps some rows, the next are read and decided. A fault, of `rows` or of the store, or that the
        import is cancelled, ends it: raised once every row that was kept before it is given.
        """
        keeping: list[_Keeping] = []
        self._fault, more = None, True
        try:
            while keeping or (more and not self._fault):
                before, keeping = keeping, []
                if more and not self._fault:
                    more = await self._begin(rows, by, keeping)
                for part in before:
                    for result in await self._results(part):
                        yield result
        finally:
            await self._familiar.settled()
        if self._fault:
            raise self._fault

    async def _begin(self, rows: Iterator[list[Prepared]], by: str, keeping: list[_Keeping]) -> bool:
        """Read rows, decide about them, and begin to keep them; say whether there may be more."""
        batch: list[Prepared] = []
        more = False
        try:
            more = _read(rows, batch)
        except Exception as error:  # noqa: BLE001 - raised in the end
            self._end(error)
        try:
            await self._decide(batch, by, keeping)
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - as above
            self._end(error)
        return more

    async def _decide(self, rows: Sequence[Prepared], by: str, keeping: list[_Keeping]) -> None:
        """Decide about rows, and begin to keep what is new: a part of `keeping` each."""
        fault = self._fault  # of the file: the rows before it count
        await self._look_up_partners(rows)
        for part in _apart(rows) if self._on_duplicate == "update" else (rows,):
            done = 0
            while done < len(part):
                decided = await self._decided_part(part[done:], by)
                done += len(decided)
                new = {at: one.draft for at, one in enumerate(decided) if isinstance(one, _New)}
                numbers = self._familiar.create(list(new.values()), by) if new and self._fault is fault else None
                keeping.append(_Keeping(decided, list(new), numbers))
                if numbers and self._on_duplicate == "update":
                    await self._ended(numbers)
                if self._fault is not fault:
                    return
        await asyncio.sleep(0)  # they start
        await asyncio.sleep(0)  # the writer is handed them

    async def _results(self, keeping: _Keeping) -> list[Result]:
        """Return the results once all is on the disk; rows that were not kept have none."""
        numbers = (await self._ended(keeping.numbers) or ()) if keeping.numbers else ()
        made = dict(zip(keeping.new, numbers, strict=False))
        found = (_result(at, one, made) for at, one in enumerate(keeping.decided))
        return [result for result in found if result]

    async def _ended(self, work: asyncio.Future[T]) -> T | None:
        """Return what comes of work of the store, which ends though the import is cancelled; None when it failed."""
        while not work.done():
            try:
                await asyncio.wait((work,))
            except asyncio.CancelledError as error:
                self._end(error)
        fault = work.exception()
        if fault is None:
            return work.result()
        self._end(fault)
        return None

    def _end(self, fault: BaseException) -> None:
        self._fault = self._fault or fault

    async def _decided_part(self, rows: Sequence[Prepared], by: str) -> list[_Decided]:
        """Decide about the first rows, up to one that must find in the store what an earlier one changes.

        All that changes is written, together. The cards of many may be too large to be at hand together, too.
        """
        cards = self._on_duplicate == "update" and any(row.incoming.card for row in rows)
        found = deque(await self._familiar.alike([row.known for row in rows if not row.fault], cards=cards))
        decided: list[_Decided] = []
        earlier: dict[str, int] = {}  # of those that become contacts
        changing: set[object] = set()  # who is changed, and what they are known by then
        for row in rows:
            if not found and not row.fault:
                break
            alike = None if row.fault else found.popleft()
            if changing and not changing.isdisjoint((alike and alike.stored.number, *row.known.marks)):
                break
            one = await self._decided(row, alike, earlier)
            if isinstance(one, _Change):
                changing.update((one.stored.number, *marks_of(one.after.contact)))
            if isinstance(one, _New):
                for mark in row.known.marks:
                    earlier.setdefault(mark, len(decided))
            decided.append(one)
        await self._change(decided, by)
        return decided

    async def _look_up_partners(self, rows: Sequence[Prepared]) -> None:
        asked = {partner for row in rows for partner in row.incoming.partners} - self._known_partners.keys()
        if asked:
            unknown = await self._contacts.unknown_partners(self._place, sorted(asked))
            self._known_partners |= {partner: partner not in unknown for partner in asked}

    async def _decided(self, row: Prepared, alike: Alike | None, earlier: Mapping[str, int]) -> _Decided:
        """Return the result of a row, or what is to be done for it."""
        incoming = row.incoming
        unknown = [partner for partner in incoming.partners if not self._known_partners[partner]]
        if row.fault or unknown:
            reason = row.fault or f"No partner account {', '.join(unknown)}"
            return Result(incoming.row, "refused", "", incoming.warnings, reason)
        try:
            if self._on_duplicate == "skip" and (twin := _twin(row, alike, earlier)):
                return twin
            if alike and self._on_duplicate == "skip":
                return _skipped(incoming, alike)
            if alike and self._on_duplicate == "update":
                return await self._update(incoming, alike.stored)
            is_taken = (alike and alike.by == KINDS[0]) or row.known.marks[0] in earlier
            return await self._new(row, f"urn:uuid:{uuid.uuid4()}" if is_taken else row.known.uid)
        except _ENDING:
            raise
        except CardwrightError as error:
            return Result(incoming.row, "refused", "", incoming.warnings, str(error))

    async def _new(self, row: Prepared, uid: str) -> _New:
        incoming = row.incoming
        image, warnings = await self._image(incoming) if incoming.contact.photo else (None, ())
        contact = incoming.contact
        if contact.uid != uid or contact.photo:
            contact = contact._replace(uid=uid, photo=None)
        draft = Draft(contact, incoming.partners, image, with_uid(incoming, uid) if incoming.card else b"")
        return _New(row, draft, incoming.warnings + warnings)

    async def _update(self, incoming: Incoming, stored: StoredContact) -> Result | _Change:
        if stored.system:
            return Result(incoming.row, "skipped", stored.id, incoming.warnings, "is kept in step with a partner user")
        image, warnings = await self._image(incoming, kept=not stored.image)
        warnings = incoming.warnings + warnings

        after = merged(stored, incoming, image)
        if after == stored:
            return Result(incoming.row, "unchanged", stored.id, warnings)

        def edit(current: StoredContact) -> StoredContact:
            return after if current == stored else merged(current, incoming, image)

        return _Change(incoming.row, stored, edit, after, image, warnings)

    async def _image(self, incoming: Incoming, *, kept: bool = True) -> tuple[Image | None, tuple[str, ...]]:
        """Return the image of the row's photo; one that cannot be taken is told, and whether the card keeps it."""
        photo = incoming.contact.photo
        if photo is None:
            return None, ()
        try:
            return await self._photos.accept(self._place.sid, photo.data), ()
        except InvalidError as error:
            where = "left in the card" if kept else "left out, for the contact has one"
            return None, (f"the photo is {where}: {error.faults[0].message}",)

    async def _change(self, decided: list[_Decided], by: str) -> None:
        """Make the changes, handed over at once so that they share commits, and put their results in their places."""
        changes = [(at, one) for at, one in enumerate(decided) if isinstance(one, _Change)]
        update, place = self._contacts.update, self._place
        made = (update(place, one.stored.number, one.edit, by, one.image) for _, one in changes)
        ended = await self._ended(asyncio.gather(*made, return_exceptions=True)) or ()
        for (at, one), new in zip(changes, ended, strict=True):
            if isinstance(new, CardwrightError) and not isinstance(new, _ENDING):
                decided[at] = Result(one.row, "refused", one.stored.id, one.warnings, str(new))
            elif isinstance(new, BaseException):
                self._end(new)
            else:
                decided[at] = Result(one.row, "updated", one.stored.id, one.warnings)
                self._familiar.changed(new.contact)


def _read(rows: Iterator[list[Prepared]], batch: list[Prepared]) -> bool:
    """Add rows to the batch, and say whether there may be more."""
    size = 0
    for handful in rows:
        batch += handful
        size += sum(row.size for row in handful)
        if len(batch) >= _AT_A_TIME or size > LARGE:
            return True
    return False


def _apart(rows: Sequence[Prepared]) -> Iterator[list[Prepared]]:
    """Give the rows in parts in which no two are the same person: the second must find the first in the store."""
    part: list[Prepared] = []
    seen: set[str] = set()
    for row in rows:
        marks = () if row.fault else row.known.marks
        if not seen.isdisjoint(marks):
            yield part
            part, seen = [], set()
        part.append(row)
        seen.update(marks)
    yield part


def _twin(row: Prepared, alike: Alike | None, earlier: Mapping[str, int]) -> _Twin | None:
    """Return which earlier row is the same person, if that counts before the contact that is there already."""
    if earlier.keys().isdisjoint(row.known.marks):  # as of nearly all
        return None
    kind, first = min((KINDS.index(kind_of(mark)), earlier[mark]) for mark in row.known.marks if mark in earlier)
    return None if alike and KINDS.index(alike.by) <= kind else _Twin(row.incoming, first, KINDS[kind])


def _result(at: int, one: _Decided, made: Mapping[int, int]) -> Result | None:
    """Return the result of what is decided; None when it was not kept."""
    if isinstance(one, _New):
        return Result(one.row.incoming.row, "created", str(made[at]), one.warnings) if at in made else None
    if isinstance(one, _Twin):
        return _skipped_for(one.incoming, str(made[one.first]), one.by) if one.first in made else None
    return None if isinstance(one, _Change) else one


def _skipped(incoming: Incoming, alike: Alike) -> Result:
    return _skipped_for(incoming, alike.stored.id, alike.by)


def _skipped_for(incoming: Incoming, contact: str, by: str) -> Result:
    return Result(incoming.row, "skipped", contact, incoming.warnings, f"contact {contact} has the same {by}")
