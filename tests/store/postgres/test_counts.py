"""Lists of the PostgreSQL store. What depends on the size of a book is set to small numbers: every way is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from cardwright.store.postgres.finding import counts, listing
from cardwright.store.postgres.index import scope
from cardwright.store.postgres.numbers import campaign_numbers
from store.acme import book_of
from store.counts_contract import CountContract

if TYPE_CHECKING:
    from cardwright.store.postgres import PostgresStore
    from cardwright.store.postgres.driver import Connection, DatabaseRow


class Sizes(NamedTuple):
    """What is few, and how many blocks may be counted by themselves; for a large book they are as they are."""

    few: int
    most: int
    stale: int


SIZES = {
    "by numbers": Sizes(1_000, 10_000, 10),
    "all anew": Sizes(0, 0, 1_000),
    "block by block": Sizes(0, 0, 0),
    "few and many": Sizes(5, 5, 2),
}


@pytest.fixture(params=SIZES.values(), ids=SIZES)
def sizes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "_FEW", request.param.few)
    monkeypatch.setattr(counts, "_MOST", request.param.most)
    monkeypatch.setattr(counts, "_STALE", request.param.stale)


class TestCounts(CountContract):
    pass


FILLED = 20_000
_FILL = (
    """INSERT INTO contact SELECT account, campaign, i, NULL, false, 'W', 'C', '', '', '', '', '', '', '', '', NULL,
        NULL, 'u' || i, i, i, i FROM campaign CROSS JOIN generate_series(1, $1::bigint) AS i""",
    """INSERT INTO search SELECT account, campaign, i, array_to_tsvector(array_remove(ARRAY[
            $2 || ':wile', CASE WHEN i % 4 = 0 THEN $2 || ':coyote' END, CASE WHEN i > $1 - 2000 THEN $2 || ':late' END
        ], NULL)) FROM campaign CROSS JOIN generate_series(1, $1::bigint) AS i""",
    """INSERT INTO block SELECT account, campaign, i >> 11, count(*), max(i)
        FROM campaign CROSS JOIN generate_series(1, $1::bigint) AS i GROUP BY 1, 2, 3""",
    "UPDATE campaign SET contacts = $1, sequence = $1",
)
# What the server has gone through since the transaction began.
_LOOKED_AT = """SELECT sum(seq_tup_read + idx_tup_fetch)::bigint FROM pg_stat_xact_user_tables"""


async def test_a_page_looks_at_the_blocks_it_is_in_alone(store: PostgresStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """However often it is asked: the sixth time a statement may be planned for any values (`plan_cache_mode`)."""
    book = await book_of(store)
    begin = scope(*await store.database.read(lambda c: campaign_numbers(c, book.place)))
    for command in _FILL:
        values = (FILLED, begin)[: 2 if "$2" in command else 1]
        await store.database.write(lambda c, command=command, values=values: c.execute(command, *values))
    looked_at = []

    async def watched(connection: Connection, *how: object) -> list[DatabaseRow]:
        before = await connection.value(_LOOKED_AT)
        found = await page_of(connection, *how)
        looked_at.append(await connection.value(_LOOKED_AT) - before)
        return found

    page_of = listing._page  # noqa: SLF001 - what is watched
    monkeypatch.setattr(listing, "_page", watched)
    for search in ("", "wile", "coyote", "late", "wile late"):
        pages = (await book.page(page_size=100, search=search)).total // 100
        for page in (1, 2, pages // 2, *[pages] * 6):
            assert len((await book.page(page_size=100, page=page, search=search)).contacts) == 100
    assert len(looked_at) == 5 * 10
    assert max(looked_at) <= 3 * 2_048, looked_at
