"""Putting, deleting and moving the cards of a book, within a unit of work that holds the lock of its account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.book.card_ports import Book, GroupDraft, WriteResult
from cardwright.book.images import Image
from cardwright.book.ports import Draft
from cardwright.book.stored import StoredContact
from cardwright.contact.uid import comparable_uid
from cardwright.errors import NotFoundError, UidTakenError
from cardwright.store.instants import instant, now
from cardwright.store.postgres import group_cards, writes
from cardwright.store.postgres.books import naming
from cardwright.store.postgres.books.opened import opened
from cardwright.store.postgres.books.puts import NewCard, make, name
from cardwright.store.postgres.books.rows import Key, card_of, cards_of, held, with_keys
from cardwright.store.postgres.books.uids import repeat_holders, taken_by_groups, uid_holders
from cardwright.store.postgres.contact_rows import Spot
from cardwright.store.postgres.numbers import lock

if TYPE_CHECKING:
    from cardwright.book.card_ports import BookCard, PutCard
    from cardwright.store.postgres.books.opened import Opened
    from cardwright.store.postgres.books.rows import NamedCard
    from cardwright.store.postgres.contact_rows import ContactRow
    from cardwright.store.postgres.driver import Connection

_HOLD: Final = "SELECT 1 FROM campaign WHERE account = $1 AND campaign = ANY($2) ORDER BY campaign FOR UPDATE"
_LEFT: Final = """INSERT INTO left_name (account, campaign, sequence, book, number, is_group, name)
    VALUES ($1, $2, $3, $4, $5, $6, $7)"""
_IMAGE: Final = "SELECT media_type, data, small, digest FROM image WHERE account = $1 AND digest = $2"


async def locked(connection: Connection, book: Book) -> Opened:
    """Return a book whose account is locked until the transaction ends."""
    opened_book = await opened(connection, book)
    await lock(connection, opened_book.account)
    return await opened(connection, book)


class OpenBook:
    """A book whose account is locked."""

    def __init__(self, connection: Connection, book: Opened, by: str, generation: str) -> None:
        self._connection = connection
        self._book = book
        self._by = by
        self._generation = generation

    async def card(self, name_: str) -> NamedCard:
        """Return what has the name; NotFoundError for nothing."""
        holder = await self.holder(name_)
        if holder is None:
            raise NotFoundError("there is no card of this name")
        return holder

    async def holder(self, name_: str) -> NamedCard | None:
        """Return what has the name, if anything has."""
        return (await held(self._connection, self._book, [name_])).get(name_)

    def shown(self, found: NamedCard) -> BookCard:
        """Return the card, short."""
        return card_of(self._book, found)

    async def put(self, name_: str, put: PutCard, image: Image | None) -> WriteResult:
        """Have a name hold what `put` says."""
        holder = await self.holder(name_)
        row, card = await self._whole(holder)
        at = now()
        comes = put(card, instant(at))
        if isinstance(comes, StoredContact):
            if holder is None or row is None or card is None or card.contact is None:
                raise NotFoundError("there is no contact of this name")
            check_same(holder, comes.contact.uid)
            if comes != card.contact:
                if image:
                    await writes.keep_image(self._connection, self._book.account, image)
                await writes.replace(self._connection, self._spot(holder.key), row, card.contact, comes, at, self._by)
            return await self._kept(holder.key)
        if isinstance(comes, GroupDraft) and holder and holder.is_group:
            check_same(holder, comes.uid)
            if card and comes.card != card.card:
                await group_cards.put(self._connection, *self._group(holder.key), comes.card)
            return await self._kept(holder.key)
        await self._make_way(comes.uid if isinstance(comes, GroupDraft) else comes.contact.uid, holder)
        if holder:
            await self.remove(holder)
        key = await self._make(name_, comes, holder and holder.campaign)
        return await self._kept(key, is_new=holder is None)

    async def rename(self, found: NamedCard, target: NamedCard | None, to_name: str) -> WriteResult:
        """Give a card another name of the same book, in which every other card has another UID."""
        if target and target.key == found.key:
            return await self._kept(found.key)
        if target:
            raise UidTakenError(target.number, to_name)
        await self._leave(found)
        await naming.keep(self._connection, self._book, [(found.key, to_name, found.repeats_uid)])
        await naming.forget_many(self._connection, self._book, [to_name])
        return await self._kept(found.key, is_new=True)

    async def take(self, source: OpenBook, found: NamedCard, target: NamedCard | None, to_name: str) -> WriteResult:
        """Make a card like one of another book, under a name of this one."""
        await self._make_way(found.uid, target)
        comes = await source.like(found)
        if target:
            await self.remove(target)
        key = await self._make(to_name, comes, None)
        return await self._kept(key, is_new=target is None)

    async def remove(self, found: NamedCard) -> None:
        """Remove a card; its name is kept for who synchronizes."""
        if found.is_group:
            await group_cards.remove(self._connection, *self._group(found.key))
            return
        row, _ = await self._present(found)
        await writes.remove(self._connection, self._spot(found.key), row, self._by)

    async def hold(self, *several: NamedCard | None) -> None:
        """Lock contacts and then campaigns in the order of their keys, as all do who change several."""
        spots = [self._spot(card.key) for card in several if card and not card.is_group]
        await writes.hold(self._connection, spots)
        campaigns = {card.campaign for card in several if card} | {self._book.sections[0].campaign}
        await self._connection.execute(_HOLD, self._book.account, sorted(campaigns))

    async def _whole(self, found: NamedCard | None) -> tuple[ContactRow | None, BookCard | None]:
        """Return a card with its contact, which is locked, or its octets, as an edit is given it."""
        if found is None:
            return None, None
        if found.is_group:
            return None, (await cards_of(self._connection, self._book, [found], full=True))[0]
        row, stored = await self._present(found)
        return row, card_of(self._book, found)._replace(revision=stored.revision, contact=stored)

    async def _present(self, found: NamedCard) -> tuple[ContactRow, StoredContact]:
        present = await writes.present(self._connection, self._spot(found.key))
        if present is None:  # deletions do not wait for the lock of the account
            raise NotFoundError("there is no card of this name any more")
        return present

    async def _make_way(self, uid: str, target: NamedCard | None) -> None:
        """Raise UidTakenError where a card that is not to go has the UID, or the target another."""
        if target:
            check_same(target, uid)
        uids = {comparable_uid(uid)}
        holders = await uid_holders(self._connection, self._book, uids)
        holders += await taken_by_groups(self._connection, self._book, uids)
        holders += await repeat_holders(self._connection, self._book, uids)
        for key, _ in holders:
            if target is None or key != target.key:
                raise UidTakenError(key.number, await self.name_of(key))

    async def name_of(self, key: Key) -> str:
        """Return the name of a card, `""` where it has none yet."""
        holder = (await with_keys(self._connection, self._book, [key])).get(key)
        return holder.name if holder else ""

    async def _make(self, name_: str, comes: Draft | GroupDraft, campaign: int | None) -> Key:
        """Keep a new card under a name that no other holds."""
        if not self._book.sections:
            raise NotFoundError("the account has no campaign")
        at = self._book.sections[0].campaign if campaign is None else campaign
        if isinstance(comes, GroupDraft):
            number = await group_cards.add(self._connection, (self._book.account, at), *comes)
            key = Key(at, number, True)  # noqa: FBT003 - a group
            await name(self._connection, self._book, [(key, name_)])
            return key
        new = NewCard(Book(*self._book.place(at)), name_, comes, self._by)
        (made,) = await make(self._connection, self._book, [new], at)
        if isinstance(made, Exception):
            raise made
        return made.found.key

    async def like(self, found: NamedCard) -> Draft | GroupDraft:
        """Return what makes the same card again."""
        if found.is_group:
            (card,) = await cards_of(self._connection, self._book, [found], full=True)
            return GroupDraft(found.uid, card.card)
        _, stored = await self._present(found)
        image = None
        if stored.image:
            row = await self._connection.row(_IMAGE, self._book.account, stored.image)
            image = Image(*row) if row else None
        contact = stored.contact._replace(photo=None)
        return Draft(contact, tuple(partner.id for partner in stored.partners), image, stored.card)

    async def _leave(self, found: NamedCard) -> None:
        """Keep that a card leaves its name, and give it another revision, which whoever synchronizes sees."""
        numbers = self._book.account, found.campaign
        sequence = await group_cards.next_sequence(self._connection, numbers)
        await self._connection.execute(
            _LEFT, *numbers, sequence, self._book.number, found.number, found.is_group, found.name
        )
        if found.is_group:
            await group_cards.put(self._connection, *self._group(found.key))
            return
        row, stored = await self._present(found)
        await writes.replace(self._connection, self._spot(found.key), row, stored, stored, now(), self._by)

    async def _kept(self, key: Key, *, is_new: bool = False) -> WriteResult:
        by_key = await with_keys(self._connection, self._book, [key])
        return WriteResult(card_of(self._book, by_key[key]), is_new, self._generation)

    def _spot(self, key: Key) -> Spot:
        return Spot(self._book.account, key.campaign, key.number)

    def _group(self, key: Key) -> tuple[tuple[int, int], int]:
        return (self._book.account, key.campaign), key.number


def check_same(found: NamedCard | BookCard, uid: str) -> None:
    """Raise UidTakenError unless the card that is there has this UID."""
    if comparable_uid(found.uid) != comparable_uid(uid):
        raise UidTakenError(found.number, found.name)
