"""Dry runs: a temporary SQLite store with a copy of one campaign, in which an import is tried.

The database is only read, in one snapshot: a try holds no lock there, and takes no number.
"""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cardwright.errors import NotFoundError
from cardwright.store.postgres.contact_rows import COLUMNS, cards_of
from cardwright.store.postgres.numbers import campaign_numbers
from cardwright.store.sqlite import SqliteStore
from cardwright.store.sqlite.campaign_copy import CampaignCopy, CampaignHead, begun

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cardwright.book.ports import Place
    from cardwright.store.postgres.database import Database
    from cardwright.store.postgres.driver import Connection

_SLICE: Final = 1_000
_HEAD: Final = """SELECT last_contact, last_user, contacts, sequence FROM counter JOIN campaign USING (account)
    WHERE account = $1 AND campaign = $2"""
_PARTNERS: Final = "SELECT partner, id, name FROM partner WHERE account = $1 ORDER BY partner"
_USERS: Final = "SELECT id, partner, first, last, email, title FROM partner_user WHERE account = $1 ORDER BY id"
_IMAGES: Final = "SELECT digest, media_type FROM image WHERE account = $1"
_CONTACTS: Final = f"""SELECT {COLUMNS} FROM contact
    WHERE account = $1 AND campaign = $2 AND number > $3 ORDER BY number LIMIT {_SLICE}"""  # noqa: S608 - constant
_CARDS: Final = """SELECT number FROM card
    WHERE account = $1 AND campaign = $2 AND number > $3 ORDER BY number LIMIT 50"""
_GROUPS: Final = """SELECT number, uid, card FROM group_card
    WHERE account = $1 AND campaign = $2 AND number > $3 ORDER BY number LIMIT 50"""


@contextlib.asynccontextmanager
async def copied(database: Database, place: Place, *, cards: bool) -> AsyncIterator[SqliteStore]:
    """Give a store with a copy of the campaign, without images; it goes when the block ends."""
    with tempfile.TemporaryDirectory(prefix="cardwright-dry-run-") as made:
        folder = Path(made)
        await database.snapshot(lambda connection: _copy(connection, folder, place, cards=cards))
        store = SqliteStore.open(folder)
        try:
            yield store
        finally:
            await store.close()


async def _copy(connection: Connection, folder: Path, place: Place, *, cards: bool) -> None:
    numbers = await campaign_numbers(connection, place)
    row = await connection.row(_HEAD, *numbers)
    if row is None:
        raise NotFoundError(f"there is no campaign {place.campaign}")
    partners, users, images = [await connection.rows(query, numbers[0]) for query in (_PARTNERS, _USERS, _IMAGES)]
    last_contact, last_user, contacts, sequence = row
    head = CampaignHead(*place, last_contact, last_user, contacts, sequence, partners, users, images)
    with begun(folder, head) as copy:
        await _fill(connection, numbers, copy, cards=cards)


async def _fill(connection: Connection, numbers: tuple[int, int], copy: CampaignCopy, *, cards: bool) -> None:
    after = 0
    while rows := await connection.rows(_CONTACTS, *numbers, after):
        copy.add(map(tuple, rows))
        after = rows[-1][0]
    after = 0
    while cards and (rows := await connection.rows(_CARDS, *numbers, after)):
        some = await cards_of(connection, numbers, [row[0] for row in rows])
        copy.add_cards(some.items())
        after = rows[-1][0]
    after = 0
    while rows := await connection.rows(_GROUPS, *numbers, after):
        copy.add_groups((row[0], row[1], row[2]) for row in rows)
        after = rows[-1][0]
