"""A page of the contacts that a query finds, and how many it finds in all."""

from __future__ import annotations

import math
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from cardwright import limits
from cardwright.book.ports import LargeCardError, LargePageError
from cardwright.book.requests import ContactsPage
from cardwright.store.postgres import names
from cardwright.store.postgres.contact_rows import COLUMNS, ContactRow, all_full, page_of
from cardwright.store.postgres.finding.counts import Counted, Counts
from cardwright.store.postgres.finding.ordered import BehindError, Lists
from cardwright.store.postgres.finding.plans import BY_NUMBER, unsorted
from cardwright.store.postgres.numbers import LARGEST, campaign_numbers, campaign_row
from cardwright.store.remembered import BLOCK_BITS, enough, skip
from cardwright.store.rows import Columns
from cardwright.store.walk import LAGGING, cursors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.book.ports import Place
    from cardwright.book.requests import Query
    from cardwright.book.stored import StoredContact
    from cardwright.store.postgres.database import Database
    from cardwright.store.postgres.driver import Connection, DatabaseRow
    from cardwright.store.shared_memory import SharedMemory
    from cardwright.store.walk import OrderEntry

_MUCH: Final = 256 * 1024
"""Octets that end a read of cards."""
_ANY_LAG: Final = 1_000_000
"""Changes that came while the index of names was brought up to date: they are read as they are."""
_TEXTS: Final = " + ".join(f"coalesce(char_length(contact.{column}), 0)" for column in Columns._fields)
# The rows until their texts have more characters than the last value says, and the one that makes them so.
_WITHIN: Final = """WITH page AS MATERIALIZED ({page}), contact AS (
      SELECT *, sum(characters) OVER (ORDER BY number) - characters AS earlier FROM page
    )
    SELECT {columns} FROM contact WHERE earlier <= {most} ORDER BY number"""
_CHARACTERS: Final = f", {_TEXTS} AS characters"
_ROWS: Final = f"SELECT {COLUMNS}{_CHARACTERS} FROM"
# Of an account that is new the planner thinks that it has one row, and would join all of them to the list.
_LISTED: Final = f"""{_ROWS} unnest($3::bigint[]) AS listed(number) CROSS JOIN LATERAL (
      SELECT * FROM contact WHERE {BY_NUMBER} ORDER BY contact.number LIMIT 1
    ) AS contact ORDER BY contact.number"""  # noqa: S608 - constant
_ORDER: Final = "ORDER BY contact.account, contact.campaign, contact.number"
_ALL: Final = f"""{_ROWS} contact WHERE contact.account = $1 AND contact.campaign = $2 AND contact.number > $3
    {_ORDER} LIMIT $4"""
# The index alone says where the page begins: of contacts that OFFSET passes over, the texts would be measured too.
_FROM: Final = f"""{_ROWS} contact WHERE contact.account = $1 AND contact.campaign = $2 AND contact.number >= (
      SELECT contact.number FROM contact WHERE contact.account = $1 AND contact.campaign = $2 AND contact.number > $3
      {_ORDER} LIMIT 1 OFFSET $5
    ) {_ORDER} LIMIT $4"""  # noqa: S608 - constant
# In which block that is, how many contacts it has, and how many are before the page there: counted by 64 blocks, then
# among those of one 64.
_BLOCK: Final = """WITH passed AS MATERIALIZED (
      SELECT begins, $3::bigint - earlier::bigint AS skipped FROM (
        SELECT begins, contacts, sum(contacts) OVER (ORDER BY begins) - contacts AS earlier FROM (
          SELECT block.block >> 6 AS begins, sum(contacts) AS contacts FROM block
          WHERE block.account = $1 AND block.campaign = $2 GROUP BY 1
        ) AS many
      ) AS counted WHERE earlier <= $3 AND earlier + contacts > $3
    )
    SELECT block, contacts, skipped - earlier FROM (
      SELECT block.block, contacts, skipped, sum(contacts) OVER (ORDER BY block.block) - contacts AS earlier
      FROM passed JOIN block ON block.account = $1 AND block.campaign = $2
        AND block.block >= begins << 6 AND block.block < (begins + 1) << 6
    ) AS counted WHERE earlier <= skipped AND earlier + contacts > skipped"""
# Each block has a LIMIT of its own, or the planner would join them as it likes, and look at all contacts.
_WALK: Final = f"""SELECT array_agg(number) FROM (
      SELECT found.number FROM unnest({{blocks}}::bigint[]) AS walked(block) CROSS JOIN LATERAL (
        SELECT {{key}} AS number FROM {{rows}}
        AND {{key}} >= walked.block << {BLOCK_BITS} AND {{key}} < (walked.block + 1) << {BLOCK_BITS}
        AND {{key}} > {{after}}
        ORDER BY {{key}} LIMIT {{limit}}::bigint + {{offset}}::bigint
      ) AS found ORDER BY found.number LIMIT {{limit}} OFFSET {{offset}}
    ) AS page"""  # noqa: S608 - constant
_FULL: Final = 1 << BLOCK_BITS
_OCTETS: Final = """SELECT
      coalesce((SELECT octet_length(card.card) + coalesce((
        SELECT octet_length(original.card) FROM original
        WHERE original.account = $1 AND original.campaign = $2 AND original.original = card.original
      ), 0) FROM card WHERE card.account = $1 AND card.campaign = $2 AND card.number = listed.number), 0),
      coalesce((SELECT octet_length(small) FROM image WHERE image.account = $1 AND image.digest = listed.image), 0)
    FROM unnest($3::bigint[], $4::text[]) AS listed(number, image) ORDER BY listed.number"""


class Listing:
    """Lists the contacts of a database."""

    def __init__(self, database: Database, shared: SharedMemory | None = None) -> None:
        self._database = database
        self._counts = Counts(shared)
        self._lists = Lists(shared)

    async def page(self, place: Place, query: Query, most: int | None = None) -> ContactsPage:
        """Return a page of contacts and how many there are in all, as `ContactStore.list` does."""
        try:
            return await self._read(place, query, most)
        except BehindError:
            await self._bring_names(place)
        return await self._read(place, query, most, _ANY_LAG)

    async def _bring_names(self, place: Place) -> None:
        """Bring the index of names up to date, a unit of work at a time: others write in between."""

        async def unit(connection: Connection) -> bool:
            return await names.bring(connection, await campaign_numbers(connection, place))

        while await self._database.write(unit):
            pass

    async def _read(self, place: Place, query: Query, most: int | None, lagging: int = LAGGING) -> ContactsPage:
        async def look(connection: Connection) -> ContactsPage:
            campaign = await campaign_row(connection, place)
            numbers = campaign.numbers
            counted = await self._counts.of(connection, self._database.generation, campaign, query)
            if query.is_by_number:
                rows = await _page(connection, numbers, counted, query, query.page_size + 1, most)
                shown = rows[: query.page_size]
                ends = cursors([(0, row[0]) for row in (*shown[:1], *shown[-1:])])
                about = len(rows) > query.page_size, query.page > 1 or query.after > 0, *ends
            else:
                generation = self._database.generation
                page = await self._lists.page(connection, generation, numbers, query, counted, lagging)
                rows = await _ordered(connection, numbers, page.entries, most)
                about = page.more, page.earlier, *cursors(page.entries)
            shown = rows[: query.page_size]
            characters = 0 if most is None else sum([row[-1] for row in shown])
            bound = math.inf if most is None else most
            if characters > bound:
                raise LargePageError
            contacts, named = await page_of(connection, numbers[0], shown)
            if characters + named > bound:
                raise LargePageError
            return ContactsPage(contacts, counted.total, query.page, query.page_size, *about)

        return await self._database.snapshot(look, limits.STORE_LIST.value)

    async def following(self, place: Place, query: Query, most: int | None = None) -> Sequence[StoredContact]:
        """Return the contacts after `query.after`, with photos and cards, as `ContactStore.following` does."""
        asked = query._replace(page=1)

        async def look(connection: Connection) -> Sequence[StoredContact]:
            campaign = await campaign_row(connection, place)
            numbers = campaign.numbers
            counted = await self._counts.of(connection, self._database.generation, campaign, query)
            rows = await _page(connection, numbers, counted, asked, query.page_size, _MUCH)
            return await all_full(connection, numbers, await _held(connection, numbers, rows, most))

        return await self._database.snapshot(look, limits.STORE_LIST.value)


async def _page(  # noqa: PLR0913, PLR0917 - what is asked, what is known, and how much is wanted
    connection: Connection, numbers: tuple[int, int], counted: Counted, query: Query, size: int, most: int | None
) -> list[DatabaseRow]:
    """Return the rows of a page, found by the contact before it if the query names that, else by its number."""
    skipped = 0 if query.after else (query.page - 1) * query.page_size
    if skipped >= counted.total:
        return []
    if counted.source and counted.blocks is None:
        if skipped:
            return await _after(connection, numbers, skipped, size, most)
        return await _rows(connection, _ALL, (*numbers, min(query.after, LARGEST), size), most)
    if counted.numbers is None:
        listed = await _walked(connection, counted, min(query.after, LARGEST), skipped, size)
    else:
        first = bisect_right(counted.numbers, query.after) if query.after else skipped
        listed = list(counted.numbers[first : first + size])
    return await _rows(connection, _LISTED, (*numbers, listed), most)


async def _after(
    connection: Connection, numbers: tuple[int, int], skipped: int, size: int, most: int | None
) -> list[DatabaseRow]:
    """Return the rows of so many contacts, of all, after so many."""
    begins = await connection.row(_BLOCK, *numbers, skipped)
    if begins is None:
        return []
    block, contacts, offset = begins
    before = (block << BLOCK_BITS) - 1
    if contacts == _FULL - (block == 0):  # nobody is missing there, and nobody has the number 0
        return await _rows(connection, _ALL, (*numbers, max(before, 0) + offset, size), most)
    async with unsorted(connection):
        return await _rows(connection, _FROM, (*numbers, before, size, offset), most)


async def _ordered(
    connection: Connection, numbers: tuple[int, int], entries: Sequence[OrderEntry], most: int | None
) -> list[DatabaseRow]:
    """Return the rows of the contacts of these entries, in their order."""
    listed = [number for _, number in entries]
    rows = await _rows(connection, _LISTED, (*numbers, listed), most)
    by_number = {row[0]: row for row in rows}
    return [by_number[number] for number in listed if number in by_number]


async def _walked(connection: Connection, counted: Counted, after: int, skipped: int, size: int) -> list[int]:
    """Return the numbers of a page, found by looking at the contacts of as many blocks as have so many."""
    source, blocks = counted.source, counted.blocks
    if source is None or blocks is None:
        return []
    counts = [(block, contacts) for block, (_, contacts) in sorted(blocks.items())]
    first, offset = skip(counts, skipped) if skipped else (after >> BLOCK_BITS, 0)
    left = [(block, contacts) for block, contacts in counts if block >= first]
    walk = _WALK.format(
        blocks=source.value(1),
        key=source.key,
        rows=source.rows,
        after=source.value(2),
        limit=source.value(3),
        offset=source.value(4),
    )
    listed = await connection.value(walk, *source.values, enough(left, size), after, size, offset)
    return sorted(listed or [])


async def _rows(connection: Connection, page: str, values: tuple[object, ...], most: int | None) -> list[DatabaseRow]:
    """Return rows; where only so many are wanted, with how many characters their texts have."""
    if most is None:
        return await connection.rows(page.replace(_CHARACTERS, ""), *values)
    columns = f"{COLUMNS}, characters"
    return await connection.rows(_WITHIN.format(page=page, columns=columns, most=f"${len(values) + 1}"), *values, most)


async def _held(
    connection: Connection, numbers: tuple[int, int], rows: list[DatabaseRow], most: int | None
) -> list[DatabaseRow]:
    """Return those of the rows that are read at once: until they are much, or before a card that is too large."""
    contacts = [ContactRow._make(row[:-1]) for row in rows]
    listed = [row.number for row in contacts], [row.image for row in contacts]
    octets = await connection.rows(_OCTETS, *numbers, *listed) if rows else []
    if most is not None and octets and octets[0][0] > most:
        raise LargeCardError
    earlier = accumulate((row[-1] + card + photo for row, (card, photo) in zip(rows, octets, strict=True)), initial=0)
    held: list[DatabaseRow] = []
    for row, (card, _), before in zip(rows, octets, earlier, strict=False):
        if before >= _MUCH or (most is not None and card > most):
            break
        held.append(row)
    return held
