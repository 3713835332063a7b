"""An address book in a unit of work that writes to it: every card has a name, also those that the unit makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from cardwright.book.card_ports import BookCard, WriteResult
from cardwright.book.ports import Place
from cardwright.contact.uid import comparable_uid
from cardwright.errors import NotFoundError, UidTakenError
from cardwright.store.instants import instant
from cardwright.store.sqlite import bulk, group_cards, naming, writes
from cardwright.store.sqlite.book_reading import BookReader
from cardwright.store.sqlite.books import note
from cardwright.store.sqlite.change_rows import next_sequence
from cardwright.store.sqlite.creation import Creation, create_all
from cardwright.store.sqlite.keys import key, number_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from cardwright.book.card_ports import Book, GroupDraft
    from cardwright.book.images import Image
    from cardwright.book.ports import Draft
    from cardwright.book.stored import StoredContact
    from cardwright.store.sqlite.books import BookPart
    from cardwright.store.sqlite.change_rows import Before
    from cardwright.store.sqlite.naming import CardKey
    from cardwright.store.sqlite.writer import WriteConnection

_GENERATION: Final = "SELECT id FROM generation"
_SEQUENCE: Final = "SELECT sequence FROM campaign WHERE campaign = ?"
_MADE: Final = "SELECT sequence, created FROM campaign, contact WHERE campaign.campaign = ? AND contact.contact = ?"
_NAME: Final = "SELECT name FROM card_name WHERE book = ? AND is_group = ? AND holder = ?"
_LEFT: Final = """INSERT INTO left_name (book, campaign, sequence, is_group, holder, name)
    SELECT book, ?, ?, is_group, holder, name FROM card_name WHERE book = ? AND is_group = ? AND holder = ?"""


class OpenBook:
    """What can be done with the cards of a book."""

    def __init__(self, connection: WriteConnection, book: Book, by: str) -> None:
        self._connection = connection
        self._sid = book.sid
        self._by = by
        self._generation = str(connection.execute(_GENERATION).get)
        self._parts = naming.brought(connection, book)
        self._by_id = {part.id: part for part in self._parts}
        self._reading = BookReader(connection, book.sid, self._parts, full=False)
        self._read: dict[int, tuple[Before, StoredContact]] = {}

    def find(self, name: str) -> BookCard | None:
        """Return the card that has a name, without its contact and its octets."""
        return self._reading.one(name)

    def get(self, name: str) -> BookCard:
        """Return the card that has a name; NotFoundError for none."""
        card = self._reading.one(name)
        if card is None:
            raise NotFoundError(f"there is no card {name}")
        return card

    def whole(self, card: BookCard) -> BookCard:
        """Return a card with its contact, or its octets, as an edit is given it."""
        if card.is_group:
            return card._replace(card=group_cards.card_of(self._connection, self._key(card)[1]))
        self._read[card.number] = present = self._present(card)
        return card._replace(contact=present[1])

    def edit(self, current: BookCard, new: StoredContact, at: int, image: Image | None) -> BookCard:
        """Put what was made of a contact in its place, and return its card."""
        if new == current.contact:
            return current._replace(contact=None)
        check_same(current, new.contact.uid)
        part = self._part(current)
        if image:
            writes.keep_image(self._connection, part.account, image)
        revision = writes.replace(self._connection, *self._present(current), new, at, self._by)
        self._note(part, revision)
        return current._replace(revision=revision, updated=instant(at), uid=new.contact.uid, contact=None)

    def put_group(self, current: BookCard, card: bytes) -> None:
        """Put another card in the place of a group's."""
        if card != current.card:
            group_cards.put(self._connection, self._part(current).campaign, self._key(current)[1], card)
            self._note(self._part(current))

    def taken(self, uids: Collection[str], *but: BookCard) -> dict[str, UidTakenError]:
        """Return the error for those of the UIDs, normalized, that cards of the book have, these cards aside."""
        holders = naming.uid_holders(self._connection, uids, self._parts, list(map(self._key, but)))
        holders |= naming.repeat_holders(self._connection, self._sid, uids, self._parts)
        return {uid: self._is_taken(holder) for uid, holder in holders.items()}

    def check_free(self, uid: str, *but: BookCard) -> None:
        """Raise UidTakenError if a card of the book has the UID, unless it is one of these."""
        for error in self.taken({comparable_uid(uid)}, *but).values():
            raise error

    def make_group(self, name: str, group: GroupDraft, gone: BookCard | None = None) -> None:
        """Keep a new group under a name that no card holds: where the card was that has gone for it, else as `make`."""
        part = self._part(gone) if gone else self._first
        self._name(part, [((1, group_cards.add(self._connection, part.campaign, *group)), name)])

    def make(self, name: str, draft: Draft, gone: BookCard | None = None) -> BookCard:
        """Keep a new contact so, else in the campaign that was made first, and return its card."""
        (made,) = self.make_all([(name, draft)], gone)
        if isinstance(made, Exception):
            raise made
        return made

    def make_all(self, drafts: Sequence[tuple[str, Draft]], gone: BookCard | None = None) -> list[BookCard | Exception]:
        """Keep new contacts so, and return for each its card, or what is wrong with it."""
        part = self._part(gone) if gone else self._first
        made = self._created(part, [draft for _, draft in drafts])
        there = [(number, new) for number, new in zip(made, drafts, strict=True) if isinstance(number, int)]
        if not there:
            return [one for one in made if isinstance(one, Exception)]
        keys = [key(part.campaign, number) for number, _ in there]
        said = cast("tuple[int, int]", self._connection.execute(_MADE, (part.campaign, keys[-1])).fetchall()[0])
        sequence, moment = said[0], instant(said[1])
        self._name(part, [((0, one), name) for one, (_, (name, _)) in zip(keys, there, strict=True)], sequence)
        place, cards = Place(self._sid, part.id), {}
        for revision, (number, (name, draft)) in enumerate(there, sequence - len(there) + 1):
            uid = draft.contact.uid
            cards[number] = BookCard(name, place, number, False, revision, moment, moment, uid)  # noqa: FBT003 - no group
        return [cards[one] if isinstance(one, int) else one for one in made]

    def _created(self, part: BookPart, drafts: Sequence[Draft]) -> Sequence[int | Exception]:
        """Return the numbers of new contacts, in the order of their changes, or what is wrong with them."""
        if any(draft.partners for draft in drafts):  # of another campaign: it is to be seen whether there are such
            place = Place(self._sid, part.id)
            return create_all(self._connection, [Creation(place, draft, self._by) for draft in drafts])
        numbers = part.account, part.campaign
        return bulk.insert(self._connection, numbers, bulk.bulk_of(part.campaign, drafts), self._by)

    def remove(self, card: BookCard) -> None:
        """Remove a card; its name is kept for who synchronizes."""
        if card.is_group:
            group_cards.remove(self._connection, self._part(card).campaign, self._key(card)[1])
        else:
            writes.remove(self._connection, *self._present(card), self._by)
        self._note(self._part(card))

    def rename(self, card: BookCard, name: str, at: int) -> None:
        """Have a card leave its name for one that no card holds."""
        part, card_key = self._part(card), self._key(card)
        left = part.campaign, next_sequence(self._connection, part.campaign), part.book, *card_key
        self._connection.execute(_LEFT, left)
        if card.is_group:
            group_cards.put(self._connection, part.campaign, card_key[1])
        else:
            was, old = self._present(card)
            writes.replace(self._connection, was, old, old, at, self._by)
        naming.name(self._connection, part.book, [(card_key, name)])
        self._note(part)

    def kept(self, card: BookCard, *, is_new: bool) -> WriteResult:
        """Return what has come of a card."""
        return WriteResult(card, is_new, self._generation)

    @property
    def _first(self) -> BookPart:
        if not self._parts:
            raise NotFoundError("the account has no campaign")
        return self._parts[0]

    def _name(self, part: BookPart, named: Sequence[tuple[CardKey, str]], sequence: int | None = None) -> None:
        """Name new cards of a part, whose last change is `sequence` where that is known."""
        naming.name(self._connection, part.book, named)
        if part.book != part.campaign:
            for card, name in named:
                naming.name_alike(self._connection, part, card, name)
        self._note(part, sequence)

    def _is_taken(self, holder: CardKey) -> UidTakenError:
        name = self._connection.execute(_NAME, (self._parts[0].book, *holder)).get
        return UidTakenError(number_of(holder[1]), name or "")

    def _part(self, card: BookCard) -> BookPart:
        return self._by_id[card.place.campaign]

    def _key(self, card: BookCard) -> CardKey:
        return int(card.is_group), key(self._part(card).campaign, card.number)

    def _present(self, card: BookCard) -> tuple[Before, StoredContact]:
        """Return the contact of a card as its rows say and as an edit is given it; of one that is whole, as it was."""
        if card.contact and card.number in self._read:
            return self._read.pop(card.number)
        present = writes.present(self._connection, self._part(card).account, self._key(card)[1])
        if present is None:
            raise NotFoundError(f"there is no contact {card.number}")
        return present

    def _note(self, part: BookPart, sequence: int | None = None) -> None:
        """Keep that every card still has a name."""
        if sequence is None:
            sequence = int(self._connection.execute(_SEQUENCE, (part.campaign,)).get)
        for book in {part.book, part.campaign}:
            note(self._connection, part._replace(book=book), sequence)


def check_same(card: BookCard, uid: str) -> None:
    """Raise UidTakenError if what comes to a card's place has another UID."""
    if comparable_uid(card.uid) != comparable_uid(uid):
        raise UidTakenError(card.number, card.name)
