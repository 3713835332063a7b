"""An address book in a unit of work that writes to it: every card has a name, also those that the unit makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.book.card_ports import Kept
from cardwright.book.ports import Place
from cardwright.contact.uid import comparable_uid
from cardwright.errors import NotFoundError, UidTakenError
from cardwright.store.sqlite import group_cards, naming, writes
from cardwright.store.sqlite.book_reading import Reading
from cardwright.store.sqlite.books import note
from cardwright.store.sqlite.change_rows import next_sequence
from cardwright.store.sqlite.creation import Creation, create_all
from cardwright.store.sqlite.keys import key, number_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from cardwright.book.card_ports import Book, Card, GroupDraft
    from cardwright.book.images import Image
    from cardwright.book.ports import Draft
    from cardwright.book.stored import StoredContact
    from cardwright.store.sqlite.books import Part
    from cardwright.store.sqlite.change_rows import Before
    from cardwright.store.sqlite.naming import CardKey
    from cardwright.store.sqlite.writer import WriteConnection

_SEQUENCE: Final = "SELECT sequence FROM campaign WHERE campaign = ?"
_NAME: Final = "SELECT name FROM card_name WHERE book = ? AND is_group = ? AND holder = ?"
_LEFT: Final = """INSERT INTO left_name (book, campaign, sequence, is_group, holder, name)
    SELECT book, ?, ?, is_group, holder, name FROM card_name WHERE book = ? AND is_group = ? AND holder = ?"""


class OpenBook:
    """What can be done with the cards of a book."""

    def __init__(self, connection: WriteConnection, book: Book, by: str) -> None:
        self._connection = connection
        self._sid = book.sid
        self._by = by
        self._parts = naming.brought(connection, book)
        self._by_id = {part.id: part for part in self._parts}
        self._reading = Reading(connection, book.sid, self._parts, full=False)
        self._read: dict[int, tuple[Before, StoredContact]] = {}

    def find(self, name: str) -> Card | None:
        """Return the card that has a name, without its contact and its octets."""
        return self._reading.one(name)

    def get(self, name: str) -> Card:
        """Return the card that has a name; NotFoundError for none."""
        card = self._reading.one(name)
        if card is None:
            raise NotFoundError(f"there is no card {name}")
        return card

    def whole(self, card: Card) -> Card:
        """Return a card with its contact, or its octets, as an edit is given it."""
        if card.is_group:
            return card._replace(card=group_cards.card_of(self._connection, self._key(card)[1]))
        self._read[card.number] = present = self._present(card)
        return card._replace(contact=present[1])

    def edit(self, current: Card, new: StoredContact, at: int, image: Image | None) -> None:
        """Put what was made of a contact in its place."""
        if new == current.contact:
            return
        check_same(current, new.contact.uid)
        if image:
            writes.keep_image(self._connection, self._part(current).account, image)
        writes.replace(self._connection, *self._present(current), new, at, self._by)
        self._note(self._part(current))

    def put_group(self, current: Card, card: bytes) -> None:
        """Put another card in the place of a group's."""
        if card != current.card:
            group_cards.put(self._connection, self._part(current).campaign, self._key(current)[1], card)
            self._note(self._part(current))

    def taken(self, uids: Collection[str], *but: Card) -> dict[str, UidTakenError]:
        """Return what is raised for those of the UIDs, as they are compared, that a card of the book has but these."""
        holders = naming.uid_holders(self._connection, uids, self._parts, list(map(self._key, but)))
        return {uid: self._is_taken(holder) for uid, holder in holders.items()}

    def check_free(self, uid: str, *but: Card) -> None:
        """Raise UidTakenError if a card of the book has the UID, unless it is one of these."""
        for error in self.taken({comparable_uid(uid)}, *but).values():
            raise error

    def make_group(self, name: str, group: GroupDraft, gone: Card | None = None) -> None:
        """Keep a new group under a name that no card holds: where the card was that has gone for it, else as `make`."""
        part = self._part(gone) if gone else self._first
        self._name(part, [((1, group_cards.add(self._connection, part.campaign, *group)), name)])

    def make(self, name: str, draft: Draft, gone: Card | None = None) -> None:
        """Keep a new contact so, else in the campaign that was made first."""
        (made,) = self.make_all([(name, draft)], gone)
        if isinstance(made, Exception):
            raise made

    def make_all(self, drafts: Sequence[tuple[str, Draft]], gone: Card | None = None) -> list[Card | Exception]:
        """Keep new contacts so, and return for each its card, or what is wrong with it."""
        part = self._part(gone) if gone else self._first
        place = Place(self._sid, part.id)
        made = create_all(self._connection, [Creation(place, draft, self._by) for _, draft in drafts])
        there = [(number, name) for number, (name, _) in zip(made, drafts, strict=True) if isinstance(number, int)]
        self._name(part, [((0, key(part.campaign, number)), name) for number, name in there])
        cards = {card.number: card for card in self._reading.of(part.id, [number for number, _ in there])}
        return [cards[one] if isinstance(one, int) else one for one in made]

    def remove(self, card: Card) -> None:
        """Remove a card; its name is kept for who synchronizes."""
        if card.is_group:
            group_cards.remove(self._connection, self._part(card).campaign, self._key(card)[1])
        else:
            writes.remove(self._connection, *self._present(card), self._by)
        self._note(self._part(card))

    def rename(self, card: Card, name: str, at: int) -> None:
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

    def kept(self, name: str, *, is_new: bool) -> Kept:
        """Return the card that has a name now."""
        return Kept(self.get(name), is_new)

    @property
    def _first(self) -> Part:
        if not self._parts:
            raise NotFoundError("the account has no campaign")
        return self._parts[0]

    def _name(self, part: Part, named: Sequence[tuple[CardKey, str]]) -> None:
        """Name new cards of a part."""
        naming.name(self._connection, part.book, named)
        if part.book != part.campaign:
            for card, name in named:
                naming.name_alike(self._connection, part, card, name)
        self._note(part)

    def _is_taken(self, holder: CardKey) -> UidTakenError:
        name = self._connection.execute(_NAME, (self._parts[0].book, *holder)).get
        return UidTakenError(number_of(holder[1]), name or "")

    def _part(self, card: Card) -> Part:
        return self._by_id[card.place.campaign]

    def _key(self, card: Card) -> CardKey:
        return int(card.is_group), key(self._part(card).campaign, card.number)

    def _present(self, card: Card) -> tuple[Before, StoredContact]:
        """Return the contact of a card as its rows say and as an edit is given it; of one that is whole, as it was."""
        if card.contact and card.number in self._read:
            return self._read.pop(card.number)
        present = writes.present(self._connection, self._part(card).account, self._key(card)[1])
        if present is None:
            raise NotFoundError(f"there is no contact {card.number}")
        return present

    def _note(self, part: Part) -> None:
        """Keep that every card still has a name."""
        sequence = int(self._connection.execute(_SEQUENCE, (part.campaign,)).get)
        for book in {part.book, part.campaign}:
            note(self._connection, part._replace(book=book), sequence)


def check_same(card: Card, uid: str) -> None:
    """Raise UidTakenError if what comes to a card's place has another UID."""
    if comparable_uid(card.uid) != comparable_uid(uid):
        raise UidTakenError(card.number, card.name)
