"""The life of a contact: made, read, listed, changed, deleted, restored, erased.

Every method names the account by its SID and raises NotFoundError when account, campaign or contact do not exist, or
belong to another account. `by` says who asks, for the audit trail: `token Ab12…`, `command line`.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections import deque
from typing import TYPE_CHECKING, Final

from cardwright import limits
from cardwright.book.cards import edited
from cardwright.book.changes import allow, applied, restored, stored_faults
from cardwright.book.checks import checked_contact, checked_patch, checked_query
from cardwright.book.images import sha256
from cardwright.book.ports import Draft, LargeCardError, Place, Repeat
from cardwright.book.requests import in_order, unknown_partners_fault
from cardwright.book.system import refuse_system, with_title
from cardwright.contact.labels import PARTNERS, distinct
from cardwright.contact.texts import SPACES
from cardwright.errors import ConflictError, Fault, InvalidError, NotFoundError, Rule

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Collection, Iterable

    from cardwright.book.images import Image, Images
    from cardwright.book.ports import ContactStore
    from cardwright.book.requests import ContactsPage, NewContact, Patch, Query
    from cardwright.book.stored import StoredContact
    from cardwright.fair_semaphore import FairSemaphore

_ID: Final = re.compile("(M?)([1-9][0-9]{0,11})")
_IMAGE: Final = ("image_url", "image_file")
_AT_A_TIME: Final = 200  # contacts in memory while all are streamed
_Faults = list[Fault]


class Contacts:
    """The use cases over stored contacts."""

    def __init__(self, store: ContactStore, images: Images) -> None:
        self._store = store
        self._images = images

    async def generation(self) -> str:
        """Return what names the history that revisions belong to: a restore begins another one (PC-33)."""
        return await self._store.generation()

    async def create(  # noqa: PLR0913 - what is optional is named at the call
        self, sid: str, campaign: str, new: NewContact, *, by: str, key: str = "", form_faults: Iterable[Fault] = ()
    ) -> str:
        """Make a contact and return its id; it is on the disk then (PC-20 to PC-28).

        `key` is an idempotency key of the account: a repeat within 24 hours returns the id that the first call
        returned and makes nothing; with other contents it raises KeyReusedError (PC-29).
        `form_faults` are those of the form that it came in; they are reported with the others, in order.
        Raises InvalidError with every fault there is, the image's too (PC-60); nothing is kept then (PC-34).
        """
        faults = list(form_faults)
        if new.image_url:
            new = new._replace(image_url=new.image_url.strip(SPACES))
        repeat = Repeat(key, await _digest(campaign, new, faults)) if key else None
        if repeat and (number := await self._store.repeated(sid, repeat)):
            return str(number)
        contact = checked_contact(new, faults)
        place, partners = Place(sid, campaign), distinct(new.partners)
        if faults or new.image_url or new.image_file:  # else the store looks, in the unit of work
            faults += await self._unknown_partners(place, "partners", partners)
        if not partners and not any(fault.field == "partners" for fault in faults):
            faults.append(Fault("partners", Rule.REQUIRED, "is required"))
        image = await self._image(sid, new, faults) if new.image_url or new.image_file else None
        if faults:
            raise InvalidError(in_order(faults))
        return str(await self._store.create(place, Draft(contact, partners, image), by, repeat))

    async def get(self, sid: str, campaign: str, contact_id: str) -> StoredContact:
        """Return a contact, without its photo and card."""
        return await self._get(Place(sid, campaign), contact_id)

    async def full(self, sid: str, campaign: str, contact_id: str) -> StoredContact:
        """Return a contact with its photo (the small one) and the card it came as."""
        return await self._get(Place(sid, campaign), contact_id, full=True)

    async def list(self, sid: str, campaign: str, query: Query, most: int | None = None) -> ContactsPage:
        """Return a page of contacts, without photos and cards; InvalidError for a page or size out of range.

        With `most`, LargePageError where its texts have more characters.
        """
        return await self._store.list(Place(sid, campaign), checked_query(query), most)

    async def every(
        self, sid: str, campaign: str, query: Query, large: FairSemaphore | None = None
    ) -> AsyncGenerator[StoredContact]:
        """Yield the whole result of a query, whatever its page, with photos and cards; memory stays flat (PC-52).

        A large card is read under a slot of `large`, where that is given, which is held until it is taken; raises
        BusyError.
        """
        query = checked_query(query)._replace(page_size=_AT_A_TIME, after=0)
        place = Place(sid, campaign)
        while True:
            slot = large.taken(sid) if large else contextlib.nullcontext()
            async with contextlib.AsyncExitStack() as held:
                try:
                    left = deque(await self._store.following(place, query, limits.LARGE.value if large else None))
                except LargeCardError:
                    await held.enter_async_context(slot)
                    left = deque(await self._store.following(place, query))
                if not left:
                    return
                while left:
                    query = query._replace(after=left[0].number)
                    yield left.popleft()

    async def update(  # noqa: PLR0913 - what is optional is named at the call
        self,
        sid: str,
        campaign: str,
        contact_id: str,
        patch: Patch,
        *,
        by: str,
        revisions: Collection[int] | None = None,
        form_faults: Iterable[Fault] = (),
    ) -> StoredContact:
        """Change a contact and return it as it is now (PC-30, PC-31).

        `revisions` are those of If-Match: ConflictError when the contact's is none of them; None asks for no check.
        Raises InvalidError as `create` does, ForbiddenError for more than title and labels of a system-created
        contact (PC-11). A patch that changes nothing leaves the revision as it is.
        """
        place = Place(sid, campaign)
        stored = await self._get(place, contact_id)
        faults = list(form_faults)
        allow(stored, patch, faults)
        patch = checked_patch(patch, faults)
        faults += stored_faults(stored, patch)
        faults += await self._unknown_partners(place, "partners_add", patch.partners_add)
        faults += await self._unknown_partners(place, "partners_remove", patch.partners_remove)
        image = await self._image(sid, patch, faults)
        if faults:
            raise InvalidError(in_order(faults))
        digest = image.digest if image else "" if patch.image_url == "" else None

        def edit(current: StoredContact) -> StoredContact:
            _match(current, revisions)
            return with_title(applied(current, patch, digest))

        return await self._store.update(place, stored.number, edited(edit, image), by, image)

    async def delete(
        self, sid: str, campaign: str, contact_id: str, *, by: str, revisions: Collection[int] | None = None
    ) -> None:
        """Delete a contact that can be restored; ForbiddenError for a system-created one (PC-11)."""
        place = Place(sid, campaign)
        stored = await self._get(place, contact_id)

        def allowed(current: StoredContact) -> None:
            refuse_system(current)
            _match(current, revisions)

        await self._store.delete(place, stored.number, allowed, by)

    async def image(self, sid: str, campaign: str, contact_id: str) -> Image:
        """Return the contact's image; NotFoundError when it has none (PC-25)."""
        stored = await self.get(sid, campaign, contact_id)
        if not stored.image:
            raise NotFoundError(f"contact {contact_id} has no image")
        return await self._store.image(sid, stored.image)

    async def octets(self, sid: str, campaign: str, contact_id: str) -> int:
        """Return how much is read for a contact's card, 0 when it has none, without reading it."""
        return await self._store.octets(Place(sid, campaign), parsed(contact_id)[0])

    async def image_octets(self, sid: str, digest: str) -> int:
        """Return the size of an image of the account, 0 when it has none such, without reading it."""
        return await self._store.image_octets(sid, digest)

    async def restore(self, sid: str, campaign: str, contact_id: str, *, by: str) -> StoredContact:
        """Bring a deleted contact back as it was, with its id; ConflictError when it is not deleted, or cannot be."""
        number, _ = parsed(contact_id)
        return await self._store.restore(Place(sid, campaign), number, restored, by)

    async def erase(self, sid: str, campaign: str, contact_id: str, *, by: str) -> None:
        """Remove every trace of a contact, deleted or not: only that there was one with this number remains.

        Raises ForbiddenError for a system-created contact while its partner user is there: it would come back.
        """
        number, _ = parsed(contact_id)
        await self._store.erase(Place(sid, campaign), number, refuse_system, by)

    async def _get(self, place: Place, contact_id: str, *, full: bool = False) -> StoredContact:
        number, system = parsed(contact_id)
        stored = await self._store.get(place, number, full=full)
        if stored.system != system:
            raise _not_found(contact_id)
        return stored

    async def _unknown_partners(self, place: Place, field: str, partners: tuple[str, ...]) -> Iterable[Fault]:
        """Return one fault of all ids of `partners` that are not known (PC-26); too many are not looked up."""
        unknown = await self._store.unknown_partners(place, partners if len(partners) <= PARTNERS else ())
        return [unknown_partners_fault(field, unknown)] if unknown else ()

    async def _image(self, sid: str, asked: NewContact | Patch, faults: _Faults) -> Image | None:
        """Return the image that is asked for; its fault is added to `faults`, after those of other fields."""
        if any(fault.field in _IMAGE for fault in faults):
            return None
        field, image = "image_url", None
        try:
            if asked.image_url:
                image = await self._images.fetch(sid, asked.image_url)
            elif asked.image_file:
                field = "image_file"
                image = await self._images.accept(sid, asked.image_file)
        except InvalidError as error:
            faults += (fault._replace(field=field) for fault in error.faults)
        return image


async def _digest(campaign: str, new: NewContact, faults: list[Fault]) -> bytes:
    """Return what two requests share that hold the same fields and files; a field at fault is in `faults` alone."""
    file = await sha256(new.image_file)
    return hashlib.sha256(
        repr((campaign, faults, *new._replace(image_file=file))).encode("utf-8", "surrogatepass")
    ).digest()


def parsed(contact_id: str) -> tuple[int, bool]:
    """Return the number in a contact's id, and whether it is the id of a system-created one (PC-11)."""
    match = _ID.fullmatch(contact_id)
    if match is None:
        raise _not_found(contact_id)
    return int(match[2]), bool(match[1])


def _match(stored: StoredContact, revisions: Collection[int] | None) -> None:
    if revisions is not None and stored.revision not in revisions:
        raise ConflictError("the contact was changed by someone else")


def _not_found(contact_id: str) -> NotFoundError:
    return NotFoundError(f"there is no contact {contact_id}")
