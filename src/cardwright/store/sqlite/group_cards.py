"""The table `group_card`: each change of a group takes a sequence of its campaign, so that address books tell of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.store.instants import now
from cardwright.store.sqlite.books import BOOKS
from cardwright.store.sqlite.change_rows import next_sequence
from cardwright.store.sqlite.keys import end, first_after

if TYPE_CHECKING:
    from cardwright.store.sqlite.writer import WriteConnection

_NEW: Final = """INSERT INTO group_card (group_card, campaign, uid, card, revision, created, updated) SELECT
    coalesce(max(group_card), :first - 1) + 1, :campaign, :uid, :card, :revision, :at, :at
    FROM group_card WHERE group_card >= :first AND group_card < :end RETURNING group_card"""
_PUT: Final = """UPDATE group_card SET card = coalesce(:card, card), revision = :revision, updated = :at
    WHERE group_card = :key"""
_LEFT: Final = f"""INSERT INTO left_name (book, campaign, sequence, is_group, holder, name)
    SELECT book, ?1, ?2, 1, holder, name FROM card_name
    WHERE book IN ({BOOKS}) AND is_group = 1 AND holder = ?3"""  # noqa: S608 - constant
_UNNAMED: Final = f"""DELETE FROM card_name
    WHERE book IN ({BOOKS}) AND is_group = 1 AND holder = ?2"""  # noqa: S608 - constant


def add(connection: WriteConnection, campaign: int, uid: str, card: bytes) -> int:
    """Keep a new group, and return its key."""
    said = {"campaign": campaign, "uid": uid, "card": card, "first": first_after(campaign), "end": end(campaign)}
    said |= {"revision": next_sequence(connection, campaign), "at": now()}
    return int(connection.execute(_NEW, said).get)


def put(connection: WriteConnection, campaign: int, key: int, card: bytes | None = None) -> None:
    """Put a card in the place of a group's, or leave it as it is, with another revision."""
    said = {"key": key, "card": card, "revision": next_sequence(connection, campaign), "at": now()}
    connection.execute(_PUT, said)


def remove(connection: WriteConnection, campaign: int, key: int) -> None:
    """Remove a group; its names are kept as left, because its number may be given again."""
    connection.execute(_LEFT, (campaign, next_sequence(connection, campaign), key))
    connection.execute(_UNNAMED, (campaign, key))
    connection.execute("DELETE FROM group_card WHERE group_card = ?", (key,))


def card_of(connection: WriteConnection, key: int) -> bytes:
    """Return the card of a group, b"" for none."""
    return connection.execute("SELECT card FROM group_card WHERE group_card = ?", (key,)).get or b""
