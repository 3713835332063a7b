"""The look-ups and creates of an import: `book.ports.ImportStore` for SQLite."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, cast

from cardwright import limits
from cardwright.book.known_people import LARGE
from cardwright.book.match_keys import KINDS, Match, name_of, numbers_of
from cardwright.book.ports import CampaignState, Created
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

    from cardwright.book.match_keys import MatchKeys
    from cardwright.book.ports import Draft, Place
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
    """The port `book.ports.ImportStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def state(self, place: Place) -> CampaignState:
        """Return how far the campaign has come."""
        return self._database.glance(lambda connection: _state(connection, campaign_numbers(connection, *place)[1]))

    async def matches(self, place: Place, keys: Sequence[MatchKeys], *, cards: bool = False) -> Sequence[Match | None]:
        """Return for each the contact of the campaign that is the same person; with `cards` maybe not for the last."""

        def look(connection: apsw.Connection) -> list[Match | None]:
            account, campaign = campaign_numbers(connection, *place)
            by_place = _Lookup(connection, campaign, Rows(connection, account)).matches(keys)
            matches = [by_place.get(at) for at in range(len(keys))]
            return _with_cards(connection, campaign, matches) if cards else matches

        return await self._database.read(look)

    async def create(self, place: Place, drafts: Sequence[Draft], by: str) -> Created:
        """Keep new contacts, all or none, after those of earlier calls."""
        numbers = self._database.glance(lambda connection: campaign_numbers(connection, *place))
        made = bulk.bulk_of(numbers[1], drafts)

        def unit(connection: WriteConnection) -> Created:
            if campaign_numbers(connection, *place) != numbers:
                raise NotFoundError(f"campaign {place.campaign} is not what it was")
            kept = bulk.insert(connection, numbers, made, by)
            return Created(kept, _state(connection, numbers[1]).sequence)

        return await self._database.write(unit)


def _state(connection: apsw.Connection, campaign: int) -> CampaignState:
    query = "SELECT contacts, sequence FROM campaign WHERE campaign = ?"
    return CampaignState(*cast("tuple[int, int]", connection.execute(query, (campaign,)).fetchone()))


class _Lookup:
    """Many people looked up together, each by what counts first; one statement asks for all of them."""

    def __init__(self, connection: apsw.Connection, campaign: int, rows: Rows) -> None:
        self._connection = connection
        self._campaign = campaign
        self._bounds = {"first": first_after(campaign), "end": end(campaign)}
        self._rows = rows

    def matches(self, keys: Sequence[MatchKeys]) -> dict[int, Match]:
        """Return who is there, by their places in `keys`."""
        matches = self._asked(KINDS[0], {at: uid_term(self._campaign, one.uid) for at, one in enumerate(keys)})
        emails = {
            at: email_term(self._campaign, one.email) for at, one in enumerate(keys) if one.email and at not in matches
        }
        matches |= self._asked(KINDS[1], emails)
        for at, one in enumerate(keys):
            if at not in matches and one.phones and (stored := self._namesake(one)):
                matches[at] = Match(stored, KINDS[2])
        return matches

    def _asked(self, kind: str, asked: Mapping[int, str]) -> dict[int, Match]:
        """Return who has each of the terms, by its key; the first of several."""
        places, values = list(asked), json.dumps([_term(term) for term in asked.values()])
        rows = self._connection.execute(_BY_TERM, self._bounds | {"asked": values})
        return {places[at]: Match(self._rows.stored(tuple(columns)), kind) for at, *columns in rows}

    def _namesake(self, keys: MatchKeys) -> StoredContact | None:
        digits = json.dumps([number[-_DIGITS:] for number in keys.phones], ensure_ascii=False)
        words = searched(Query(search=" ".join(keys.name)))
        match = " AND ".join(_term(prefix(self._campaign, word)) for word in words)
        said: dict[str, Any] = self._bounds | {"match": match, "digits": digits}
        for columns in self._connection.execute(_BY_NUMBER, said):
            stored = self._rows.stored(columns)
            if name_of(stored.contact) == keys.name and numbers_of(stored.contact) & keys.phones:
                return stored
        return None


def _with_cards(connection: apsw.Connection, campaign: int, matches: Sequence[Match | None]) -> list[Match | None]:
    """Return them with their cards, up to one whose card is too much beside those before it."""
    asked = json.dumps([match and key(campaign, match.stored.number) for match in matches])
    given: list[Match | None] = []
    size = 0
    for match, columns in zip(matches, connection.execute(_CARDS, (asked,)), strict=False):
        card = whole(*columns) or b""
        size += len(card)
        if size > LARGE and given:
            break
        given.append(match and match._replace(stored=match.stored._replace(card=card)))
    return given


def _term(term: str) -> str:
    return f'"{term}"'
