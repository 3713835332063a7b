"""`ShareStore` in SQLite: the table `share_link`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.book.share_links import SharedContact, ShareLink
from cardwright.errors import NotFoundError
from cardwright.store.instants import instant, milliseconds, now
from cardwright.store.sqlite.keys import end, first_after, key, number_of
from cardwright.store.sqlite.rows import campaign_numbers

if TYPE_CHECKING:
    from datetime import datetime

    import apsw

    from cardwright.book.ports import Place
    from cardwright.store.sqlite.database import Database
    from cardwright.store.sqlite.writer import WriteConnection

_SLICE: Final = 500
_IS_THERE: Final = "SELECT 1 FROM contact WHERE contact = ?"
_KEEP: Final = "INSERT OR REPLACE INTO share_link (contact, campaign, digest, made, ends) VALUES (?, ?, ?, ?, ?)"
_OF: Final = "SELECT made, ends FROM share_link WHERE contact = ? AND (ends IS NULL OR ends > ?)"
_STOP: Final = "DELETE FROM share_link WHERE contact = ?"
# A campaign that is being removed has an id that begins with a slash.
_FIND: Final = """SELECT sid, campaign.id, contact FROM share_link JOIN contact USING (contact)
    JOIN campaign ON campaign.campaign = share_link.campaign JOIN account USING (account)
    WHERE digest = ? AND (ends IS NULL OR ends > ?) AND campaign.id NOT GLOB '/*'"""
_GO: Final = f"""DELETE FROM share_link WHERE contact IN (
    SELECT contact FROM share_link WHERE contact >= ? AND contact < ? LIMIT {_SLICE})"""  # noqa: S608 - constant


class SqliteShares:
    """The port `book.share_links.ShareStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, place: Place, number: int, digest: bytes, until: datetime | None) -> None:
        """Keep the link of a contact, in place of one that it had; NotFoundError when there is no such contact."""

        def unit(connection: apsw.Connection) -> None:
            _, campaign = campaign_numbers(connection, *place)
            contact = key(campaign, number)
            if connection.execute(_IS_THERE, (contact,)).get is None:
                raise NotFoundError(f"there is no contact {number}")
            ends = None if until is None else milliseconds(until)
            connection.execute(_KEEP, (contact, campaign, digest, now(), ends))

        await self._database.write(unit)

    async def of(self, place: Place, number: int) -> ShareLink | None:
        """Return the link of a contact, unless it has ended."""

        def look(connection: apsw.Connection) -> tuple[int, int | None] | None:
            _, campaign = campaign_numbers(connection, *place)
            return connection.execute(_OF, (key(campaign, number), now())).fetchone()

        row = self._database.glance(look)
        return row and ShareLink(instant(row[0]), None if row[1] is None else instant(row[1]))

    async def stop(self, place: Place, number: int) -> None:
        """End the link of a contact, if there is one."""

        def unit(connection: apsw.Connection) -> None:
            _, campaign = campaign_numbers(connection, *place)
            connection.execute(_STOP, (key(campaign, number),))

        await self._database.write(unit)

    async def find(self, digest: bytes) -> SharedContact | None:
        """Return what the link shows, unless it has ended, or contact or campaign are gone."""
        row = self._database.glance(lambda c: c.execute(_FIND, (digest, now())).fetchone())
        return None if row is None else SharedContact(str(row[0]), str(row[1]), number_of(int(row[2])))


def forget(connection: apsw.Connection, contact: int) -> None:
    """Remove the link of a contact that is erased."""
    connection.execute(_STOP, (contact,))


def shares_go(connection: WriteConnection, campaign: int) -> bool:
    """Remove a slice of the links of a campaign that goes; False when there are none."""
    connection.execute(_GO, (first_after(campaign), end(campaign)))
    return bool(connection.changes())
