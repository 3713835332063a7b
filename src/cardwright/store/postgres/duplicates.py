"""`DuplicateStore` in PostgreSQL: the tables `duplicate`, `duplicates_looked` and `not_same`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.book.duplicate_ports import Candidates, Duplicate
from cardwright.book.duplicates import terms_in
from cardwright.store.postgres.contact_rows import COLUMNS, all_stored
from cardwright.store.postgres.index import quoted, scope
from cardwright.store.postgres.numbers import campaign_numbers
from cardwright.store.postgres.statistics import make_known

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from cardwright.book.duplicate_ports import Looked
    from cardwright.book.ports import Place
    from cardwright.book.stored import StoredContact
    from cardwright.store.postgres.contact_rows import Spot
    from cardwright.store.postgres.database import Database
    from cardwright.store.postgres.driver import Connection

_LOOKED: Final = "SELECT sequence FROM duplicates_looked WHERE account = $1 AND campaign = $2"
_BEGIN: Final = """INSERT INTO duplicates_looked (account, campaign, sequence) VALUES ($1, $2, 0)
    ON CONFLICT (account, campaign) DO NOTHING"""
_PUT_LOOKED: Final = """UPDATE duplicates_looked SET sequence = $4
    WHERE account = $1 AND campaign = $2 AND sequence = $3 RETURNING 1"""
_LAST: Final = "SELECT sequence FROM campaign WHERE account = $1 AND campaign = $2"
# Whoever has the digest of an e-mail address, of the first (e) or another (o), that somebody else has; or a number (n)
# and a name (m), each of which somebody else has.
_CANDIDATES: Final = """WITH held AS MATERIALIZED (
      SELECT number, replace(substr(lexeme, 6, 1), 'o', 'e') AS kind, substr(lexeme, 7) AS value
      FROM search CROSS JOIN LATERAL unnest(terms) AS term(lexeme, positions, weights)
      WHERE account = $1 AND campaign = $2
        AND substr(lexeme, 5, 2) IN ('=e', '=o', '=n', '=m') AND right(lexeme, 1) <> ':'
    ), many AS MATERIALIZED (SELECT kind, value FROM held GROUP BY kind, value HAVING count(*) > 1
    ), common AS MATERIALIZED (SELECT number, kind FROM held JOIN many USING (kind, value))
    SELECT number FROM common WHERE kind = 'e'
    UNION
    SELECT number FROM common WHERE kind = 'n' AND number IN (SELECT number FROM common WHERE kind = 'm')
    ORDER BY number"""
# `+ 0`: the index of terms is asked, not all contacts in their order.
_HOLDERS: Final = """SELECT i, ARRAY(
      SELECT number FROM search WHERE account = $1 AND campaign = $2 AND terms @@ query::tsquery
      ORDER BY number + 0 LIMIT $4
    ) FROM unnest($3::text[]) WITH ORDINALITY AS asked(query, i) ORDER BY i"""
_COUNT: Final = "SELECT count(*) FROM search WHERE account = $1 AND campaign = $2 AND terms @@ $3::text::tsquery"
_CONTACTS: Final = f"""SELECT {COLUMNS} FROM unnest($3::bigint[]) AS asked(wanted)
    CROSS JOIN LATERAL (SELECT * FROM contact WHERE account = $1 AND campaign = $2
      AND number >= wanted AND number <= wanted ORDER BY number LIMIT 1) AS contact"""  # noqa: S608 - constant
_CROWDS: Final = "SELECT key FROM duplicate WHERE account = $1 AND campaign = $2 AND first = 0 AND second = 0"
_PAIRS: Final = """SELECT first, second FROM unnest($3::bigint[]) AS asked(wanted)
    CROSS JOIN LATERAL (
      SELECT first, second FROM duplicate WHERE account = $1 AND campaign = $2 AND first = wanted AND key = ''
      UNION ALL
      SELECT first, second FROM duplicate WHERE account = $1 AND campaign = $2 AND second = wanted AND key = ''
    ) AS pairs"""
_GONE: Final = """DELETE FROM duplicate USING unnest($3::bigint[], $4::bigint[], $5::text[]) AS gone(f, s, k)
    WHERE account = $1 AND campaign = $2 AND first = f AND second = s AND key = k"""
_KEEP: Final = """INSERT INTO duplicate (account, campaign, first, second, key, since, holders)
    SELECT $1, $2, * FROM unnest($3::bigint[], $4::bigint[], $5::text[], $6::bigint[], $7::bigint[])
    ON CONFLICT (account, campaign, first, second, key)
    DO UPDATE SET holders = excluded.holders, since = greatest(duplicate.since, excluded.since)"""
_PART: Final = """INSERT INTO not_same (account, campaign, first, second) VALUES ($1, $2, $3, $4)
    ON CONFLICT (account, campaign, first, second) DO NOTHING"""
_JOIN: Final = "DELETE FROM not_same WHERE account = $1 AND campaign = $2 AND first = $3 AND second = $4"
_SPOT: Final = "since, second, first, key"


def _page(sign: str, order: str) -> str:
    return f"""SELECT {_SPOT}, holders FROM duplicate AS d
        WHERE account = $1 AND campaign = $2 AND ({_SPOT}) {sign} ($3, $4, $5, $6) AND NOT EXISTS (
          SELECT FROM not_same AS n
          WHERE n.account = $1 AND n.campaign = $2 AND n.first = d.first AND n.second = d.second)
        ORDER BY since {order}, second {order}, first {order}, key {order} LIMIT $7"""  # noqa: S608 - constants


_AFTER: Final = _page("<", "DESC")
_BACK: Final = _page(">", "ASC")
_LATEST: Final = Duplicate(2**62)


class PostgresDuplicates:
    """The port `book.duplicate_ports.DuplicateStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def looked(self, place: Place) -> int:
        """Return the sequence of the last change that was looked at; 0 where none was."""

        async def look(connection: Connection) -> int:
            return int(await connection.value(_LOOKED, *await campaign_numbers(connection, place)) or 0)

        return await self._database.read(look)

    async def candidates(self, place: Place) -> Candidates:
        """Return all who share an e-mail address, or a number and a name, with anybody: one pass through the index."""

        async def look(connection: Connection) -> Candidates:
            numbers = await campaign_numbers(connection, place)
            rows = await connection.rows(_CANDIDATES, *numbers)
            return Candidates(await connection.value(_LAST, *numbers), [int(row[0]) for row in rows])

        return await self._database.snapshot(look)

    async def holders(self, place: Place, keys: Sequence[str], most: int) -> Sequence[Sequence[int]]:
        """Return who holds each key: the contacts with the lowest numbers, at most `most` of them."""
        await self._database.run(lambda c: make_known(c, place))

        async def look(connection: Connection) -> list[list[int]]:
            numbers = await campaign_numbers(connection, place)
            rows = await connection.rows(_HOLDERS, *numbers, [_query(numbers, key) for key in keys], most)
            return [list(holders) for _, holders in rows]

        return await self._database.read(look)

    async def count(self, place: Place, key: str) -> int:
        """Return how many hold a key."""

        async def look(connection: Connection) -> int:
            numbers = await campaign_numbers(connection, place)
            return int(await connection.value(_COUNT, *numbers, _query(numbers, key)))

        return await self._database.read(look)

    async def crowds(self, place: Place) -> set[str]:
        """Return the keys that are kept as shared by many."""

        async def look(connection: Connection) -> set[str]:
            numbers = await campaign_numbers(connection, place)
            return {str(row[0]) for row in await connection.rows(_CROWDS, *numbers)}

        return await self._database.read(look)

    async def several(self, place: Place, numbers: Collection[int]) -> Sequence[StoredContact]:
        """Return those of the contacts that are there."""

        async def look(connection: Connection) -> list[StoredContact]:
            account, campaign = await campaign_numbers(connection, place)
            rows = await connection.rows(_CONTACTS, account, campaign, sorted(numbers))
            return await all_stored(connection, account, rows)

        return await self._database.read(look)

    async def keep(self, place: Place, looked: Looked) -> bool:
        """Keep what was found, unless somebody else kept something since: False then. A pair keeps its `since`."""

        async def unit(connection: Connection) -> bool:
            numbers = await campaign_numbers(connection, place)
            await connection.execute(_BEGIN, *numbers)
            if await connection.value(_PUT_LOOKED, *numbers, looked.was, looked.sequence) is None:
                return False
            await _keep(connection, numbers, looked)
            return True

        return await self._database.write(unit)

    async def page(
        self, place: Place, limit: int, after: Duplicate | None = None, *, back: bool = False
    ) -> Sequence[Duplicate]:
        """Return the latest duplicates after one of them, or, with `back`, those just before it."""

        async def look(connection: Connection) -> list[Duplicate]:
            numbers = await campaign_numbers(connection, place)
            rows = await connection.rows(_BACK if back else _AFTER, *numbers, *(after or _LATEST)[:4], limit)
            duplicates = [Duplicate(*row) for row in rows]
            return duplicates[::-1] if back else duplicates

        return await self._database.read(look)

    async def part(self, place: Place, first: int, second: int, *, same: bool = False) -> None:
        """Remember that two contacts are not the same person, or with `same` forget that."""

        async def unit(connection: Connection) -> None:
            numbers = await campaign_numbers(connection, place)
            await connection.execute(_JOIN if same else _PART, *numbers, *sorted((first, second)))

        await self._database.write(unit)


async def forget(connection: Connection, spot: Spot) -> None:
    """Let go of the pairs in which a contact stands, and of what was said of them."""
    for table in ("duplicate", "not_same"):
        command = f"DELETE FROM {table} WHERE account = $1 AND campaign = $2 AND (first = $3 OR second = $3)"  # noqa: S608 - constants
        await connection.execute(command, *spot)


def _query(numbers: tuple[int, int], key: str) -> str:
    needed = terms_in(key, scope(*numbers))
    return " & ".join(f"({' | '.join(map(quoted, either))})" for either in needed)


async def _keep(connection: Connection, numbers: tuple[int, int], looked: Looked) -> None:
    new = {(pair.first, pair.second): pair for pair in looked.pairs}
    there = {(int(one), int(other)) for one, other in await connection.rows(_PAIRS, *numbers, sorted(looked.contacts))}
    gone = [(*pair, "") for pair in sorted(there - new.keys())] + [(0, 0, key) for key in sorted(looked.no_crowds)]
    if gone:
        await connection.execute(_GONE, *numbers, *map(list, zip(*gone, strict=True)))
    kept = [one for pair, one in sorted(new.items()) if pair not in there] + [*looked.crowds]
    if kept:
        rows = [(it.first, it.second, it.key, it.since, it.holders) for it in kept]
        await connection.execute(_KEEP, *numbers, *map(list, zip(*rows, strict=True)))
