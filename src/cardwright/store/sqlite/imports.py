"""`ImportStore` in SQLite: the look-ups and creates of an import, thousands of rows at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from msgspec.json import decode, encode  # once or twice for every row that somebody may be

from cardwright.book.import_ports import LARGE, SEVERAL, CampaignState, Created, StoredMatch
from cardwright.book.index_terms import matching
from cardwright.errors import NotFoundError
from cardwright.store.card_rows import whole
from cardwright.store.sqlite import bulk
from cardwright.store.sqlite.contact_rows import COLUMNS, Rows
from cardwright.store.sqlite.finding.expressions import expression
from cardwright.store.sqlite.keys import first_after, key
from cardwright.store.sqlite.rows import campaign_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import apsw

    from cardwright.book.match_keys import Asked
    from cardwright.book.ports import Draft, Place
    from cardwright.store.sqlite.database import Database
    from cardwright.store.sqlite.writer import WriteConnection

# The first holders of one of the terms of each expression, by the contacts' keys.
_HOLDERS: Final = f"""SELECT key, (SELECT json_group_array(rowid) FROM (
      SELECT rowid FROM search WHERE search MATCH value AND rowid >= :first LIMIT {SEVERAL}
    )) FROM json_each(:asked)"""  # noqa: S608 - constant
_CONTACTS: Final = f"SELECT {COLUMNS} FROM contact WHERE contact IN (SELECT value FROM json_each(?))"  # noqa: S608 - constant
_CARDS: Final = """SELECT card.card, original.card FROM json_each(?) AS asked
    LEFT JOIN card ON card.contact = value LEFT JOIN original USING (original) ORDER BY asked.key"""


class SqliteImports:
    """The port `book.import_ports.ImportStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def state(self, place: Place) -> CampaignState:
        """Return how far the campaign has come."""
        return self._database.glance(lambda connection: _state(connection, campaign_numbers(connection, *place)[1]))

    async def find(
        self, place: Place, asked: Sequence[Sequence[Asked]], *, cards: bool = False
    ) -> Sequence[StoredMatch | None]:
        """Return for each who holds one of the first keys for which anybody does; with `cards` maybe not for all."""

        def look(connection: apsw.Connection) -> list[StoredMatch | None]:
            account, campaign = campaign_numbers(connection, *place)
            matches = _found(connection, campaign, Rows(connection, account), asked)
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


def _found(
    connection: apsw.Connection, campaign: int, rows: Rows, asked: Sequence[Sequence[Asked]]
) -> list[StoredMatch | None]:
    """Look rule by rule, each time at all who are not found yet: one statement asks for all of them."""
    holders: dict[int, tuple[int, list[int]]] = {}
    for rule in range(max(map(len, asked), default=0)):
        left = {at: one[rule] for at, one in enumerate(asked) if at not in holders and one[rule].keys}
        holders |= {at: (rule, contacts) for at, contacts in _holders(connection, campaign, left)}
    wanted = encode([contact for _, contacts in holders.values() for contact in contacts]).decode()
    there = {columns[0]: rows.stored(columns) for columns in connection.execute(_CONTACTS, (wanted,))}
    return [
        StoredMatch(holders[at][0], [there[contact] for contact in holders[at][1]]) if at in holders else None
        for at in range(len(asked))
    ]


def _holders(connection: apsw.Connection, campaign: int, asked: Mapping[int, Asked]) -> Iterator[tuple[int, list[int]]]:
    """Give who holds what is asked for, by the row that asks; nothing for rows for which nobody does."""
    places, expressions = list(asked), [expression(matching(campaign, one)) for one in asked.values()]
    values = {"asked": encode(expressions).decode(), "first": first_after(campaign)}
    for at, contacts in connection.execute(_HOLDERS, values):
        if contacts != "[]":
            yield places[at], decode(contacts)


def _with_cards(
    connection: apsw.Connection, campaign: int, matches: Sequence[StoredMatch | None]
) -> list[StoredMatch | None]:
    """Return them with the cards of those who are found alone, up to one whose card is too much beside the others."""
    alone = [one.contacts[0] if one and len(one.contacts) == 1 else None for one in matches]
    asked = encode([stored and key(campaign, stored.number) for stored in alone]).decode()
    given: list[StoredMatch | None] = []
    size = 0
    for one, stored, columns in zip(matches, alone, connection.execute(_CARDS, (asked,)), strict=False):
        card = whole(*columns) or b""
        size += len(card)
        if size > LARGE and given:
            break
        given.append(one._replace(contacts=[stored._replace(card=card)]) if one and stored else one)
    return given
