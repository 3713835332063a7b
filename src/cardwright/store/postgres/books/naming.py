"""Giving names to the cards of a book that have none: those that came since somebody last looked at it (DV-11).

Whoever gives or takes a name holds the lock of the account, so a name is of one card that is there; those of cards that
are gone stay beside it. Who reads takes no lock: a read knows a campaign as far as every card has its name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright import limits
from cardwright.contact.uid import comparable_uid
from cardwright.store.card_names import names_in_all, names_of
from cardwright.store.postgres.books.opened import ALL, UNNAMED, opened
from cardwright.store.postgres.books.rows import Key, held, with_keys, with_names
from cardwright.store.postgres.books.uids import uid_holders
from cardwright.store.postgres.numbers import lock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cardwright.book.card_ports import Book
    from cardwright.store.postgres.books.opened import BookSection, Opened
    from cardwright.store.postgres.driver import Connection

_PORTION: Final = 2_000  # cards of one unit of work
_LAG: Final = 1_000  # changes that are looked through for cards without a name, before it is kept that there is none
# Subqueries that cannot become joins: of a new account the planner thinks that it has one row of everything.
_UNNAMED: Final = """SELECT sequence FROM change WHERE account = $1 AND campaign = $2 AND sequence > $3
      AND kind IN ('c', 'r') AND (
        SELECT true FROM card_name WHERE card_name.account = $1 AND card_name.campaign = $2
          AND card_name.number >= change.number AND card_name.number <= change.number
          AND NOT card_name.is_group AND (card_name.book = $4) IS TRUE ORDER BY card_name.number LIMIT 1
      ) IS NULL ORDER BY account, campaign, sequence LIMIT 1"""
_UNNAMED_GROUPS: Final = """SELECT revision, number, uid FROM group_card WHERE account = $1 AND campaign = $2
      AND revision > $3 AND (
        SELECT true FROM card_name WHERE card_name.account = $1 AND card_name.campaign = $2
          AND card_name.number >= group_card.number AND card_name.number <= group_card.number
          AND card_name.is_group AND (card_name.book = $4) IS TRUE ORDER BY card_name.number LIMIT 1
      ) IS NULL ORDER BY account, campaign, revision LIMIT $5"""
_SEQUENCE: Final = "SELECT sequence FROM campaign WHERE account = $1 AND campaign = $2"
_NAMED: Final = "SELECT named FROM book_state WHERE account = $1 AND campaign = $2 AND book = $3"
_CAME: Final = """SELECT sequence, number FROM change WHERE account = $1 AND campaign = $2 AND sequence > $3
    AND sequence <= $4 AND kind IN ('c', 'r') ORDER BY account, campaign, sequence LIMIT $5"""
_NOTE: Final = """INSERT INTO book_state (account, campaign, book, named) VALUES ($1, $2, $3, $4)
    ON CONFLICT (account, campaign, book) DO UPDATE SET named = excluded.named"""
# Of one that is deleted already the last record says who it was; of one that is erased nothing does.
_UIDS: Final = """SELECT asked.number, contact.uid, contact.partner_user IS NOT NULL, contact.number IS NOT NULL
    FROM unnest($3::bigint[]) AS asked(number) LEFT JOIN LATERAL (
      SELECT number, uid, partner_user FROM contact WHERE contact.account = $1 AND contact.campaign = $2
        AND contact.number >= asked.number AND contact.number <= asked.number ORDER BY contact.number LIMIT 1
    ) AS contact ON true"""
_WAS: Final = """SELECT before::json ->> 'uid', before::json ->> 'partner_user' IS NOT NULL FROM change
    WHERE account = $1 AND campaign = $2 AND number = $3 AND before IS NOT NULL ORDER BY sequence DESC LIMIT 1"""
_GIVE: Final = """INSERT INTO card_name (account, campaign, book, number, is_group, name, repeats_uid)
    SELECT $1, $2, $3, number, is_group, name, repeats
    FROM unnest($4::bigint[], $5::boolean[], $6::text[], $7::boolean[]) AS u(number, is_group, name, repeats)
    ON CONFLICT (account, campaign, number, is_group, book) DO UPDATE SET name = excluded.name"""
_TAKE: Final = """DELETE FROM card_name
    WHERE account = $1 AND campaign = $2 AND number = $3 AND is_group = $4 AND book = $5"""


class Unnamed(NamedTuple):
    """A card that has no name in a book."""

    key: Key
    uid: str
    is_system: bool
    is_there: bool


async def bounds(connection: Connection, book: Opened) -> tuple[list[int], bool]:
    """Return up to which change each campaign of a book has all its names, and whether it is time to give some."""
    reached: list[int] = []
    is_behind = False
    for section in book.sections:
        since = book.account, section.campaign, section.named, book.number
        if section.sequence == section.named:
            reached.append(section.sequence)
            continue
        contact = await connection.value(_UNNAMED, *since)
        group = await connection.value(_UNNAMED_GROUPS, *since, 1)
        first = min((one for one in (contact, group) if one is not None), default=None)
        reached.append(section.sequence if first is None else max(first - 1, 0))
        is_behind |= first is not None or section.sequence - section.named > _LAG
    return reached, is_behind


async def bring(connection: Connection, book: Book, until: dict[int, int]) -> bool:
    """Give names to a portion of the cards that came; say whether some are left that came `until` then."""
    book_ = await opened(connection, book)
    await lock(connection, book_.account)
    book_ = await opened(connection, book)
    return any([await _portion(connection, book_, one, until.get(one.campaign, 0)) for one in book_.sections])


async def _portion(connection: Connection, book: Opened, section: BookSection, until: int) -> bool:
    reached = await connection.value(_SEQUENCE, book.account, section.campaign)
    if reached is None or section.named >= reached:
        return False
    is_more = False
    if book.number == ALL:
        is_more = await _own_names(connection, book, section, until)
        reached = await _named(connection, book, section)
    came = book.account, section.campaign, section.named, reached, _PORTION
    rows = await connection.rows(_CAME, *came)
    if len(rows) == _PORTION:
        reached = rows[-1][0]
    groups = await connection.rows(_UNNAMED_GROUPS, *came[:3], book.number, _PORTION)
    if len(groups) == _PORTION:
        reached = min(reached, groups[-1][0])
    cards = await _contacts(connection, book, section, sorted({row[1] for row in rows}))
    cards += [Unnamed(Key(section.campaign, number, True), uid, False, True) for _, number, uid in groups]  # noqa: FBT003
    await give(connection, book, cards)
    await note(connection, book, section.campaign, reached)
    return is_more or reached < until


async def note(connection: Connection, book: Opened, campaign: int, reached: int) -> None:
    """Keep up to which change the cards of a campaign have names in a book."""
    await connection.execute(_NOTE, book.account, campaign, book.number, reached)


async def _own_names(connection: Connection, book: Opened, section: BookSection, until: int) -> bool:
    """Name cards in the book of the campaign first: that of all takes the names from there."""
    own = section._replace(named=await _named(connection, book, section))
    return await _portion(connection, book._replace(number=section.campaign, sections=(own,)), own, until)


async def _named(connection: Connection, book: Opened, section: BookSection) -> int:
    """Return up to which change the cards of a campaign have names in its own book."""
    named = await connection.value(_NAMED, book.account, section.campaign, section.campaign)
    return UNNAMED if named is None else int(named)


async def _contacts(
    connection: Connection, book: Opened, section: BookSection, numbers: Sequence[int]
) -> list[Unnamed]:
    """Return those of the contacts that have no name, and are to have one."""
    keys = {Key(section.campaign, number, False) for number in numbers}  # noqa: FBT003 - contacts
    left = sorted(keys.difference(await with_keys(connection, book, sorted(keys))))
    is_first = book.number != ALL or section.campaign == book.sections[0].campaign
    cards: list[Unnamed] = []
    asked = [key.number for key in left]
    for number, uid, is_system, is_there in await connection.rows(_UIDS, book.account, section.campaign, asked):
        said = (uid, is_system)
        if not is_there:
            said = await connection.row(_WAS, book.account, section.campaign, number) or (None, False)
        if said[0] is not None and (is_first or not said[1]):
            cards.append(Unnamed(Key(section.campaign, number, False), said[0], said[1], is_there))  # noqa: FBT003
    return cards


async def give(connection: Connection, book: Opened, cards: Sequence[Unnamed]) -> None:
    """Name cards of one campaign: each by the best name that no other card of the book holds."""
    if not cards:
        return
    own: dict[Key, str] = {}
    repeating: set[Key] = set()
    if book.number == ALL:
        campaign = cards[0].key.campaign
        by_key = await with_keys(connection, book._replace(number=campaign), [card.key for card in cards])
        own = {key: one.name for key, one in by_key.items()}
        repeating = await _repeating(connection, book, cards)
    several = [(card.key, card.is_there, _candidates(card, own.get(card.key))) for card in cards]
    names = await free(connection, book, several)
    rows = [(card.key, names[card.key], card.key in repeating) for card in cards]
    await keep(connection, book, rows)


def _candidates(card: Unnamed, own: str | None) -> Iterator[str]:
    number, is_group = card.key.number, card.key.is_group
    if own is None:
        return names_of(card.uid, number, is_group=is_group)
    return names_in_all(own, number, is_group=is_group, is_system=card.is_system)


async def free(
    connection: Connection, book: Opened, cards: Iterable[tuple[Key, bool, Iterator[str]]]
) -> dict[Key, str]:
    """Return for each card the first of its candidates that is free; for one that is not there, the first."""
    names: dict[Key, str] = {}
    taken: set[str] = set()
    left = list(cards)
    while left:
        asked = [(key, is_there, several, next(several)) for key, is_there, several in left]
        taken.update(await held(connection, book, sorted({name for *_, name in asked})))
        left = []
        for key, is_there, several, name in asked:
            if is_there and name in taken:
                left.append((key, is_there, several))
                continue
            names[key] = name
            if is_there:
                taken.add(name)
    return names


async def keep(connection: Connection, book: Opened, rows: Sequence[tuple[Key, str, bool]]) -> None:
    """Keep names of cards of one campaign, each with whether it repeats a UID; no other card of the book holds it."""
    if not rows:
        return
    columns = zip(*[(key.number, key.is_group, name, repeats) for key, name, repeats in rows], strict=True)
    await connection.execute(_GIVE, book.account, rows[0][0].campaign, book.number, *map(list, columns))


async def forget_many(connection: Connection, book: Opened, names: Sequence[str]) -> None:
    """Forget those that had the same name long ago: somebody may put and delete it for ever."""
    for name_ in names:
        had = [one.key for one in await with_names(connection, book, [name_]) if one.revision is None]
        for key in sorted(had, key=lambda key: key.number, reverse=True)[limits.CARDS_ONCE_NAMED.value :]:
            await connection.execute(_TAKE, book.account, *key, book.number)


async def _repeating(connection: Connection, book: Opened, cards: Sequence[Unnamed]) -> set[Key]:
    """Return which contacts come to the book of all after another that has the same UID (DV-3)."""
    came = {card.key: comparable_uid(card.uid) for card in cards if card.is_there and not card.key.is_group}
    holders = await uid_holders(connection, book, set(came.values()))
    known = await with_keys(connection, book, [key for key, _ in holders])
    taken = {uid for key, uid in holders if key in known}
    repeating: set[Key] = set()
    for key, uid in sorted(came.items(), key=lambda item: item[0].number):
        if uid in taken:
            repeating.add(key)
        taken.add(uid)
    return repeating
