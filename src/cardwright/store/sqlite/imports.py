"""Who is there already: what an import asks of SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.book.imports import Alike, name_of, numbers_of
from cardwright.book.requests import Query
from cardwright.store.sqlite import listing, writes
from cardwright.store.sqlite.contact_rows import COLUMNS, Rows
from cardwright.store.sqlite.keys import end, first_after
from cardwright.store.sqlite.rows import campaign_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    import apsw

    from cardwright.book.contact_store import Draft, Place
    from cardwright.book.imports import Keys
    from cardwright.book.stored import StoredContact
    from cardwright.store.sqlite.database import Database
    from cardwright.store.sqlite.writer import WriteConnection

_BY_UID: Final = f"SELECT {COLUMNS} FROM contact WHERE uid = ? AND contact >= ? AND contact < ? LIMIT 1"  # noqa: S608 - constant
_NAMESAKES: Final = 1_000  # looked through for a number; more people of one name would take time in their square


class SqliteImports:
    """The port of `book.imports`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def alike(self, place: Place, keys: Sequence[Keys]) -> Sequence[Alike | None]:
        """Return for each of the keys the contact of the campaign that it means."""

        def look(connection: apsw.Connection) -> list[Alike | None]:
            account, campaign = campaign_numbers(connection, *place)
            rows = Rows(connection, account)
            return [_alike(connection, campaign, rows, one) for one in keys]

        return await self._database.read(look)

    async def create(self, place: Place, drafts: Sequence[Draft], by: str) -> Sequence[int]:
        """Keep new contacts, all in one unit of work, and return the numbers they were given."""

        def unit(connection: WriteConnection) -> list[int]:
            numbers = campaign_numbers(connection, *place)
            return [_insert(connection, numbers, draft, by) for draft in drafts]

        return await self._database.write(unit)


def _insert(connection: WriteConnection, numbers: tuple[int, int], draft: Draft, by: str) -> int:
    image = draft.image
    stored = writes.drafted(draft.contact, draft.partners, image=image.digest if image else "", card=draft.card)
    return writes.insert(connection, numbers, stored, by, image=image)


def _alike(connection: apsw.Connection, campaign: int, rows: Rows, keys: Keys) -> Alike | None:
    found = connection.execute(_BY_UID, (keys.uid, first_after(campaign), end(campaign))).fetchone()
    if found:
        return Alike(rows.stored(found), "UID")
    if keys.email and (same := listing.some(connection, campaign, Query(email=keys.email, page_size=1))):
        return Alike(rows.stored(same[0]), "e-mail address")
    if keys.phones and any(keys.name):
        return _namesake(connection, campaign, rows, keys)
    return None


def _namesake(connection: apsw.Connection, campaign: int, rows: Rows, keys: Keys) -> Alike | None:
    query = Query(search=" ".join(keys.name), page_size=_NAMESAKES)
    for columns in listing.some(connection, campaign, query):
        stored: StoredContact = rows.stored(columns)
        if name_of(stored.contact) == keys.name and numbers_of(stored.contact) & keys.phones:
            return Alike(stored, "phone number and name")
    return None
