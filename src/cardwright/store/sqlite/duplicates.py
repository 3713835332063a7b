"""`DuplicateStore` in SQLite: the tables `duplicate`, `duplicates_looked` and `not_same`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec.json import decode, encode

from cardwright.book.duplicate_ports import Candidates, Duplicate
from cardwright.book.duplicates import terms_in
from cardwright.store.sqlite.contact_rows import COLUMNS, Rows
from cardwright.store.sqlite.finding.expressions import expression
from cardwright.store.sqlite.keys import first_after, key, number_of
from cardwright.store.sqlite.rows import campaign_numbers

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import apsw

    from cardwright.book.duplicate_ports import Looked
    from cardwright.book.ports import Place
    from cardwright.book.stored import StoredContact
    from cardwright.store.sqlite.database import Database
    from cardwright.store.sqlite.writer import WriteConnection

_LOOKED: Final = "SELECT sequence FROM duplicates_looked WHERE campaign = ?"
_PUT_LOOKED: Final = "INSERT OR REPLACE INTO duplicates_looked (campaign, sequence) VALUES (?, ?)"
_LAST: Final = "SELECT sequence FROM campaign WHERE campaign = ?"
# Whoever has the digest of an e-mail address, of the first (e) or another (o), that somebody else has; or a number (n)
# and a name (m), each of which somebody else has.
_CANDIDATES: Final = """WITH emails(digest, contact) AS MATERIALIZED (
      SELECT substr(term, length(:campaign) + 3), doc FROM term
      WHERE term >= :campaign || '=e' AND term < :campaign || '=f'
      UNION ALL
      SELECT substr(term, length(:campaign) + 3), doc FROM term
      WHERE term >= :campaign || '=o' AND term < :campaign || '=p'
    ), names(term, contact) AS MATERIALIZED (
      SELECT term, doc FROM term WHERE term >= :campaign || '=m' AND term < :campaign || '=n'
    ), numbers(term, contact) AS MATERIALIZED (
      SELECT term, doc FROM term
      WHERE term >= :campaign || '=n' AND term < :campaign || '=o' AND substr(term, -1) <> ':'
    ), named(contact) AS MATERIALIZED (
      SELECT contact FROM names WHERE term IN (SELECT term FROM names GROUP BY term HAVING count(*) > 1)
    )
    SELECT contact FROM emails WHERE digest IN (SELECT digest FROM emails GROUP BY digest HAVING count(*) > 1)
    UNION
    SELECT contact FROM numbers WHERE term IN (SELECT term FROM numbers GROUP BY term HAVING count(*) > 1)
      AND contact IN (SELECT contact FROM named)"""
_HOLDERS: Final = """SELECT (SELECT json_group_array(rowid) FROM (
      SELECT rowid FROM search WHERE search MATCH value AND rowid >= :first LIMIT :most
    )) FROM json_each(:asked) ORDER BY key"""
_COUNT: Final = "SELECT count(*) FROM search WHERE search MATCH ?"
_CONTACTS: Final = f"SELECT {COLUMNS} FROM contact WHERE contact IN (SELECT value FROM json_each(?))"  # noqa: S608 - constant
_CROWDS: Final = "SELECT key FROM duplicate WHERE campaign = ? AND first = 0 AND second = 0"
_PAIRS: Final = """SELECT first, second FROM duplicate
    WHERE campaign = ?1 AND first IN (SELECT value FROM json_each(?2)) AND key = ''
    UNION SELECT first, second FROM duplicate
    WHERE campaign = ?1 AND second IN (SELECT value FROM json_each(?2)) AND key = ''"""
_GONE: Final = "DELETE FROM duplicate WHERE campaign = ? AND first = ? AND second = ? AND key = ?"
_KEEP: Final = """INSERT INTO duplicate (campaign, first, second, key, since, holders) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET holders = excluded.holders, since = max(since, excluded.since)"""
_PART: Final = "INSERT OR IGNORE INTO not_same (campaign, first, second) VALUES (?, ?, ?)"
_JOIN: Final = "DELETE FROM not_same WHERE campaign = ? AND first = ? AND second = ?"
_SPOT: Final = "since, second, first, key"


def _page(sign: str, order: str) -> str:
    return f"""SELECT {_SPOT}, holders FROM duplicate AS d
        WHERE campaign = ?1 AND ({_SPOT}) {sign} (?2, ?3, ?4, ?5) AND NOT EXISTS (
          SELECT 1 FROM not_same AS n WHERE n.campaign = ?1 AND n.first = d.first AND n.second = d.second)
        ORDER BY since {order}, second {order}, first {order}, key {order} LIMIT ?6"""  # noqa: S608 - constants


_AFTER: Final = _page("<", "DESC")
_BACK: Final = _page(">", "ASC")
_LATEST: Final = Duplicate(2**62)


class SqliteDuplicates:
    """The port `book.duplicate_ports.DuplicateStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def looked(self, place: Place) -> int:
        """Return the sequence of the last change that was looked at; 0 where none was."""
        return self._database.glance(lambda c: _looked(c, campaign_numbers(c, *place)[1]))

    async def candidates(self, place: Place) -> Candidates:
        """Return all who share an e-mail address, or a number and a name, with anybody: one pass through the index."""

        def look(connection: apsw.Connection) -> Candidates:
            campaign = campaign_numbers(connection, *place)[1]
            contacts = connection.execute(_CANDIDATES, {"campaign": str(campaign)})
            numbers = [number_of(contact) for (contact,) in contacts]
            return Candidates(connection.execute(_LAST, (campaign,)).get, numbers)

        return await self._database.read(look)

    async def holders(self, place: Place, keys: Sequence[str], most: int) -> Sequence[Sequence[int]]:
        """Return who holds each key: the contacts with the lowest numbers, at most `most` of them."""

        def look(connection: apsw.Connection) -> list[list[int]]:
            campaign = campaign_numbers(connection, *place)[1]
            asked = encode([expression(terms_in(one, campaign)) for one in keys]).decode()
            values = {"asked": asked, "first": first_after(campaign), "most": most}
            rows = connection.execute(_HOLDERS, values)
            return [[number_of(contact) for contact in decode(holders)] for (holders,) in rows]

        return await self._database.read(look)

    async def count(self, place: Place, key: str) -> int:
        """Return how many hold a key."""

        def look(connection: apsw.Connection) -> int:
            campaign = campaign_numbers(connection, *place)[1]
            return int(connection.execute(_COUNT, (expression(terms_in(key, campaign)),)).get)

        return await self._database.read(look)

    async def crowds(self, place: Place) -> set[str]:
        """Return the keys that are kept as shared by many."""

        def look(connection: apsw.Connection) -> set[str]:
            return {name for (name,) in connection.execute(_CROWDS, (campaign_numbers(connection, *place)[1],))}

        return await self._database.read(look)

    async def several(self, place: Place, numbers: Collection[int]) -> Sequence[StoredContact]:
        """Return those of the contacts that are there."""

        def look(connection: apsw.Connection) -> list[StoredContact]:
            account, campaign = campaign_numbers(connection, *place)
            asked = encode([key(campaign, number) for number in sorted(numbers)]).decode()
            return [*map(Rows(connection, account).stored, connection.execute(_CONTACTS, (asked,)))]

        return await self._database.read(look)

    async def keep(self, place: Place, looked: Looked) -> bool:
        """Keep what was found, unless somebody else kept something since: False then. A pair keeps its `since`."""

        def unit(connection: WriteConnection) -> bool:
            campaign = campaign_numbers(connection, *place)[1]
            if _looked(connection, campaign) != looked.was:
                return False
            _keep(connection, campaign, looked)
            connection.execute(_PUT_LOOKED, (campaign, looked.sequence))
            return True

        return await self._database.write(unit)

    async def page(
        self, place: Place, limit: int, after: Duplicate | None = None, *, back: bool = False
    ) -> Sequence[Duplicate]:
        """Return the latest duplicates after one of them, or, with `back`, those just before it."""

        def look(connection: apsw.Connection) -> list[Duplicate]:
            campaign = campaign_numbers(connection, *place)[1]
            values = (campaign, *(after or _LATEST)[:4], limit)
            rows: list[tuple[Any, ...]] = connection.execute(_BACK if back else _AFTER, values).fetchall()
            duplicates = [Duplicate(*row) for row in rows]
            return duplicates[::-1] if back else duplicates

        return await self._database.read(look)

    async def part(self, place: Place, first: int, second: int, *, same: bool = False) -> None:
        """Remember that two contacts are not the same person, or with `same` forget that."""

        def unit(connection: WriteConnection) -> None:
            campaign = campaign_numbers(connection, *place)[1]
            connection.execute(_JOIN if same else _PART, (campaign, *sorted((first, second))))

        await self._database.write(unit)


def forget(connection: WriteConnection, campaign: int, number: int) -> None:
    """Let go of the pairs in which a contact stands, and of what was said of them."""
    for table in ("duplicate", "not_same"):
        for column in ("first", "second"):
            command = f"DELETE FROM {table} WHERE campaign = ? AND {column} = ?"  # noqa: S608 - constants
            connection.execute(command, (campaign, number))


def _looked(connection: apsw.Connection, campaign: int) -> int:
    return connection.execute(_LOOKED, (campaign,)).get or 0


def _keep(connection: WriteConnection, campaign: int, looked: Looked) -> None:
    new = {(pair.first, pair.second): pair for pair in looked.pairs}
    asked = encode(sorted(looked.contacts)).decode()
    there: list[tuple[Any, ...]] = connection.execute(_PAIRS, (campaign, asked)).fetchall()
    gone = [(campaign, *pair, "") for pair in there if pair not in new]
    connection.executemany(_GONE, gone + [(campaign, 0, 0, name) for name in looked.no_crowds])
    known = set(there)
    kept = [one for pair, one in new.items() if pair not in known] + [*looked.crowds]
    connection.executemany(_KEEP, [(campaign, it.first, it.second, it.key, it.since, it.holders) for it in kept])
