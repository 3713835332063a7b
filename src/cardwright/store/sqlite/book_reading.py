"""Reading the cards of an address book: by their names, by their contacts, and all of them in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.json import encode

from cardwright.book.card_ports import CardsPage, Seen
from cardwright.book.index_terms import nameless
from cardwright.book.ports import Place
from cardwright.store.sqlite import cards
from cardwright.store.sqlite.book_rows import CONTACT, GROUP, MUCH, Cards, both, octets_of
from cardwright.store.sqlite.contact_rows import COLUMNS
from cardwright.store.sqlite.finding.expressions import expression
from cardwright.store.sqlite.keys import BITS, end, first_after, key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import apsw

    from cardwright.book.card_ports import Book, BookCard, Full, Position
    from cardwright.store.sqlite.books import BookPart

_GROUPS: Final = 1 << BITS
"""Where groups begin in the places of a listing: past every number of a contact."""
_NAMED: Final = both(
    """SELECT n.name, n.repeats_uid, {columns} FROM card_name AS n INDEXED BY card_name_name
    CROSS JOIN contact ON contact.contact = n.holder WHERE n.book = ? AND n.name = ? AND n.is_group = 0""",
    CONTACT,
)
_SEVERAL: Final = both(
    """SELECT asked.key, n.name, n.repeats_uid, {columns} FROM json_each(:names) AS asked
    CROSS JOIN card_name AS n INDEXED BY card_name_name ON n.book = :book AND n.name = asked.value AND n.is_group = 0
    CROSS JOIN contact ON contact.contact = n.holder""",
    CONTACT,
)
_CARD: Final = """CROSS JOIN card_name AS n INDEXED BY card_name_name
      ON n.book = {book} AND n.name = :name AND n.is_group = 0
    CROSS JOIN contact ON contact.contact = n.holder"""
_SEEN: Final = f"""SELECT generation.id, account.account, campaign.id, octet_length(card.card),
      octet_length(original.card), n.repeats_uid, {COLUMNS},
      CASE WHEN octet_length(card.card) <= :most THEN card.card END,
      CASE WHEN octet_length(original.card) <= :most THEN original.card END
    FROM generation CROSS JOIN account ON account.sid = :sid {{card}}
    LEFT JOIN card ON card.contact = contact.contact LEFT JOIN original ON original.original = card.original"""  # noqa: S608 - constants
_SEEN_IN_ONE: Final = _SEEN.format(
    card=f"""CROSS JOIN campaign ON campaign.account = account.account AND campaign.id = :campaign
    {_CARD.format(book="campaign.campaign")} AND contact.campaign = campaign.campaign"""
)
_SEEN_IN_ALL: Final = _SEEN.format(
    card=f"""{_CARD.format(book="-account.account")}
    CROSS JOIN campaign ON campaign.campaign = contact.campaign AND campaign.id NOT LIKE '/%'"""
)
_NAMED_GROUPS: Final = both(
    """SELECT n.name, {columns} FROM card_name AS n INDEXED BY card_name_name
    CROSS JOIN group_card ON group_card = n.holder WHERE n.book = ? AND n.name = ? AND n.is_group = 1""",
    GROUP,
)
_GROUP_OCTETS: Final = "SELECT octet_length(card) FROM group_card WHERE group_card = ?"
_OF: Final = both(
    """SELECT n.name, n.repeats_uid, {columns} FROM json_each(:keys) AS wanted
    CROSS JOIN contact ON contact.contact = wanted.value
    CROSS JOIN card_name AS n ON n.book = :book AND n.is_group = 0 AND n.holder = contact.contact""",
    CONTACT,
)
_FOLLOWING: Final = both(
    """SELECT n.name, n.repeats_uid, {columns} FROM contact
    CROSS JOIN card_name AS n ON n.book = :book AND n.is_group = 0 AND n.holder = contact.contact
    WHERE contact.contact >= :first AND contact.contact < :end ORDER BY contact.contact""",
    CONTACT,
)
_FOLLOWING_GROUPS: Final = both(
    """SELECT n.name, {columns} FROM group_card
    CROSS JOIN card_name AS n ON n.book = :book AND n.is_group = 1 AND n.holder = group_card
    WHERE group_card >= :first AND group_card < :end ORDER BY group_card""",
    GROUP,
)

_UNINDEXED: Final = (
    """SELECT n.name FROM card CROSS JOIN card_name AS n
      ON n.book = :book AND n.is_group = 0 AND n.holder = card.contact
    WHERE card.contact >= :first AND card.contact < :end LIMIT :most""",
    """SELECT n.name FROM group_card CROSS JOIN card_name AS n
      ON n.book = :book AND n.is_group = 1 AND n.holder = group_card
    WHERE group_card >= :first AND group_card < :end LIMIT :most""",
    """SELECT n.name FROM search CROSS JOIN card_name AS n
      ON n.book = :book AND n.is_group = 0 AND n.holder = search.rowid
    WHERE search MATCH :nameless LIMIT :most""",
)


def seen(connection: apsw.Connection, book: Book, name: str, most: int) -> Seen | None:
    """Return the contact that has a name, with its octets unless they are more than `most`; None for no contact.

    It is one statement, and asks for no card that has no name yet: the name that a card has, nobody gives to another.
    """
    said = {"sid": book.sid, "campaign": book.campaign, "name": name, "most": most}
    row = connection.execute(_SEEN_IN_ONE if book.campaign else _SEEN_IN_ALL, said).fetchone()
    if row is None:
        return None
    generation, account, campaign, octets, of_original, repeats, *columns = row
    octets = (octets or 0) + (of_original or 0)
    full: Full = "octets" if octets <= most else False
    maker = Cards(connection, account, Place(book.sid, campaign), full=full)
    if not full:
        contact, _, user, *_, uid, revision, created, updated, _, _ = columns
        columns = [contact, revision, created, updated, uid, user is not None]
    return Seen(generation, maker.contact(name, repeats, *columns), octets)


class BookReader:
    """Reads a book of which every card has a name, as much of each card as `full` says."""

    def __init__(self, connection: apsw.Connection, sid: str, parts: Sequence[BookPart], *, full: Full) -> None:
        self._connection = connection
        self._full = bool(full)
        self._parts = parts
        self.makers: Final = {
            part.campaign: Cards(connection, part.account, Place(sid, part.id), full=full) for part in parts
        }
        """By campaign: what is of none of them is not of the book."""

    def named(self, names: Sequence[str]) -> list[BookCard | None]:
        """Return for each name the card that has it, or None; of whole cards as many as are not much together."""
        if len(names) == 1:
            return [self.one(names[0])]
        holders: list[BookCard | None] = [None] * len(names)
        octets = 0
        for at, card in self._contacts(names):
            holders[at] = card
            octets += octets_of(card)
            if octets >= MUCH:
                del holders[at + 1 :]
                break
        for at, name in enumerate(names[: len(holders)]):
            if holders[at] is None:
                holders[at] = group = self._group(name)
                octets += octets_of(group) if group else 0
                if octets >= MUCH:
                    return holders[: at + 1]
        return holders

    def one(self, name: str) -> BookCard | None:
        """Return the card that has a name."""
        if not self._parts:
            return None
        for row in self._connection.execute(_NAMED[self._full], (self._parts[0].book, name)):
            if maker := self.makers.get(row[2] >> BITS):
                return maker.contact(*row)
        return self._group(name)

    def _contacts(self, names: Sequence[str]) -> Iterator[tuple[int, BookCard]]:
        """Give the contacts that have these names, each with the place of its name."""
        if self._parts:
            said = {"book": self._parts[0].book, "names": encode(names).decode()}
            for at, *row in self._connection.execute(_SEVERAL[self._full], said):
                if maker := self.makers.get(row[2] >> BITS):
                    yield at, maker.contact(*row)

    def _group(self, name: str) -> BookCard | None:
        """Return the group that has a name."""
        if not self._parts:
            return None
        said = self._parts[0].book, name
        for row in self._connection.execute(_NAMED_GROUPS[self._full], said):
            if maker := self.makers.get(row[1] >> BITS):
                return maker.group(*row)
        return None

    def octets(self, name: str) -> int:
        """Return how much is read for the card that has a name, without reading it; 0 for none."""
        card = self.one(name)
        if card is None:
            return 0
        part = next(part for part in self._parts if part.id == card.place.campaign)
        stored = key(part.campaign, card.number)
        if card.is_group:
            return int(self._connection.execute(_GROUP_OCTETS, (stored,)).get)
        return cards.octets_of(self._connection, stored)

    def of(self, campaign: str, numbers: Sequence[int]) -> list[BookCard]:
        """Return the cards of contacts of a campaign of the book: of whole cards as many as are not much together."""
        part = next((part for part in self._parts if part.id == campaign), None)
        if part is None:
            return []
        keys = [key(part.campaign, number) for number in numbers if number > 0]
        said = {"keys": encode(keys).decode(), "book": part.book}
        maker, octets = self.makers[part.campaign], 0
        contact_cards: list[BookCard] = []
        for row in self._connection.execute(_OF[self._full], said):
            contact_cards.append(card := maker.contact(*row))
            octets += octets_of(card)
            if octets >= MUCH:
                break
        return contact_cards

    def unindexed(self, most: int) -> list[str] | None:
        """Return the names of the cards that may say what the index has not, unless they are more."""
        names: dict[str, None] = {}
        for part in self._parts:
            said = {
                "book": part.book,
                "first": first_after(part.campaign),
                "end": end(part.campaign),
                "nameless": expression([[nameless(part.campaign)]]),
                "most": most + 1,
            }
            for statement in _UNINDEXED:
                names |= dict.fromkeys(name for (name,) in self._connection.execute(statement, said))
                if len(names) > most:
                    return None
        return list(names)

    def following(self, after: Position | None, limit: int) -> CardsPage:
        """Return cards after a position, as many as are not much together."""
        first, listed = after or (0, 0)
        octets = 0
        told: list[BookCard] = []
        for part in self._parts:
            if part.campaign < first:
                continue
            for place, card in self.listed(part, listed if part.campaign == first else 0):
                told.append(card)
                octets += octets_of(card)
                if len(told) >= limit or octets >= MUCH:
                    return CardsPage(told, (part.campaign, place))
        return CardsPage(told, None)

    def listed(self, part: BookPart, after: int) -> Iterator[tuple[int, BookCard]]:
        """Give the cards of a part after a place, each with its own: contacts by their number, then groups."""
        maker, past = self.makers[part.campaign], end(part.campaign)
        if after < _GROUPS:
            said = {"book": part.book, "first": first_after(part.campaign, max(0, after)), "end": past}
            for row in self._connection.execute(_FOLLOWING[self._full], said):
                card = maker.contact(*row)
                yield card.number, card
        said = {"book": part.book, "first": first_after(part.campaign, max(0, after - _GROUPS)), "end": past}
        for row in self._connection.execute(_FOLLOWING_GROUPS[self._full], said):
            card = maker.group(*row)
            yield _GROUPS + card.number, card
