"""`UploadStore` in PostgreSQL: the table `kept_upload`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright import limits
from cardwright.book.images import Image
from cardwright.book.kept_uploads import KeptUpload
from cardwright.store.instants import now
from cardwright.store.postgres.numbers import LARGEST, account_number, campaign_numbers, sayable

if TYPE_CHECKING:
    from cardwright.book.ports import Place
    from cardwright.store.postgres.contact_rows import Spot
    from cardwright.store.postgres.database import Database
    from cardwright.store.postgres.driver import Connection

_OVER: Final = "DELETE FROM kept_upload WHERE account = $1 AND ends <= $2"
# Held until the photo is there: who ends the session waits, and takes the photo along.
_IS_THERE: Final = "SELECT 1 FROM session WHERE account = $1 AND digest = $2 FOR UPDATE"
_KEEP: Final = """INSERT INTO kept_upload
    (account, session, name, campaign, number, ends, file_name, digest, media_type, data, small)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"""
_TOO_MANY: Final = """DELETE FROM kept_upload WHERE account = $1 AND session = $2 AND name IN (SELECT name
    FROM kept_upload WHERE account = $1 AND session = $2 AND name <> $3 ORDER BY ends DESC OFFSET $4)"""
_THIS: Final = "account = $1 AND session = $2 AND name = $3"
_FIND: Final = f"SELECT file_name, media_type, data, small, digest FROM kept_upload WHERE {_THIS} AND ends > $4"  # noqa: S608 - constant
_ENDED: Final = """DELETE FROM kept_upload WHERE account = $1 AND session NOT IN (
    SELECT session.digest FROM session WHERE session.account = $1)"""
_FORGET: Final = f"DELETE FROM kept_upload WHERE {_THIS}"  # noqa: S608 - constant


_HAND_OVER: Final = f"UPDATE kept_upload SET number = $4 WHERE {_THIS}"  # noqa: S608 - constant


class PostgresUploads:
    """The port `book.kept_uploads.UploadStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, place: Place, number: int, session: bytes, name: str, upload: KeptUpload) -> None:
        """Keep a photo for the form of the contact `number`, 0 for a new one."""

        async def unit(connection: Connection) -> None:
            account, campaign = await campaign_numbers(connection, place)
            instant, image = now(), upload.image
            await connection.execute(_OVER, account, instant)
            if await connection.value(_IS_THERE, account, session) is None:
                return
            ends = instant + limits.KEPT_UPLOAD.value * 60_000
            what = (upload.file_name, image.digest, image.media_type, image.data, image.small)
            contact = min(number, LARGEST) or None
            await connection.execute(_KEEP, account, session, name, campaign, contact, ends, *what)
            await connection.execute(_TOO_MANY, account, session, name, limits.KEPT_UPLOADS.value - 1)

        await self._database.write(unit)

    async def find(self, sid: str, session: bytes, name: str) -> KeptUpload | None:
        """Return a photo that this session keeps, unless its hour is over."""

        async def look(connection: Connection) -> KeptUpload | None:
            account = await account_number(connection, sid)
            row = await connection.row(_FIND, account, session, name, now())
            return None if row is None else KeptUpload(str(row[0]), Image(*row[1:]))

        return await self._database.read(look) if sayable(sid) else None

    async def hand_over(self, place: Place, number: int, session: bytes, name: str) -> None:
        """Have a photo belong to the form of the contact `number`, which was made with it."""

        async def unit(connection: Connection) -> None:
            account, _ = await campaign_numbers(connection, place)
            await connection.execute(_HAND_OVER, account, session, name, min(number, LARGEST))

        await self._database.write(unit)

    async def forget(self, sid: str, session: bytes, name: str) -> None:
        """Let go of a photo, if it is there."""

        async def unit(connection: Connection) -> None:
            await connection.execute(_FORGET, await account_number(connection, sid), session, name)

        await self._database.write(unit)


async def forget_ended(connection: Connection, account: int) -> None:
    """Remove what sessions kept that have ended; for whoever ends one, in the same unit of work."""
    await connection.execute(_ENDED, account)


async def forget(connection: Connection, spot: Spot) -> None:
    """Remove what is kept for the form of a contact that is erased."""
    await connection.execute("DELETE FROM kept_upload WHERE account = $1 AND campaign = $2 AND number = $3", *spot)
