"""`ImportStore` in PostgreSQL: the look-ups and creates of an import, thousands of rows at a time, written by COPY."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cardwright.book.import_ports import LARGE, SEVERAL, CampaignState, Created, StoredMatch
from cardwright.book.index_terms import in_campaign, matching, terms_of
from cardwright.book.match_keys import Asked
from cardwright.errors import CardwrightError, NotFoundError
from cardwright.store.instants import now
from cardwright.store.postgres.books.uids import uid_holders_in
from cardwright.store.postgres.contact_rows import COLUMNS, ContactRow, all_stored, cards_of
from cardwright.store.postgres.database import LONG
from cardwright.store.postgres.index import lexemes, quoted, scope
from cardwright.store.postgres.numbers import campaign_numbers
from cardwright.store.postgres.search_rows import TERMS, binary, copied
from cardwright.store.postgres.statistics import make_known, take_terms_in
from cardwright.store.postgres.writes import keep_image
from cardwright.store.rows import columns_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cardwright.book.images import Image
    from cardwright.book.ports import Draft, Place
    from cardwright.store.postgres.database import Database
    from cardwright.store.postgres.driver import Connection
    from cardwright.store.rows import Columns

_STATE: Final = "SELECT contacts, sequence FROM campaign WHERE account = $1 AND campaign = $2"
# The first holders of what each asks for. `+ 0`: the index of terms is asked, not all contacts in their order.
_HOLDERS: Final = f"""SELECT i, ARRAY(
      SELECT number FROM search WHERE account = $1 AND campaign = $2 AND terms @@ query::tsquery
      ORDER BY number + 0 LIMIT {SEVERAL}
    ) FROM unnest($3::text[]) WITH ORDINALITY AS asked(query, i)"""  # noqa: S608 - constant
# Else a plan that is made while there are few contacts, and kept, reads all of them in the order of their numbers.
_BY_INDEX: Final = "SET LOCAL enable_sort = off"
_CONTACTS: Final = f"""SELECT {COLUMNS} FROM unnest($3::bigint[]) AS asked(wanted)
    JOIN contact ON account = $1 AND campaign = $2 AND number = wanted"""  # noqa: S608 - constant
_SIZES: Final = """SELECT card.number, octet_length(card.card) + coalesce(octet_length(original.card), 0)
    FROM unnest($3::bigint[]) AS asked(wanted)
    JOIN card ON card.account = $1 AND card.campaign = $2 AND card.number = wanted
    LEFT JOIN original ON original.account = card.account AND original.campaign = card.campaign
        AND original.original = card.original"""
# Another connection takes the terms of some rows into their index while the next are written. Those of a few thousand
# wait at most, for which a search takes a few milliseconds longer: it looks at each.
_PENDING: Final = "SELECT set_config('gin_pending_list_limit', '2048', true)"
_CHANGES: Final = """INSERT INTO change (account, campaign, sequence, number, kind, at, by)
    SELECT $1, $2, $3 + n, $4 + n, 'c', $5, $6 FROM generate_series(0, $7::bigint - 1) AS n"""
_GIVEN: Final = "UPDATE counter SET last_contact = last_contact + $2 WHERE account = $1 RETURNING last_contact"
_SEQUENCE: Final = """UPDATE campaign SET sequence = sequence + $4, contacts = contacts + $4
    WHERE account = $1 AND campaign = $2 AND id = $3 RETURNING sequence"""
_BLOCKS: Final = """INSERT INTO block (account, campaign, block, contacts, changed)
    SELECT $1, $2, nth, least($4::bigint, (nth << 11) + 2047) - greatest($3::bigint, nth << 11) + 1, $5
    FROM generate_series($3::bigint >> 11, $4::bigint >> 11) AS nth
    ON CONFLICT (account, campaign, block)
    DO UPDATE SET contacts = block.contacts + excluded.contacts, changed = excluded.changed"""
_CONTACT: Final = ("account", "campaign", *ContactRow._fields)
_CARD: Final = ("account", "campaign", "number", "card")
_MANY: Final = 100
"""Look-ups before which the terms that wait are taken into their index. Of fewer nearly all are in vain."""
INDEXING: Final = "index of terms"
"""The name of the task that takes terms into their index."""
_AT_A_TIME: Final = 100
"""Rows that are made before others have their turn: the database waits for what it is asked next."""


class _Rows(NamedTuple):
    """New contacts as they are written, made before anything is locked: that takes its time."""

    columns: Sequence[Columns]
    terms: Sequence[bytes]
    cards: Sequence[tuple[int, bytes]]
    """With the place of whom they are of, from 0."""
    images: Sequence[Image]


class PostgresImports:
    """The port `book.import_ports.ImportStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._next = asyncio.Lock()
        """Held by who makes the rows that come next, while those before are written."""
        self._turn = asyncio.Lock()
        """Those who create have their turn in the order in which they came, so that numbers are given in that."""
        self._indexing: asyncio.Task[None] | None = None
        """Takes the terms that wait into their index, beside all else."""

    async def state(self, place: Place) -> CampaignState:
        """Return how far the campaign has come."""

        async def look(connection: Connection) -> CampaignState:
            return await _state(connection, await campaign_numbers(connection, place))

        return await self._database.read(look)

    async def find(
        self, place: Place, asked: Sequence[Sequence[Asked]], *, cards: bool = False
    ) -> Sequence[StoredMatch | None]:
        """Return for each who holds one of the first keys for which anybody does; with `cards` maybe not for all."""
        await self._database.run(lambda c: make_known(c, place))
        if len(asked) > _MANY:
            await self._database.run(take_terms_in)

        async def look(connection: Connection) -> list[StoredMatch | None]:
            numbers = await campaign_numbers(connection, place)
            matches = await _found(connection, numbers, asked)
            return await _with_cards(connection, numbers, matches) if cards else matches

        return await self._database.snapshot(look)

    async def create(self, place: Place, drafts: Sequence[Draft], by: str) -> Created:
        """Keep new contacts, all or none, after those of earlier calls."""
        async with self._next:
            numbers = await self._database.read(lambda c: campaign_numbers(c, place))
            rows = await _rows_of(scope(*numbers), drafts)
            await self._turn.acquire()
        try:
            created = await self._create(place, numbers, rows, by)
        finally:
            self._turn.release()
        if self._indexing is None or self._indexing.done():
            self._indexing = asyncio.create_task(self._index(), name=INDEXING)
        return created

    async def _index(self) -> None:
        with contextlib.suppress(CardwrightError):  # it is needed for no result: who writes next does it then
            await self._database.run(take_terms_in, LONG)

    async def _create(self, place: Place, numbers: tuple[int, int], rows: _Rows, by: str) -> Created:
        size = len(rows.columns)

        async def unit(connection: Connection) -> Created:
            last = await connection.value(_GIVEN, numbers[0], size)  # holds the lock of the account from here on
            sequence = await connection.value(_SEQUENCE, *numbers, place.campaign, size)
            if last is None or sequence is None:
                raise NotFoundError(f"campaign {place.campaign} is not what it was")
            await connection.value(_PENDING)
            return await _insert(connection, numbers, rows, (last, sequence), by)

        return await self._database.write(unit)


async def _state(connection: Connection, numbers: tuple[int, int]) -> CampaignState:
    row = await connection.row(_STATE, *numbers)
    if row is None:
        raise NotFoundError("there is no such campaign any more")
    return CampaignState(*row)


async def _found(
    connection: Connection, numbers: tuple[int, int], asked: Sequence[Sequence[Asked]]
) -> list[StoredMatch | None]:
    """Look rule by rule, each time at all who are not found yet: one statement asks for all of them."""
    holders: dict[int, tuple[int, list[int]]] = {}
    await connection.execute(_BY_INDEX)
    known = range(len(asked)) if len(asked) > _MANY else await _known(connection, numbers, asked)
    for rule in range(max(map(len, asked), default=0)):
        left = {at: asked[at][rule] for at in known if at not in holders and asked[at][rule].keys}
        by_row = await _holders(connection, numbers, left) if left else {}
        holders |= {at: (rule, contacts) for at, contacts in by_row.items()}
    wanted = sorted({contact for _, contacts in holders.values() for contact in contacts})
    rows = await connection.rows(_CONTACTS, *numbers, wanted) if wanted else []
    there = {stored.number: stored for stored in await all_stored(connection, numbers[0], rows)}
    return [
        StoredMatch(holders[at][0], [there[contact] for contact in holders[at][1]]) if at in holders else None
        for at in range(len(asked))
    ]


async def _known(connection: Connection, numbers: tuple[int, int], asked: Sequence[Sequence[Asked]]) -> Sequence[int]:
    """Return those of whom somebody has any key, whatever the rule: two statements say of most that there is nobody."""
    uids = {at: [uid for rule in one for uid in rule.uids] for at, one in enumerate(asked)}
    others = {at: [key for rule in one if not rule.uids for key in rule.keys] for at, one in enumerate(asked)}
    known = await _holders_of_uids(connection, numbers, uids)
    known |= await _holders(connection, numbers, {at: Asked(list(set(keys))) for at, keys in others.items() if keys})
    return sorted(known)


async def _holders(
    connection: Connection, numbers: tuple[int, int], asked: Mapping[int, Asked]
) -> dict[int, list[int]]:
    """Return who holds what is asked for, by the row that asks; nothing for rows for which nobody does."""
    if by_uid := {at: one.uids for at, one in asked.items() if one.uids}:
        return await _holders_of_uids(connection, numbers, by_uid)
    begin, places = scope(*numbers), list(asked)
    queries = [" & ".join(f"({' | '.join(map(quoted, one))})" for one in matching(begin, it)) for it in asked.values()]
    rows = await connection.rows(_HOLDERS, *numbers, queries)
    return {places[at - 1]: list(contacts) for at, contacts in rows if contacts}


async def _holders_of_uids(
    connection: Connection, numbers: tuple[int, int], asked: Mapping[int, Sequence[str]]
) -> dict[int, list[int]]:
    """Return the first holders of UIDs, by the row that asks."""
    holders: dict[str, list[int]] = {}
    uids = {uid for one in asked.values() for uid in one}
    for number, uid in await uid_holders_in(connection, numbers, uids):
        holders.setdefault(uid, []).append(number)
    by_row = {at: sorted(number for uid in one for number in holders.get(uid, ())) for at, one in asked.items()}
    return {at: contacts[:SEVERAL] for at, contacts in by_row.items() if contacts}


async def _with_cards(
    connection: Connection, numbers: tuple[int, int], matches: Sequence[StoredMatch | None]
) -> list[StoredMatch | None]:
    """Return them with the cards of those who are found alone, up to one whose card is too much beside the others."""
    alone = [one.contacts[0] if one and len(one.contacts) == 1 else None for one in matches]
    wanted = sorted({stored.number for stored in alone if stored})
    sizes: dict[int, int] = dict(await connection.rows(_SIZES, *numbers, wanted)) if wanted else {}
    end, size = 0, 0
    for stored in alone:
        size += sizes.get(stored.number, 0) if stored else 0
        if size > LARGE and end:
            break
        end += 1
    some = sorted({stored.number for stored in alone[:end] if stored})
    cards = await cards_of(connection, numbers, some)
    return [
        one._replace(contacts=[stored._replace(card=cards.get(stored.number, b""))]) if one and stored else one
        for one, stored in zip(matches[:end], alone[:end], strict=True)
    ]


async def _rows_of(begin: str, drafts: Sequence[Draft]) -> _Rows:
    columns, index, cards, images = [], [], [], []
    for at, (contact, partners, image, card, keys, made) in enumerate(drafts):
        columns.append(columns_of(contact, partners, image.digest if image else ""))
        terms = in_campaign(begin, made) if made else terms_of(begin, contact, partners, system=False, keys=keys)
        index.append(binary(lexemes(terms)))
        if card:
            cards.append((at, card))
        if image:
            images.append(image)
        if at % _AT_A_TIME == 0:
            await asyncio.sleep(0)
    return _Rows(columns, index, cards, images)


async def _insert(
    connection: Connection, numbers: tuple[int, int], rows: _Rows, reached: tuple[int, int], by: str
) -> Created:
    """Write rows that were given numbers up to `reached`: of contacts, and of changes."""
    size, at = len(rows.columns), now()
    first, revision = reached[0] - size + 1, reached[1] - size + 1
    contacts: list[tuple[Any, ...]] = [
        (*numbers, first + n, None, False, *said, revision + n, at, at) for n, said in enumerate(rows.columns)
    ]
    for image in rows.images:
        await keep_image(connection, numbers[0], image)
    await connection.copy("contact", _CONTACT, contacts)
    await connection.execute(_CHANGES, *numbers, revision, first, at, by, size)
    if rows.cards:
        await connection.copy("card", _CARD, [(*numbers, first + n, card) for n, card in rows.cards])
    await connection.copy_octets("search", TERMS, copied(numbers, first, rows.terms))
    await connection.execute(_BLOCKS, *numbers, first, reached[0], reached[1])
    return Created(range(first, reached[0] + 1), reached[1])
