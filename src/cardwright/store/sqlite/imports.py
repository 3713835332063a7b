"""Who is there already, and many who come: what an import asks of SQLite."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, cast

from cardwright import limits
from cardwright.book.known_people import LARGE, Extent, Kept
from cardwright.book.match_keys import KINDS, Alike, name_of, numbers_of
from cardwright.book.requests import Query
from cardwright.errors import NotFoundError
from cardwright.store.sqlite import bulk
from cardwright.store.sqlite.cards import whole
from cardwright.store.sqlite.contact_rows import COLUMNS, Rows
from cardwright.store.sqlite.index_terms import email_term, prefix, searched, uid_term
from cardwright.store.sqlite.keys import end, first_after, key
from cardwright.store.sqlite.rows import campaign_numbers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import apsw

    from cardwright.book.contact_store import Draft, Place
    from cardwright.book.match_keys import Known
    from cardwright.book.stored import StoredContact
    from cardwright.store.sqlite.database import Database
    from cardwright.store.sqlite.writer import WriteConnection

_BY_TERM: Final = f"""SELECT key, {COLUMNS} FROM (
      SELECT key, (SELECT rowid FROM search WHERE search MATCH value AND rowid >= :first LIMIT 1) AS found
      FROM json_each(:asked)
    ) JOIN contact ON contact.contact = found"""  # noqa: S608 - constant
_CARDS: Final = """SELECT card.card, original.card FROM json_each(?) AS asked
    LEFT JOIN card ON card.contact = value LEFT JOIN original USING (original) ORDER BY asked.key"""
_NAMESAKES: Final = limits.NAMESAKES.value  # more people of one name would take time in their square
_DIGITS: Final = 3  # at the end of a number: of no country are they fewer
_BY_NUMBER: Final = f"""SELECT {COLUMNS} FROM (
      SELECT rowid FROM search WHERE search MATCH :match AND rowid >= :first LIMIT {_NAMESAKES}
    ) AS namesake JOIN contact ON contact.contact = namesake.rowid
    WHERE EXISTS (SELECT 1 FROM json_each(:digits)
      WHERE substr(phone, -{_DIGITS}) = value OR substr(cell, -{_DIGITS}) = value OR instr(more, value))"""  # noqa: S608 - constant


class SqliteImports:
    """The port of `book.upsert`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def extent(self, place: Place) -> Extent:
        """Return how far the campaign has come."""
        return self._database.glance(lambda connection: _extent(connection, campaign_numbers(connection, *place)[1]))

    async def alike(self, place: Place, known: Sequence[Known], *, cards: bool = False) -> Sequence[Alike | None]:
        """Return for each the contact of the campaign that is the same person; with `cards` maybe not for the last."""

        def look(connection: apsw.Connection) -> list[Alike | None]:
            account, campaign = campaign_numbers(connection, *place)
            found = _Lookup(connection, campaign, Rows(connection, account)).found(known)
            if cards:
                return _with_cards(connection, campaign, [found.get(number) for number in range(len(known))])
            return [found.get(number) for number in range(len(known))]

        return await self._database.read(look)

    async def create(self, place: Place, drafts: Sequence[Draft], by: str) -> Kept:
        """Keep new contacts, all or none, after those of earlier calls."""
        numbers = self._database.glance(lambda connection: campaign_numbers(connection, *place))
        made = bulk.bulk_of(numbers[1], drafts)

        def unit(connection: WriteConnection) -> Kept:
            if campaign_numbers(connection, *place) != numbers:
                raise NotFoundError(f"campaign {place.campaign} is not what it was")
            kept = bulk.insert(connection, numbers, made, by)
            return Kept(kept, _extent(connection, numbers[1]).sequence)

        return await self._database.write(unit)


def _extent(connection: apsw.Connection, campaign: int) -> Extent:
    query = "SELECT contacts, sequence FROM campaign WHERE campaign = ?"
    return Extent(*cast("tuple[int, int]", connection.execute(query, (campaign,)).fetchone()))


class _Lookup:
    """Many people looked up together, each by what counts first; one statement asks for all of them."""

    def __init__(self, connection: apsw.Connection, campaign: int, rows: Rows) -> None:
        self._connection = connection
        self._campaign = campaign
        self._bounds = {"first": first_after(campaign), "end": end(campaign)}
        self._rows = rows

    def found(self, known: Sequence[Known]) -> dict[int, Alike]:
        """Return who is there, by their places in `known`."""
        found = self._asked(KINDS[0], {at: uid_term(self._campaign, one.uid) for at, one in enumerate(known)})
        emails = {
            at: email_term(self._campaign, one.email) for at, one in enumerate(known) if one.email and at not in found
        }
        found |= self._asked(KINDS[1], emails)
        for number, one in enumerate(known):
            if number not in found and one.phones and (stored := self._namesake(one)):
                found[number] = Alike(stored, KINDS[2])
        return found

    def _asked(self, kind: str, asked: Mapping[int, str]) -> dict[int, Alike]:
        """Return who has each of the terms, by its key; the first of several."""
        places, values = list(asked), json.dumps([_term(term) for term in asked.values()])
        rows = self._connection.execute(_BY_TERM, self._bounds | {"asked": values})
        return {places[at]: Alike(self._rows.stored(tuple(columns)), kind) for at, *columns in rows}

    def _namesake(self, known: Known) -> StoredContact | None:
        digits = json.dumps([number[-_DIGITS:] for number in known.phones], ensure_ascii=False)
        words = searched(Query(search=" ".join(known.name)))
        match = " AND ".join(_term(prefix(self._campaign, word)) for word in words)
        said: dict[str, Any] = self._bounds | {"match": match, "digits": digits}
        for columns in self._connection.execute(_BY_NUMBER, said):
            stored = self._rows.stored(columns)
            if name_of(stored.contact) == known.name and numbers_of(stored.contact) & known.phones:
                return stored
        return None


def _with_cards(connection: apsw.Connection, campaign: int, found: Sequence[Alike | None]) -> list[Alike | None]:
    """Return them with their cards, up to one whose card is too much beside those before it."""
    asked = json.dumps([alike and key(campaign, alike.stored.number) for alike in found])
    given: list[Alike | None] = []
    size = 0
    for alike, columns in zip(found, connection.execute(_CARDS, (asked,)), strict=False):
        card = whole(*columns) or b""
        size += len(card)
        if size > LARGE and given:
            break
        given.append(alike and alike._replace(stored=alike.stored._replace(card=card)))
    return given


def _term(term: str) -> str:
    return f'"{term}"'
