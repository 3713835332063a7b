"""What address books forget: names of erased contacts that may tell of them, and the books of a campaign that goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cardwright.store.card_names import is_uuid
from cardwright.store.sqlite.books import BOOKS, raise_floor
from cardwright.store.sqlite.keys import BITS, number_of

if TYPE_CHECKING:
    from cardwright.store.sqlite.writer import WriteConnection

_SLICE: Final = 500
_LAST: Final = "SELECT max(change) FROM change WHERE contact = ? AND before IS NOT NULL"
_NAMES: Final = f"""
    SELECT 'card_name', book, name FROM card_name WHERE book IN ({BOOKS}) AND is_group = 0 AND holder = ?2 UNION
    SELECT 'left_name', book, name FROM left_name WHERE holder = ?2 AND is_group = 0"""  # noqa: S608 - constant
_FORGET: Final = "DELETE FROM {table} WHERE book = ? AND is_group = 0 AND holder = ? AND name = ?"
_OF_CAMPAIGN: Final = (
    f"""DELETE FROM card_name WHERE (book, is_group, holder) IN (
        SELECT book, is_group, holder FROM card_name WHERE book IN ({BOOKS}) AND is_group IN (0, 1)
          AND holder >= ?1 << {BITS} AND holder < (?1 + 1) << {BITS} LIMIT {_SLICE})""",  # noqa: S608 - constant
    f"""DELETE FROM left_name WHERE (book, campaign, sequence) IN (
        SELECT book, campaign, sequence FROM left_name
        WHERE book IN ({BOOKS}) AND campaign = ?1 LIMIT {_SLICE})""",  # noqa: S608 - constant
    "DELETE FROM book_state WHERE campaign = ?1",
    "DELETE FROM book_property WHERE book = ?1",
)


def gone_since(connection: WriteConnection, contact: int) -> int:
    """Return the sequence of the change that deleted a contact, 0 if it is not known."""
    change = connection.execute(_LAST, (contact,)).get
    return 0 if change is None else number_of(int(change))


def erase(connection: WriteConnection, contact: int, gone: int) -> None:
    """Forget the names of a contact that is gone since a change, but those that are UUIDs.

    Who knows less than that change cannot be told what they were, and begins anew (DV-25).
    """
    campaign = contact >> BITS
    rows: list[tuple[Any, ...]] = connection.execute(_NAMES, (campaign, contact)).fetchall()
    for table, book, name in rows:
        if not is_uuid(name):
            connection.execute(_FORGET.format(table=table), (book, contact, name))
            raise_floor(connection, book, campaign, gone)


def books_go(connection: WriteConnection, campaign: int) -> bool:
    """Remove a slice of what address books have of a campaign that goes; False when there is none."""
    for command in _OF_CAMPAIGN:
        connection.execute(command, (campaign,))
        if connection.changes():
            return True
    return False
