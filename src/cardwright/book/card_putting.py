"""Putting a card that a client has sent under a name: what holds the name from then on (DV-10 to DV-16)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from cardwright.book.card_octets import tag_of, uid_in_all
from cardwright.book.card_ports import GroupDraft
from cardwright.book.ports import Draft
from cardwright.book.sent_cards import photo_of, with_uid
from cardwright.contact.uid import comparable_uid, new_uid
from cardwright.errors import CardwrightError, ForbiddenError, InvalidError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from cardwright.book.card_ports import Book, BookCard, CardStore
    from cardwright.book.images import Image, Images
    from cardwright.book.sent_cards import SentCard
    from cardwright.book.stored import StoredContact

Allowed: TypeAlias = "Callable[[BookCard | None], None]"
"""Is given the card that holds a name, or None, and raises what is to be raised."""


class CardChangedError(CardwrightError):
    """The card that was looked at to decide is not the one that is there any more."""


class PutResult(NamedTuple):
    """What came of a card that was sent."""

    card: BookCard
    """Without its contact and its octets."""
    is_new: bool
    """Nothing had the name before."""
    is_as_sent: bool
    """What leaves is what was sent, octet for octet: not where the card had no UID, and was given one (DV-12)."""
    tag: str
    """The card's entity tag."""


class _Plan(NamedTuple):
    """What is to be kept."""

    octets: bytes
    uid: str
    """The card's."""
    image: Image | None = None
    digest: str = ""
    """Of the image of an edited contact, `""` for none."""


class Putting:
    """One card on its way into a book."""

    def __init__(self, store: CardStore, images: Images, book: Book, name: str, sent: SentCard) -> None:
        self._store = store
        self._images = images
        self._book = book
        self._name = name
        self._sent = sent

    async def put(self, allowed: Allowed, by: str) -> PutResult:
        """Put it; ChangedMeanwhileError where another card came while it was decided what to keep: try again.

        Nearly all are put without a look at what is there. A look is needed for the UID that a card without one gets,
        for a photo, which may be there already, and in the book of all campaigns, where UIDs are not what is kept.
        """
        sent = self._sent
        looks = bool(sent.photo or not sent.contact.uid or not self._book.campaign)
        looked = (await self._store.named(self._book, (self._name,), full=True))[0] if looks else None
        if looks:
            allowed(looked)
        plan = await self._plan(looked)

        def put(current: BookCard | None, _at: datetime) -> Draft | GroupDraft | StoredContact:
            allowed(current)
            refuse_system(current)
            if looks and not _is_same(current, looked):
                raise CardChangedError
            return _kept(current, sent, plan)

        kept = await self._store.put(self._book, self._name, put, by, plan.image)
        is_as_sent = await self._is_as_sent(plan, looked)
        return PutResult(kept.card, kept.is_new, is_as_sent, tag_of(kept.generation, kept.card))

    async def _plan(self, there: BookCard | None) -> _Plan:
        """Return what is to be kept, now that it is known what is there, where that matters."""
        octets, uid = self._sent.octets, self._sent.contact.uid
        if there and (not uid or (there.repeats_uid and comparable_uid(uid) == comparable_uid(uid_in_all(there)))):
            octets, uid = await self._with_uid(there.uid), there.uid
        elif not uid:
            uid = new_uid()
            octets = await self._with_uid(uid)
        if not self._sent.photo or self._sent.is_group:
            return _Plan(octets, uid)
        if there and there.contact and await _shows(there.contact, self._sent.photo):
            return _Plan(octets, uid, digest=there.contact.image)
        image = await self._image()
        return _Plan(octets, uid, image, image.digest if image else "")

    async def _image(self) -> Image | None:
        """Return the image of the photo; one that cannot be taken stays in the card, as in an import."""
        try:
            return await self._images.accept(self._book.sid, self._sent.photo)
        except InvalidError:
            return None

    async def _with_uid(self, uid: str) -> bytes:
        return await asyncio.to_thread(with_uid, self._sent.octets, uid)

    async def _is_as_sent(self, plan: _Plan, there: BookCard | None) -> bool:
        """Say whether the card leaves as it was sent, though another UID may be kept (DV-3)."""
        if plan.octets is self._sent.octets or not (there and there.repeats_uid):
            return plan.octets is self._sent.octets
        return await asyncio.to_thread(with_uid, plan.octets, uid_in_all(there)) == self._sent.octets


def refuse_system(card: BookCard | None) -> None:
    """Raise ForbiddenError for the card of a system-created contact, which is kept in step with its user (DV-4)."""
    if card and card.is_system:
        raise ForbiddenError("a system-created contact is read-only in address books")


def _kept(current: BookCard | None, sent: SentCard, plan: _Plan) -> Draft | GroupDraft | StoredContact:
    if sent.is_group:
        return GroupDraft(comparable_uid(plan.uid), plan.octets)
    contact = sent.contact._replace(uid=plan.uid)
    if current is None or current.contact is None:
        return Draft(contact, (), plan.image, plan.octets)
    there = current.contact
    uid = there.contact.uid if comparable_uid(there.contact.uid) == comparable_uid(plan.uid) else plan.uid
    kept = contact._replace(uid=uid, photo=there.contact.photo, revision=there.contact.revision)
    return there._replace(contact=kept, card=plan.octets, image=plan.digest)


def _is_same(one: BookCard | None, other: BookCard | None) -> bool:
    if one is None or other is None:
        return one is other
    return (one.place, one.number, one.is_group, one.revision) == (
        other.place,
        other.number,
        other.is_group,
        other.revision,
    )


async def _shows(stored: StoredContact, photo: bytes) -> bool:
    """Say whether this is the photo that the contact's card has shown so far: then the image stays as it is."""
    if stored.card:
        return await asyncio.to_thread(photo_of, stored.card) == photo
    return stored.contact.photo is not None and stored.contact.photo.data == photo
