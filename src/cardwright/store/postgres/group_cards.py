"""The table `group_card`: each change of a group takes a sequence of its campaign, so that address books tell of it.

The caller holds the lock of the account.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from cardwright.store.instants import now

if TYPE_CHECKING:
    from cardwright.store.postgres.driver import Connection

_NEXT: Final = """UPDATE campaign SET sequence = sequence + 1 WHERE account = $1 AND campaign = $2
    RETURNING sequence"""
_NEW: Final = """INSERT INTO group_card (account, campaign, number, uid, digest, card, revision, created, updated)
    SELECT $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5, $6, $7, $7
    FROM group_card WHERE group_card.account = $1 AND campaign = $2 RETURNING number"""
_PUT: Final = """UPDATE group_card SET card = coalesce($4, card), revision = $5, updated = $6
    WHERE account = $1 AND campaign = $2 AND number = $3"""
_LEFT: Final = """INSERT INTO left_name (account, campaign, sequence, book, number, is_group, name)
    SELECT $1, $2, $4, book, number, is_group, name FROM card_name
    WHERE card_name.account = $1 AND campaign = $2 AND number = $3 AND is_group"""
_UNNAMED: Final = "DELETE FROM card_name WHERE account = $1 AND campaign = $2 AND number = $3 AND is_group"
_GONE: Final = "DELETE FROM group_card WHERE account = $1 AND campaign = $2 AND number = $3"


def digest_of(uid: str) -> bytes:
    """Return a digest of a UID, normalized: the UID itself may be too long for an index."""
    return hashlib.sha256(uid.encode("utf-8", "surrogatepass")).digest()


async def next_sequence(connection: Connection, numbers: tuple[int, int]) -> int:
    """Return a sequence of the campaign for a change that is none of a contact."""
    return int(await connection.value(_NEXT, *numbers))


async def add(connection: Connection, numbers: tuple[int, int], uid: str, card: bytes) -> int:
    """Keep a new group, and return its number."""
    revision = await next_sequence(connection, numbers)
    return int(await connection.value(_NEW, *numbers, uid, digest_of(uid), card, revision, now()))


async def put(connection: Connection, numbers: tuple[int, int], number: int, card: bytes | None = None) -> None:
    """Put a card in the place of a group's, or leave it as it is, with another revision."""
    await connection.execute(_PUT, *numbers, number, card, await next_sequence(connection, numbers), now())


async def remove(connection: Connection, numbers: tuple[int, int], number: int) -> None:
    """Remove a group; its names are kept as left, because its number may be given again."""
    await connection.execute(_LEFT, *numbers, number, await next_sequence(connection, numbers))
    for command in (_UNNAMED, _GONE):
        await connection.execute(command, *numbers, number)
