"""`UploadStore` in SQLite: the table `kept_upload`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright import limits
from cardwright.book.images import Image
from cardwright.book.kept_uploads import KeptUpload
from cardwright.store.instants import now
from cardwright.store.sqlite.keys import key
from cardwright.store.sqlite.rows import campaign_numbers

if TYPE_CHECKING:
    import apsw

    from cardwright.book.ports import Place
    from cardwright.store.sqlite.database import Database
    from cardwright.store.sqlite.writer import WriteConnection

_OVER: Final = "DELETE FROM kept_upload WHERE account = ? AND ends <= ?"
_IS_THERE: Final = "SELECT 1 FROM session WHERE account = ? AND digest = ?"
_KEEP: Final = """INSERT INTO kept_upload
    (account, session, name, campaign, contact, ends, file_name, digest, media_type, data, small)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_TOO_MANY: Final = """DELETE FROM kept_upload WHERE kept_upload IN (SELECT kept_upload FROM kept_upload
    WHERE account = ? AND session = ? ORDER BY kept_upload DESC LIMIT -1 OFFSET ?)"""
_ACCOUNT: Final = "account = (SELECT account FROM account WHERE sid = ?) AND session = ? AND name = ?"
_FIND: Final = f"SELECT file_name, media_type, data, small, digest FROM kept_upload WHERE {_ACCOUNT} AND ends > ?"  # noqa: S608 - constant
_FORGET: Final = f"DELETE FROM kept_upload WHERE {_ACCOUNT}"  # noqa: S608 - constant


_HAND_OVER: Final = "UPDATE kept_upload SET contact = ? WHERE account = ? AND session = ? AND name = ?"


class SqliteUploads:
    """The port `book.kept_uploads.UploadStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, place: Place, number: int, session: bytes, name: str, upload: KeptUpload) -> None:
        """Keep a photo for the form of the contact `number`, 0 for a new one."""

        def unit(connection: apsw.Connection) -> None:
            account, campaign = campaign_numbers(connection, *place)
            instant, image = now(), upload.image
            connection.execute(_OVER, (account, instant))
            if connection.execute(_IS_THERE, (account, session)).get is None:
                return
            contact = key(campaign, number) if number else None
            ends = instant + limits.KEPT_UPLOAD.value * 60_000
            what = (upload.file_name, image.digest, image.media_type, image.data, image.small)
            connection.execute(_KEEP, (account, session, name, campaign, contact, ends, *what))
            connection.execute(_TOO_MANY, (account, session, limits.KEPT_UPLOADS.value))

        await self._database.write(unit)

    async def find(self, sid: str, session: bytes, name: str) -> KeptUpload | None:
        """Return a photo that this session keeps, unless its hour is over."""
        row = await self._database.read(lambda c: c.execute(_FIND, (sid, session, name, now())).fetchone())
        return None if row is None else KeptUpload(str(row[0]), Image(*row[1:]))

    async def hand_over(self, place: Place, number: int, session: bytes, name: str) -> None:
        """Have a photo belong to the form of the contact `number`, which was made with it."""

        def unit(connection: apsw.Connection) -> None:
            account, campaign = campaign_numbers(connection, *place)
            connection.execute(_HAND_OVER, (key(campaign, number), account, session, name))

        await self._database.write(unit)

    async def forget(self, sid: str, session: bytes, name: str) -> None:
        """Let go of a photo, if it is there."""
        await self._database.write(lambda c: c.execute(_FORGET, (sid, session, name)).close())


def forget(connection: apsw.Connection, contact: int) -> None:
    """Remove what is kept for the form of a contact that is erased."""
    connection.execute("DELETE FROM kept_upload WHERE contact = ?", (contact,))


def uploads_go(connection: WriteConnection, campaign: int) -> bool:
    """Remove one photo that is kept for the forms of a campaign that goes; False when there is none."""
    connection.execute(
        "DELETE FROM kept_upload WHERE kept_upload IN (SELECT kept_upload FROM kept_upload WHERE campaign = ? LIMIT 1)",
        (campaign,),
    )
    return bool(connection.changes())
