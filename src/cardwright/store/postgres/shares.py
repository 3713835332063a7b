"""`ShareStore` in PostgreSQL: the table `share_link`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.book.share_links import SharedContact, ShareLink
from cardwright.errors import NotFoundError
from cardwright.store.instants import instant, milliseconds, now
from cardwright.store.postgres.contact_rows import Spot
from cardwright.store.postgres.numbers import HIDDEN, LARGEST, campaign_numbers

if TYPE_CHECKING:
    from datetime import datetime

    from cardwright.book.ports import Place
    from cardwright.store.postgres.database import Database
    from cardwright.store.postgres.driver import Connection

_THIS: Final = "account = $1 AND campaign = $2 AND number = $3"
# Held until the link is there: who erases the contact removes the link before or after, and sees it.
_IS_THERE: Final = f"SELECT 1 FROM contact WHERE {_THIS} FOR SHARE"  # noqa: S608 - constant
_KEEP: Final = """INSERT INTO share_link (account, campaign, number, digest, made, ends) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (account, campaign, number)
    DO UPDATE SET digest = excluded.digest, made = excluded.made, ends = excluded.ends"""
_OF: Final = f"SELECT made, ends FROM share_link WHERE {_THIS} AND (ends IS NULL OR ends > $4)"  # noqa: S608 - constant
_STOP: Final = f"DELETE FROM share_link WHERE {_THIS}"  # noqa: S608 - constant
# Who has a link names no account: the table is on every node, and the contact is looked for where the account is.
_FIND: Final = "SELECT account, campaign, number FROM share_link WHERE digest = $1 AND (ends IS NULL OR ends > $2)"
_SHOWN: Final = f"""SELECT sid, campaign.id FROM campaign JOIN account ON account.account = campaign.account
    WHERE campaign.account = $1 AND campaign = $2 AND campaign.id NOT LIKE '{HIDDEN}%' AND EXISTS (SELECT FROM contact
      WHERE contact.account = $1 AND contact.campaign = $2 AND contact.number = $3)"""  # noqa: S608 - constant


class PostgresShares:
    """The port `book.share_links.ShareStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, place: Place, number: int, digest: bytes, until: datetime | None) -> None:
        """Keep the link of a contact, in place of one that it had; NotFoundError when there is no such contact."""

        async def unit(connection: Connection) -> None:
            spot = await _spot(connection, place, number)
            if await connection.value(_IS_THERE, *spot) is None:
                raise NotFoundError(f"there is no contact {number}")
            ends = None if until is None else milliseconds(until)
            await connection.execute(_KEEP, *spot, digest, now(), ends)

        await self._database.write(unit)

    async def of(self, place: Place, number: int) -> ShareLink | None:
        """Return the link of a contact, unless it has ended."""

        async def look(connection: Connection) -> ShareLink | None:
            row = await connection.row(_OF, *await _spot(connection, place, number), now())
            return None if row is None else ShareLink(instant(row[0]), None if row[1] is None else instant(row[1]))

        return await self._database.read(look)

    async def stop(self, place: Place, number: int) -> None:
        """End the link of a contact, if there is one."""

        async def unit(connection: Connection) -> None:
            await forget(connection, await _spot(connection, place, number))

        await self._database.write(unit)

    async def find(self, digest: bytes) -> SharedContact | None:
        """Return what the link shows, unless it has ended, or contact or campaign are gone."""

        async def look(connection: Connection) -> SharedContact | None:
            spot = await connection.row(_FIND, digest, now())
            row = None if spot is None else await connection.row(_SHOWN, *spot)
            return None if spot is None or row is None else SharedContact(str(row[0]), str(row[1]), int(spot[2]))

        return await self._database.read(look)


async def forget(connection: Connection, spot: Spot) -> None:
    """Remove the link of a contact."""
    await connection.execute(_STOP, *spot)


async def _spot(connection: Connection, place: Place, number: int) -> Spot:
    return Spot(*await campaign_numbers(connection, place), min(number, LARGEST))
