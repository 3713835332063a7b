"""The table `card_name` where a contact comes back, or is erased. Names are given in `books.naming`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.store.card_names import is_uuid

if TYPE_CHECKING:
    from cardwright.store.postgres.contact_rows import Spot
    from cardwright.store.postgres.driver import Connection

_TAKEN: Final = """DELETE FROM card_name WHERE account = $1 AND campaign = $2 AND number = $3 AND NOT is_group
    AND EXISTS (
      SELECT FROM card_name AS other WHERE other.account = $1 AND other.book = card_name.book
        AND other.name = card_name.name AND (other.campaign, other.number, other.is_group) <> ($2, $3, false)
        AND (EXISTS (
          SELECT FROM contact WHERE contact.account = $1 AND contact.campaign = other.campaign
            AND contact.number = other.number AND NOT other.is_group
        ) OR EXISTS (
          SELECT FROM group_card WHERE group_card.account = $1 AND group_card.campaign = other.campaign
            AND group_card.number = other.number AND other.is_group
        )))"""
_NAMES: Final = """SELECT book, name FROM card_name
    WHERE account = $1 AND campaign = $2 AND number = $3 AND NOT is_group"""
_LEFT: Final = """SELECT book, name FROM left_name
    WHERE account = $1 AND campaign = $2 AND number = $3 AND NOT is_group"""
_NAME_GOES: Final = """DELETE FROM card_name
    WHERE account = $1 AND campaign = $2 AND number = $3 AND NOT is_group AND book = $4"""
_LEFT_GOES: Final = """DELETE FROM left_name
    WHERE account = $1 AND campaign = $2 AND number = $3 AND NOT is_group AND book = $4 AND name = $5"""
_FLOOR: Final = """INSERT INTO book_state (account, campaign, book, floor)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (account, campaign, book) DO UPDATE SET floor = greatest(book_state.floor, excluded.floor)"""
_GONE: Final = """SELECT max(sequence) FROM change
    WHERE account = $1 AND campaign = $2 AND number = $3 AND before IS NOT NULL"""


async def forget_taken(connection: Connection, spot: Spot) -> None:
    """Let a contact that comes back go without those of its names that other cards have by now: it gets others."""
    await connection.execute(_TAKEN, *spot)


async def gone_at(connection: Connection, spot: Spot) -> int:
    """Return the sequence of the change that deleted a contact which is not there, while that has a record still."""
    return int(await connection.value(_GONE, *spot) or 0)


async def forget(connection: Connection, spot: Spot, gone_at: int) -> None:
    """Forget the names of a contact that is erased, but for UUIDs, which say nothing of a person.

    Without one nobody can be told that it is gone: tokens of before that change end, and who has one reads the book
    anew.
    """
    names, left = [await connection.rows(query, *spot) for query in (_NAMES, _LEFT)]
    for book, name in names:
        if not is_uuid(name):
            await connection.execute(_NAME_GOES, *spot, book)
    for book, name in left:
        if not is_uuid(name):
            await connection.execute(_LEFT_GOES, *spot, book, name)
    for book in {book for book, name in (*names, *left) if not is_uuid(name)}:
        await connection.execute(_FLOOR, spot.account, spot.campaign, book, gone_at)
