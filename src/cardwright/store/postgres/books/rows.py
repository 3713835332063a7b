"""Rows of the cards of a book: what has a name there, and the contact or the group that it is the name of."""

from __future__ import annotations

from collections import defaultdict
from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.book.card_ports import BookCard
from cardwright.book.index_terms import nameless
from cardwright.store.card_rows import whole
from cardwright.store.instants import instant
from cardwright.store.postgres import contact_rows
from cardwright.store.postgres.contact_rows import all_full, rows_at
from cardwright.store.postgres.index import quoted, scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cardwright.book.card_ports import Full
    from cardwright.book.stored import StoredContact
    from cardwright.store.postgres.books.opened import Opened
    from cardwright.store.postgres.driver import Connection

_MUCH: Final = 256 * 1024
"""Octets that end a read of whole cards."""


class Key(NamedTuple):
    """Which contact or group a card is."""

    campaign: int
    number: int
    is_group: bool


class NamedCard(NamedTuple):
    """A name, and what has it, or had it: without a revision that is gone."""

    name: str
    campaign: int
    number: int
    is_group: bool
    repeats_uid: bool
    revision: int | None
    created: int
    updated: int
    uid: str
    partner_user: int | None

    @property
    def key(self) -> Key:
        """Which it is."""
        return Key(self.campaign, self.number, self.is_group)


_COLUMNS: Final = """named.name, named.campaign, named.number, named.is_group, named.repeats_uid,
    coalesce(one.revision, many.revision), coalesce(one.created, many.created), coalesce(one.updated, many.updated),
    coalesce(one.uid, many.uid), one.partner_user"""
# `IS TRUE`: of a book that has come since the planner last counted it thinks that all of it is one row.
# Each has a LIMIT of its own: the planner thinks that a new account has one row of each, and would join them all.
_THERE: Final = """LEFT JOIN LATERAL (
      SELECT revision, created, updated, uid, partner_user FROM contact
      WHERE contact.account = $1 AND contact.campaign = named.campaign AND NOT named.is_group
        AND contact.number >= named.number AND contact.number <= named.number ORDER BY contact.number LIMIT 1
    ) AS one ON true LEFT JOIN LATERAL (
      SELECT revision, created, updated, uid FROM group_card
      WHERE group_card.account = $1 AND group_card.campaign = named.campaign AND named.is_group
        AND group_card.number >= named.number AND group_card.number <= named.number ORDER BY group_card.number LIMIT 1
    ) AS many ON true"""
_BY_NAME: Final = f"""SELECT {_COLUMNS} FROM unnest($3::text[]) AS asked(name) CROSS JOIN LATERAL (
      SELECT * FROM card_name WHERE card_name.account = $1 AND card_name.book = $2
        AND card_name.name >= asked.name AND card_name.name <= asked.name
      ORDER BY card_name.account, card_name.book, card_name.name LIMIT 1000
    ) AS named {_THERE}"""  # noqa: S608 - constants
_BY_KEY: Final = f"""SELECT {_COLUMNS} FROM unnest($3::integer[], $4::bigint[], $5::boolean[])
      AS asked(campaign, number, is_group) CROSS JOIN LATERAL (
      SELECT * FROM card_name WHERE card_name.account = $1 AND card_name.campaign = asked.campaign
        AND card_name.number >= asked.number AND card_name.number <= asked.number
        AND card_name.is_group = asked.is_group AND (card_name.book = $2) IS TRUE ORDER BY card_name.number LIMIT 1
    ) AS named {_THERE}"""  # noqa: S608 - constants
_CONTACTS: Final = """SELECT named.name, contact.campaign, contact.number, false, named.repeats_uid, contact.revision,
      contact.created, contact.updated, contact.uid, contact.partner_user
    FROM contact CROSS JOIN LATERAL (
      SELECT name, repeats_uid FROM card_name WHERE card_name.account = $1 AND card_name.campaign = $3
        AND card_name.number >= contact.number AND card_name.number <= contact.number
        AND NOT card_name.is_group AND (card_name.book = $2) IS TRUE ORDER BY card_name.number LIMIT 1
    ) AS named WHERE contact.account = $1 AND contact.campaign = $3 AND contact.number > $4
    ORDER BY contact.account, contact.campaign, contact.number LIMIT $5"""
_GROUPS: Final = """SELECT named.name, group_card.campaign, group_card.number, true, false, group_card.revision,
      group_card.created, group_card.updated, group_card.uid, NULL
    FROM group_card CROSS JOIN LATERAL (
      SELECT name FROM card_name WHERE card_name.account = $1 AND card_name.campaign = $3
        AND card_name.number >= group_card.number AND card_name.number <= group_card.number
        AND card_name.is_group AND (card_name.book = $2) IS TRUE ORDER BY card_name.number LIMIT 1
    ) AS named WHERE group_card.account = $1 AND group_card.campaign = $3 AND group_card.number > $4
    ORDER BY group_card.account, group_card.campaign, group_card.number LIMIT $5"""
_NAME: Final = """CROSS JOIN LATERAL (
      SELECT name FROM card_name WHERE card_name.account = $1 AND card_name.campaign = $3
        AND card_name.number >= {table}.number AND card_name.number <= {table}.number
        AND card_name.is_group = {is_group} AND (card_name.book = $2) IS TRUE ORDER BY card_name.number LIMIT 1
    ) AS named WHERE {table}.account = $1 AND {table}.campaign = $3"""
_OWN: Final = tuple(
    f"SELECT named.name FROM {table} {_NAME.format(table=table, is_group=is_group)} LIMIT $4"  # noqa: S608 - constants
    for table, is_group in (("card", False), ("group_card", True))
)
# The planner would walk through all contacts to a LIMIT; so it is asked for who is found first.
_NAMELESS: Final = f"""WITH found AS MATERIALIZED (
      SELECT account, campaign, number FROM search WHERE account = $1 AND campaign = $3 AND terms @@ $5::tsquery
    ) SELECT named.name FROM found {_NAME.format(table="found", is_group=False)} LIMIT $4"""  # noqa: S608 - constants
_OCTETS: Final = """SELECT listed.number, octet_length(coalesce(contact.more, '')) + coalesce((
      SELECT octet_length(card.card) + coalesce((
        SELECT octet_length(original.card) FROM original
        WHERE original.account = $1 AND original.campaign = $2 AND original.original = card.original
      ), 0) FROM card WHERE card.account = $1 AND card.campaign = $2 AND card.number = listed.number
    ), 0) + coalesce((
      SELECT octet_length(small) FROM image WHERE image.account = $1 AND image.digest = contact.image
    ), 0) FROM unnest($3::bigint[]) AS listed(number) CROSS JOIN LATERAL (
      SELECT more, image FROM contact WHERE contact.account = $1 AND contact.campaign = $2
      AND contact.number >= listed.number AND contact.number <= listed.number ORDER BY contact.number LIMIT 1
    ) AS contact"""
_GROUP_OCTETS: Final = """SELECT number, octet_length(card) FROM group_card
    WHERE account = $1 AND campaign = $2 AND number = ANY($3)"""
_ONE_CARD: Final = """SELECT size, CASE WHEN size <= $4 THEN card END, CASE WHEN size <= $4 THEN original END FROM (
      SELECT octet_length(card.card) + coalesce(octet_length(original.card), 0) AS size, card.card,
        original.card AS original FROM card
      LEFT JOIN original ON original.account = card.account AND original.campaign = card.campaign
        AND original.original = card.original
      WHERE card.account = $1 AND card.campaign = $2 AND card.number = $3
    ) AS kept"""
_ONE_GROUP: Final = """SELECT octet_length(card), CASE WHEN octet_length(card) <= $4 THEN card END, NULL::bytea
    FROM group_card WHERE account = $1 AND campaign = $2 AND number = $3"""
_GROUP_CARDS: Final = "SELECT number, card FROM group_card WHERE account = $1 AND campaign = $2 AND number = ANY($3)"


async def with_names(connection: Connection, book: Opened, names: Sequence[str]) -> list[NamedCard]:
    """Return what has one of these names, or had it."""
    rows = await connection.rows(_BY_NAME, book.account, book.number, names)
    campaigns = set(book.campaigns)
    return [card for row in rows if (card := NamedCard(*row)).campaign in campaigns]


async def held(connection: Connection, book: Opened, names: Sequence[str]) -> dict[str, NamedCard]:
    """Return what has these names now."""
    return {card.name: card for card in await with_names(connection, book, names) if card.revision is not None}


async def with_keys(connection: Connection, book: Opened, keys: Sequence[Key]) -> dict[Key, NamedCard]:
    """Return the names of contacts and groups in a book, of those that have one."""
    if not keys:
        return {}
    columns = ([key[at] for key in keys] for at in range(len(Key._fields)))
    rows = await connection.rows(_BY_KEY, book.account, book.number, *columns)
    return {card.key: card for card in (NamedCard(*row) for row in rows)}


async def following(connection: Connection, book: Opened, after: Key, limit: int) -> list[NamedCard]:
    """Return the contacts, or the groups, of a campaign after one, by their numbers."""
    query = _GROUPS if after.is_group else _CONTACTS
    rows = await connection.rows(query, book.account, book.number, after.campaign, after.number, limit)
    return [NamedCard(*row) for row in rows]


def card_of(book: Opened, found: NamedCard) -> BookCard:
    """Return the card, without its contact and its octets."""
    changed = instant(found.updated)
    return BookCard(
        found.name,
        book.place(found.campaign),
        found.number,
        found.is_group,
        found.revision or 0,
        changed if found.created == found.updated else instant(found.created),
        changed,
        found.uid,
        found.partner_user is not None,
        found.repeats_uid,
    )


async def cards_of(connection: Connection, book: Opened, several: Sequence[NamedCard], *, full: Full) -> list[BookCard]:
    """Return the cards; whole ones if `full`, and then as many of the first as are not much together."""
    if not full or not several:
        return [card_of(book, found) for found in several]
    octets = await _octets(connection, book, several) if len(several) > 1 else {}
    earlier = accumulate((octets.get(found.key, 0) + 1_000 for found in several), initial=0)
    first = [found for found, before in zip(several, earlier, strict=False) if before < _MUCH]
    contacts: dict[Key, StoredContact] = {}
    octets_of: dict[Key, bytes] = {}
    for campaign, numbers in _by_campaign(first, is_group=False):
        place = book.account, campaign
        cards = await contact_rows.cards_of(connection, place, numbers) if full == "octets" else {}
        octets_of |= {Key(campaign, number, False): card for number, card in cards.items()}  # noqa: FBT003 - a contact
        rows = await rows_at(connection, place, [number for number in numbers if number not in cards])
        stored = await all_full(connection, place, rows)
        contacts |= {Key(campaign, one.number, False): one for one in stored}  # noqa: FBT003 - a contact
    for campaign, numbers in _by_campaign(first, is_group=True):
        groups = await connection.rows(_GROUP_CARDS, book.account, campaign, numbers)
        octets_of |= {Key(campaign, number, True): card for number, card in groups}  # noqa: FBT003 - a group
    return [
        card_of(book, found)._replace(contact=contacts.get(found.key), card=octets_of.get(found.key, b""))
        for found in first
    ]


async def seen(connection: Connection, book: Opened, found: NamedCard, most: int) -> tuple[BookCard, int]:
    """Return a card, with its octets unless they are more than `most`, and how many it is kept in."""
    query, spot = _ONE_GROUP if found.is_group else _ONE_CARD, (book.account, found.campaign, found.number)
    size, card, original = await connection.row(query, *spot, most) or (0, None, None)
    if size > most:
        return card_of(book, found), size
    if size == 0:
        return (await cards_of(connection, book, [found], full="octets"))[0], 0
    return card_of(book, found)._replace(card=whole(card, original) or b""), size


async def _octets(connection: Connection, book: Opened, several: Sequence[NamedCard]) -> dict[Key, int]:
    """Return how much is read for each."""
    octets: dict[Key, int] = {}
    for is_group, query in ((False, _OCTETS), (True, _GROUP_OCTETS)):
        for campaign, numbers in _by_campaign(several, is_group=is_group):
            rows = await connection.rows(query, book.account, campaign, numbers)
            octets |= {Key(campaign, number, is_group): size for number, size in rows}
    return octets


def _by_campaign(several: Iterable[NamedCard], *, is_group: bool) -> list[tuple[int, list[int]]]:
    numbers: defaultdict[int, list[int]] = defaultdict(list)
    for card in several:
        if card.is_group == is_group:
            numbers[card.campaign].append(card.number)
    return list(numbers.items())


async def unindexed(connection: Connection, book: Opened, most: int) -> list[str] | None:
    """Return the names of the cards that may say what the index has not, unless they are more."""
    names: dict[str, None] = {}
    for campaign in book.campaigns:
        said = (book.account, book.number, campaign, most + 1)
        without = quoted(nameless(scope(book.account, campaign)))
        for statement, more in ((_OWN[0], ()), (_OWN[1], ()), (_NAMELESS, (without,))):
            names |= dict.fromkeys([name for (name,) in await connection.rows(statement, *said, *more)])
            if len(names) > most:
                return None
    return list(names)
