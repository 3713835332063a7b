"""Giving names to the cards of a book that have none: those that came since somebody last looked at it (DV-11).

A name is held by the card that is there; those of cards that are gone stay beside it, for who synchronizes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from msgspec.json import encode

from cardwright import limits
from cardwright.book.index_terms import uid_term
from cardwright.contact.uid import comparable_uid, may_be_of_repeat, uid_of_repeat
from cardwright.store.card_names import names_in_all, names_of
from cardwright.store.sqlite.books import BOOKS, BookPart, named_up_to, note, parts_of
from cardwright.store.sqlite.keys import BITS, end, key, number_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    import apsw

    from cardwright.book.card_ports import Book
    from cardwright.store.sqlite.writer import WriteConnection

CardKey = tuple[int, int]
"""Whether it is a group, and its key."""

_PORTION: Final = 2_000  # changes of one unit of work
_TERMS: Final = 400  # that are looked for at once

_CHANGES: Final = "SELECT change, contact, kind FROM change WHERE change >= ? AND change < ? ORDER BY change LIMIT ?"
_CONTACTS: Final = """SELECT value, contact.uid, contact.user IS NOT NULL, own.name
    FROM json_each(?1) LEFT JOIN contact ON contact.contact = value
    LEFT JOIN card_name AS own ON own.book = ?2 AND own.is_group = 0 AND own.holder = value
    WHERE NOT EXISTS (SELECT 1 FROM card_name WHERE book = ?3 AND is_group = 0 AND holder = value)"""
_GROUPS: Final = """SELECT group_card, uid, 0, own.name FROM group_card
    LEFT JOIN card_name AS own ON own.book = ?2 AND own.is_group = 1 AND own.holder = group_card
    WHERE campaign = ?1 AND revision > ?4 AND revision <= ?5
      AND NOT EXISTS (SELECT 1 FROM card_name WHERE book = ?3 AND is_group = 1 AND holder = group_card)"""
_WAS: Final = """SELECT before ->> '$.uid', before ->> '$.user' IS NOT NULL FROM change
    WHERE contact = ? AND before IS NOT NULL ORDER BY change DESC LIMIT 1"""
_HOLDERS: Final = """SELECT name, is_group, holder FROM json_each(?2) CROSS JOIN card_name
    ON book = ?1 AND name = value
    WHERE CASE is_group WHEN 0 THEN EXISTS (SELECT 1 FROM contact WHERE contact = holder)
      ELSE EXISTS (SELECT 1 FROM group_card WHERE group_card = holder) END"""
_GIVE: Final = """INSERT INTO card_name (book, is_group, holder, name, repeats_uid)
    SELECT ?1, value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?2) WHERE true
    ON CONFLICT DO UPDATE SET name = excluded.name"""
_OF: Final = f"""SELECT book, name FROM card_name WHERE book IN ({BOOKS}) AND is_group = 0 AND holder = ?2"""  # noqa: S608 - constant
_TAKE: Final = "DELETE FROM card_name WHERE book = ? AND is_group = ? AND holder = ?"
_CROWDED: Final = """SELECT name FROM json_each(?2) CROSS JOIN card_name ON book = ?1 AND name = value
    GROUP BY name HAVING count(*) >= ?3"""
_HAD: Final = "SELECT is_group, holder FROM card_name WHERE book = ? AND name = ? ORDER BY holder DESC"
_INDEXED: Final = "SELECT rowid FROM search WHERE search MATCH ?"
_UIDS: Final = "SELECT contact, uid FROM contact WHERE contact IN (SELECT value FROM json_each(?)) ORDER BY contact"
_REPEATS: Final = """SELECT holder FROM card_name INDEXED BY card_name_repeats
    WHERE book = ? AND repeats_uid = 1 AND EXISTS (SELECT 1 FROM contact WHERE contact = holder)"""
_WITH_UIDS: Final = """SELECT group_card, uid FROM json_each(?2) CROSS JOIN group_card
    ON campaign = ?1 AND uid = value"""
_IN_ALL: Final = """SELECT value FROM json_each(?2)
    WHERE EXISTS (SELECT 1 FROM card_name WHERE book = ?1 AND is_group = 0 AND holder = value)"""


class Unnamed(NamedTuple):
    """A card that has no name in a book."""

    is_group: int
    key: int
    uid: str
    is_system: bool
    own: str | None
    """Its name in its own book, where it has one."""
    is_there: bool


def bring(connection: WriteConnection, book: Book) -> bool:
    """Give names to a portion of the cards that came; say whether there are more."""
    parts = parts_of(connection, book)
    return any(_portion(connection, part, parts) for part in parts if part.named < part.sequence)


def brought(connection: WriteConnection, book: Book) -> list[BookPart]:
    """Return the campaigns of a book, in which every card has a name."""
    parts = parts_of(connection, book)
    while any(part.named < part.sequence for part in parts):
        bring(connection, book)
        parts = parts_of(connection, book)
    return parts


def _portion(connection: WriteConnection, part: BookPart, parts: Sequence[BookPart]) -> bool:
    """Name what a portion of the changes of a part brought; say whether there are more."""
    bounds = key(part.campaign, part.named + 1), end(part.campaign), _PORTION
    changes = cast("list[tuple[int, int, str]]", connection.execute(_CHANGES, bounds).fetchall())
    is_more = len(changes) == _PORTION
    reached = number_of(changes[-1][0]) if is_more else part.sequence
    came = sorted({contact for _, contact, kind in changes if kind in {"created", "restored"}})
    if part.book != part.campaign:
        _own_names(connection, part, reached)
    unnamed = _unnamed(connection, part, came, reached)
    if part.book != part.campaign and not part.is_first:
        unnamed = [card for card in unnamed if not card.is_system]
    give(connection, part, unnamed, parts)
    note(connection, part, reached)
    return is_more


def _own_names(connection: WriteConnection, part: BookPart, reached: int) -> None:
    """Name the cards in the book of the campaign itself first: the book of all takes the names from there."""
    own = part._replace(book=part.campaign)
    while (at := named_up_to(connection, own)) < reached:
        _portion(connection, own._replace(named=at), [own])


def _unnamed(connection: apsw.Connection, part: BookPart, contacts: Sequence[int], reached: int) -> list[Unnamed]:
    """Return which of these contacts, and which groups up to a change, have no name; not who is erased."""
    cards = []
    asked = encode(contacts).decode(), part.campaign, part.book
    for contact, uid, is_system, own in _rows(connection, _CONTACTS, asked):
        is_there, said = uid is not None, (uid, is_system)
        if not is_there:  # deleted again: who synchronizes may have heard of it through another book
            said = cast("tuple[str, int] | None", connection.execute(_WAS, (contact,)).fetchone()) or ("", 0)
        if is_there or said[0]:
            cards.append(Unnamed(0, contact, said[0], bool(said[1]), own, is_there))
    for group, uid, _, own in _rows(
        connection, _GROUPS, (part.campaign, part.campaign, part.book, part.named, reached)
    ):
        cards.append(Unnamed(1, group, uid, is_system=False, own=own, is_there=True))
    return cards


def give(connection: WriteConnection, part: BookPart, cards: Sequence[Unnamed], parts: Sequence[BookPart]) -> None:
    """Name cards: each by the best name that no other card of the book holds."""
    if not cards:
        return
    candidates = [_candidates(part, card) for card in cards]
    names = [next(several) for several in candidates]
    held = set(holders(connection, part.book, set(names), parts))
    for at, card in enumerate(cards):
        while card.is_there and names[at] in held:
            names[at] = next(candidates[at])
            if names[at] not in held and holders(connection, part.book, [names[at]], parts):
                held.add(names[at])
        if card.is_there:
            held.add(names[at])
    repeating = _repeating(connection, part, cards, parts) if part.book != part.campaign else ()
    rows = [(c.is_group, c.key, name, int(c.key in repeating)) for c, name in zip(cards, names, strict=True)]
    connection.execute(_GIVE, (part.book, encode(rows).decode()))


def _candidates(part: BookPart, card: Unnamed) -> Iterator[str]:
    number, is_group = number_of(card.key), bool(card.is_group)
    if part.book == part.campaign or card.own is None:
        return names_of(card.uid, number, is_group=is_group)
    return names_in_all(card.own, number, is_group=is_group, is_system=card.is_system)


def holders(
    connection: apsw.Connection, book: int, names: Collection[str], parts: Sequence[BookPart]
) -> dict[str, CardKey]:
    """Return who of the book holds which of the names."""
    campaigns = {part.campaign for part in parts}
    rows = _rows(connection, _HOLDERS, (book, encode(list(names)).decode()))
    return {name: (is_group, holder) for name, is_group, holder in rows if holder >> BITS in campaigns}


def name(connection: WriteConnection, book: int, named: Sequence[tuple[CardKey, str]]) -> None:
    """Give cards names that no other card of the book holds; of those that had one only the latest are known."""
    chosen = encode([one for _, one in named]).decode()
    for (crowded,) in _rows(connection, _CROWDED, (book, chosen, limits.CARDS_ONCE_NAMED.value)):
        for was in _rows(connection, _HAD, (book, crowded))[limits.CARDS_ONCE_NAMED.value - 1 :]:
            connection.execute(_TAKE, (book, *was))
    connection.execute(_GIVE, (book, encode([(*card, one, 0) for card, one in named]).decode()))


def name_alike(connection: WriteConnection, part: BookPart, card: CardKey, name_in_all: str) -> None:
    """Name a card that came by the book of all campaigns in its own: the same where no other card holds that."""
    campaign = part.campaign
    others = names_in_all(name_in_all, number_of(card[1]), is_group=bool(card[0]), is_system=False)
    free = next(one for one in others if not holders(connection, campaign, [one], [part]))
    name(connection, campaign, [(card, free)])


def forget_taken(connection: WriteConnection, campaign: int, contact: int) -> None:
    """Let a contact that comes back go without those of its names that another card holds by now: it gets others."""
    for book, had in _rows(connection, _OF, (campaign, contact)):
        if any(_rows(connection, _HOLDERS, (book, encode([had]).decode()))):
            connection.execute(_TAKE, (book, 0, contact))


def _repeating(
    connection: WriteConnection, part: BookPart, cards: Sequence[Unnamed], parts: Sequence[BookPart]
) -> set[int]:
    """Return which contacts come to the book of all campaigns after another one that has the same UID (DV-3)."""
    came = {card.key: comparable_uid(card.uid) for card in cards if card.is_there and not card.is_group}
    there = _with_uids(connection, set(came.values()), parts)
    known = _rows(connection, _IN_ALL, (part.book, encode([contact for contact, _ in there]).decode()))
    first = {uid: contact for contact, uid in reversed(there) if contact in came}  # of those that come along
    before = {contact for (contact,) in known}
    taken = {uid for contact, uid in there if contact in before}
    return {contact for contact, uid in came.items() if uid in taken or first[uid] != contact}


def _with_uids(connection: WriteConnection, uids: Collection[str], parts: Sequence[BookPart]) -> list[tuple[int, str]]:
    """Return the contacts of the book that have one of these UIDs, as they are compared, with which it is."""
    terms = [f'"{uid_term(part.campaign, uid)}"' for uid in uids for part in parts]
    pieces = (terms[at : at + _TERMS] for at in range(0, len(terms), _TERMS))
    contacts = {contact for piece in pieces for (contact,) in _rows(connection, _INDEXED, (" OR ".join(piece),))}
    contacts.update(entry.contact for entry in connection.search if entry.comes)  # not in the index yet
    if not contacts:
        return []
    has = [
        (contact, comparable_uid(uid)) for contact, uid in _rows(connection, _UIDS, (encode(list(contacts)).decode(),))
    ]
    campaigns = {part.campaign for part in parts}
    return [(contact, uid) for contact, uid in has if uid in uids and contact >> BITS in campaigns]


def uid_holders(
    connection: WriteConnection, uids: Collection[str], parts: Sequence[BookPart], but: Collection[CardKey] = ()
) -> dict[str, CardKey]:
    """Return the cards of the book that have one of these normalized UIDs, except those in `but`."""
    holders = [(uid, (0, contact)) for contact, uid in _with_uids(connection, uids, parts)]
    asked = encode(list(uids)).decode()
    for part in parts:
        groups = _rows(connection, _WITH_UIDS, (part.campaign, asked))
        holders += [(uid, (1, group)) for group, uid in groups]
    return {uid: card for uid, card in holders if card not in but}


def repeat_holders(
    connection: apsw.Connection, sid: str, uids: Collection[str], parts: Sequence[BookPart]
) -> dict[str, CardKey]:
    """Return which card of the book of all campaigns leaves with which of these UIDs in the place of its own (DV-3)."""
    asked = {uid for uid in uids if may_be_of_repeat(uid)}
    if not asked or not parts or parts[0].book == parts[0].campaign:
        return {}
    repeats = [contact for (contact,) in _rows(connection, _REPEATS, (parts[0].book,))]
    shown = {comparable_uid(uid_of_repeat(sid, number_of(contact))): (0, contact) for contact in repeats}
    return {uid: card for uid, card in shown.items() if uid in asked}


def _rows(connection: apsw.Connection, query: str, bindings: Sequence[object]) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = connection.execute(query, bindings).fetchall()
    return rows
