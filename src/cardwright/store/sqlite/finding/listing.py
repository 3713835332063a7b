"""Which contacts a query finds: a page of them, and how many there are in all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cardwright.store.sqlite.contact_rows import COLUMNS
from cardwright.store.sqlite.finding.counts import Counts, place
from cardwright.store.sqlite.finding.plans import Source, by_index, one_by_one, planned
from cardwright.store.sqlite.finding.vocabulary import Vocabulary
from cardwright.store.sqlite.keys import first_after

if TYPE_CHECKING:
    import apsw

    from cardwright.book.requests import Query


class Found(NamedTuple):
    """A page of rows, how many there are on all pages, and whether any come after it."""

    rows: list[tuple[Any, ...]]
    total: int
    more: bool = False


def page(connection: apsw.Connection, campaign: int, query: Query, counts: Counts) -> Found:
    """Return a page, found by the contact before it if the query names that, else by its number."""
    counted = counts.of(connection, campaign, query)
    skipped = 0 if query.after else (query.page - 1) * query.page_size
    if skipped >= counted.total:
        return Found([], counted.total)
    first, offset = place(connection, campaign, counted, skipped)
    first = max(first, first_after(campaign, query.after))
    rows = _rows(connection, counted.source, first, query.page_size + 1, offset)
    return Found(rows[: query.page_size], counted.total, len(rows) > query.page_size)


def following(connection: apsw.Connection, campaign: int, query: Query, counts: Counts) -> list[tuple[Any, ...]]:
    """Return the rows after `query.after`, at most a page of them."""
    source = counts.of(connection, campaign, query).source
    return _rows(connection, source, first_after(campaign, query.after), query.page_size)


def some(connection: apsw.Connection, campaign: int, query: Query) -> list[tuple[Any, ...]]:
    """Return the rows after `query.after`, at most a page of them, without counting: soon where a few are found."""
    plan = planned(query, campaign, lambda prefix: Vocabulary().begun(connection, prefix, 0))
    source = by_index(plan) if plan.words else one_by_one(plan)
    return _rows(connection, source, first_after(campaign, query.after), query.page_size)


def _rows(
    connection: apsw.Connection, source: Source, first: int, limit: int, offset: int = 0
) -> list[tuple[Any, ...]]:
    query = f"SELECT {COLUMNS} FROM {source.rows} ORDER BY {source.key} LIMIT :limit OFFSET :offset"  # noqa: S608 - constants
    return connection.execute(query, source.values | {"first": first, "limit": limit, "offset": offset}).fetchall()
