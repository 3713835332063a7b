"""Erasing a contact: its history, the originals of its cards, its idempotency keys, images that nothing else points to.

The caller holds the lock of the account: nobody makes a contact meanwhile that points to such an image.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cardwright.store.postgres.contact_rows import Spot
    from cardwright.store.postgres.driver import Connection

_RECORDED: Final = """SELECT 1 FROM change
    WHERE account = $1 AND campaign = $2 AND number = $3 AND before IS NOT NULL LIMIT 1"""
_WAS: Final = """SELECT DISTINCT image FROM change
    WHERE account = $1 AND campaign = $2 AND number = $3 AND before IS NOT NULL AND image IS NOT NULL"""
_RECORDS: Final = """UPDATE change SET before = NULL, image = NULL
    WHERE account = $1 AND campaign = $2 AND number = $3 AND before IS NOT NULL"""
_ORIGINALS: Final = "DELETE FROM original WHERE account = $1 AND campaign = $2 AND number = $3"
_KEYS: Final = "DELETE FROM repeat WHERE account = $1 AND number = $2"
_UNUSED: Final = """DELETE FROM image WHERE account = $1 AND digest = $2
    AND NOT EXISTS (SELECT FROM contact WHERE contact.account = $1 AND contact.image = $2)
    AND NOT EXISTS (SELECT FROM change WHERE change.account = $1 AND change.image = $2)"""


async def recorded(connection: Connection, spot: Spot) -> bool:
    """Return whether anything is recorded of a contact that is not there."""
    return await connection.value(_RECORDED, *spot) is not None


async def forget(connection: Connection, spot: Spot, image: str | None = None) -> None:
    """Empty the records of a contact, and let go of its keys and of images that nothing points to any more."""
    images = {row[0] for row in await connection.rows(_WAS, *spot)} | ({image} if image else set())
    await connection.execute(_RECORDS, *spot)
    await connection.execute(_ORIGINALS, *spot)
    await connection.execute(_KEYS, spot.account, spot.number)
    for digest in images:
        await forget_image(connection, spot.account, digest)


async def forget_image(connection: Connection, account: int, digest: str) -> None:
    """Let go of an image, unless a contact has it or a record tells of it."""
    await connection.execute(_UNUSED, account, digest)
