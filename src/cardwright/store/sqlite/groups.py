"""`GroupStore` in SQLite: the table `group_card`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from cardwright.book.groups import KeptGroup
from cardwright.book.import_ports import LARGE
from cardwright.store.sqlite import group_cards
from cardwright.store.sqlite.keys import end, first_after, number_of
from cardwright.store.sqlite.rows import campaign_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import apsw

    from cardwright.book.groups import Group, GroupOutcome, GroupPut
    from cardwright.book.ports import Place
    from cardwright.store.sqlite.database import Database
    from cardwright.store.sqlite.writer import WriteConnection

_ROWS: Final = 500
_THERE: Final = "SELECT group_card, card FROM group_card WHERE campaign = ? AND uid = ?"
_AFTER: Final = f"""SELECT group_card, card FROM group_card WHERE group_card >= ? AND group_card < ?
    ORDER BY group_card LIMIT {_ROWS}"""  # noqa: S608 - constant


class SqliteGroups:
    """The port `book.groups.GroupStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, place: Place, groups: Sequence[Group], put: GroupPut) -> Sequence[GroupOutcome]:
        """Keep groups, all or none: a new one as it comes, one whose UID the campaign has as `put` makes it."""

        def unit(connection: WriteConnection) -> list[GroupOutcome]:
            _, campaign = campaign_numbers(connection, *place)
            return [_keep(connection, campaign, group, put) for group in groups]

        return await self._database.write(unit)

    async def following(self, place: Place, after: int = 0) -> Sequence[KeptGroup]:
        """Return the groups after the one of that number, some at a time; nothing when there are no more."""

        def look(connection: apsw.Connection) -> list[KeptGroup]:
            _, campaign = campaign_numbers(connection, *place)
            bounds = (first_after(campaign, after), end(campaign))
            groups, octets = [], 0
            for key, card in cast("Iterable[tuple[int, bytes]]", connection.execute(_AFTER, bounds)):
                groups.append(KeptGroup(number_of(key), card))
                octets += len(card)
                if octets >= LARGE:
                    break
            return groups

        return await self._database.read(look)


def _keep(connection: WriteConnection, campaign: int, group: Group, put: GroupPut) -> GroupOutcome:
    uid, comes = group
    row = cast("tuple[int, bytes] | None", connection.execute(_THERE, (campaign, uid)).fetchone())
    if row is None:
        group_cards.add(connection, campaign, uid, comes)
        return "created"
    key, there = row
    card = put(there, comes)
    if card == there:
        return "unchanged"
    group_cards.put(connection, campaign, key, card)
    return "updated"
