"""Erasing a contact: its history, the originals of its cards, its idempotency keys, images that nothing else points to.

The caller holds the lock of the account: nobody makes a contact meanwhile that points to such an image.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.store.postgres.merges import merges_of

if TYPE_CHECKING:
    from collections.abc import Iterable

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
_MERGES: Final = "DELETE FROM merged WHERE account = $1 AND campaign = $2 AND (first = $3 OR second = $3)"
_IMAGE_OF: Final = "SELECT image FROM change WHERE account = $1 AND campaign = $2 AND sequence = $3"
_RECORD: Final = """UPDATE change SET before = NULL, image = NULL
    WHERE account = $1 AND campaign = $2 AND sequence = $3"""
_UNTOLD: Final = """DELETE FROM original WHERE account = $1 AND campaign = $2 AND number = $3
    AND original NOT IN (SELECT original FROM card
      WHERE account = $1 AND campaign = $2 AND number = $3 AND original IS NOT NULL)
    AND original NOT IN (SELECT (before::json ->> 'original')::bigint FROM change
      WHERE account = $1 AND campaign = $2 AND number = $3 AND before IS NOT NULL
        AND before::json ->> 'original' IS NOT NULL)"""
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


async def with_merged(connection: Connection, spot: Spot) -> list[Spot]:
    """Return the contact, and all that it was merged with: what one of them holds is of each."""
    spots = [spot]
    for one in spots:
        merges = await merges_of(connection, one)
        numbers = [number for merge in merges if merge.undone is None for number in (merge.first, merge.second)]
        spots += dict.fromkeys(other for other in (one._replace(number=it) for it in numbers) if other not in spots)
    return spots


async def forget_merges(connection: Connection, spots: Iterable[Spot]) -> None:
    """Let go of the merges of contacts, and of what the undo of one recorded: what both had."""
    for spot in spots:
        for merge in await merges_of(connection, spot):
            if merge.undone is not None:
                await _forget_state(connection, spot._replace(number=merge.first), merge.undone)
        await connection.execute(_MERGES, *spot)


async def _forget_state(connection: Connection, spot: Spot, sequence: int) -> None:
    """Empty one record of a contact, and let go of the originals and the image that only it told of."""
    image = await connection.value(_IMAGE_OF, spot.account, spot.campaign, sequence)
    await connection.execute(_RECORD, spot.account, spot.campaign, sequence)
    await connection.execute(_UNTOLD, *spot)
    if image:
        await forget_image(connection, spot.account, image)


async def forget_image(connection: Connection, account: int, digest: str) -> None:
    """Let go of an image, unless a contact has it or a record tells of it."""
    await connection.execute(_UNUSED, account, digest)
