"""`GroupStore` in PostgreSQL: the table `group_card`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.book.groups import KeptGroup
from cardwright.book.import_ports import LARGE
from cardwright.store.postgres import group_cards
from cardwright.store.postgres.numbers import campaign_numbers, lock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.book.groups import Group, GroupOutcome, GroupPut
    from cardwright.book.ports import Place
    from cardwright.store.postgres.database import Database
    from cardwright.store.postgres.driver import Connection

_ROWS: Final = 500
_THERE: Final = "SELECT number, card FROM group_card WHERE account = $1 AND campaign = $2 AND digest = $3"
# As many as hold `LARGE` octets together, and one more at most: they are counted where they are kept.
_AFTER: Final = f"""WITH following AS (
      SELECT number, octet_length(card) AS octets FROM group_card
      WHERE account = $1 AND campaign = $2 AND number > $3 ORDER BY number LIMIT {_ROWS}
    ), several AS (SELECT number, sum(octets) OVER (ORDER BY number) - octets AS before FROM following)
    SELECT number, card FROM group_card
    WHERE account = $1 AND campaign = $2 AND number IN (SELECT number FROM several WHERE before < $4)
    ORDER BY number"""  # noqa: S608 - constant


class PostgresGroups:
    """The port `book.groups.GroupStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, place: Place, groups: Sequence[Group], put: GroupPut) -> Sequence[GroupOutcome]:
        """Keep groups, all or none: a new one as it comes, one whose UID the campaign has as `put` makes it."""

        async def unit(connection: Connection) -> list[GroupOutcome]:
            numbers = await campaign_numbers(connection, place)
            await lock(connection, numbers[0])  # there is no group yet whose row could be locked
            return [await _keep(connection, numbers, group, put) for group in groups]

        return await self._database.write(unit)

    async def following(self, place: Place, after: int = 0) -> Sequence[KeptGroup]:
        """Return the groups after the one of that number, some at a time; nothing when there are no more."""

        async def look(connection: Connection) -> list[KeptGroup]:
            numbers = await campaign_numbers(connection, place)
            return [KeptGroup(*row) for row in await connection.rows(_AFTER, *numbers, after, LARGE)]

        return await self._database.read(look)


async def _keep(connection: Connection, numbers: tuple[int, int], group: Group, put: GroupPut) -> GroupOutcome:
    comes = group.card
    row = await connection.row(_THERE, *numbers, group_cards.digest_of(group.uid))
    if row is None:
        await group_cards.add(connection, numbers, group.uid, comes)
        return "created"
    number, there = row
    card = put(there, comes)
    if card == there:
        return "unchanged"
    await group_cards.put(connection, numbers, number, card)
    return "updated"
