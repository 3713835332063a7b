"""A page of the contacts that a query finds, and how many it finds in all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cardwright.book.ports import LargePageError
from cardwright.store.sqlite.contact_rows import COLUMNS
from cardwright.store.sqlite.finding.counts import Counts, place
from cardwright.store.sqlite.finding.ordered import Lists
from cardwright.store.sqlite.finding.ordered import rows as rows_of
from cardwright.store.sqlite.finding.plans import Source, by_index, one_by_one, planned
from cardwright.store.sqlite.finding.vocabulary import Vocabulary
from cardwright.store.sqlite.keys import first_after, number_of
from cardwright.store.walk import cursors

if TYPE_CHECKING:
    import apsw

    from cardwright.book.requests import Cursor, Query


class RowsPage(NamedTuple):
    """A page of rows, how many there are on all pages, and whether any come after it."""

    rows: list[tuple[Any, ...]]
    total: int
    more: bool = False
    characters: int = 0
    """How many the texts of the rows have, where that was asked."""
    earlier: bool = False
    first: Cursor | None = None
    last: Cursor | None = None


def page(connection: apsw.Connection, campaign: int, query: Query, counts: Counts, most: int | None = None) -> RowsPage:
    """Return a page, found by the contact before it if the query names that, else by its number.

    With `most`, LargePageError once the texts that were read have more characters.
    """
    counted = counts.of(connection, campaign, query)
    skipped = 0 if query.after else (query.page - 1) * query.page_size
    is_later = query.page > 1 or query.after > 0
    if skipped >= counted.total:
        return RowsPage([], counted.total, earlier=is_later)
    first, offset = place(connection, campaign, counted, skipped)
    first = max(first, first_after(campaign, query.after))
    cursor = _cursor(connection, counted.source, first, query.page_size + 1, offset)
    rows, characters = (cursor.fetchall(), 0) if most is None else _within(cursor, query.page_size, most)
    is_more = len(rows) > query.page_size
    shown = rows[: query.page_size]
    ends = cursors([(0, number_of(row[0])) for row in (*shown[:1], *shown[-1:])])
    return RowsPage(shown, counted.total, is_more, characters, is_later, *ends)


def ordered(  # noqa: PLR0913, PLR0917 - what is asked, what is known, and how much is wanted
    connection: apsw.Connection, campaign: int, query: Query, lists: Lists, most: int | None, lagging: int
) -> RowsPage:
    """Return a page of a list that goes by name, by the last change, or backward; BehindError as `Lists.page`."""
    ordered_page = lists.page(connection, campaign, query, lagging)
    cursor = rows_of(connection, campaign, ordered_page.entries)
    listed, characters = (cursor.fetchall(), 0) if most is None else _within(cursor, query.page_size, most)
    first, last = cursors(ordered_page.entries)
    return RowsPage(listed, ordered_page.total, ordered_page.more, characters, ordered_page.earlier, first, last)


def _within(cursor: apsw.Cursor, page_size: int, most: int) -> tuple[list[tuple[Any, ...]], int]:
    """Return the rows and the characters of those on the page."""
    rows: list[tuple[Any, ...]] = []
    characters = 0
    for row in cursor:
        rows.append(row)
        if len(rows) <= page_size:
            characters += sum([len(value) for value in row if value.__class__ is str])
            if characters > most:
                raise LargePageError
    return rows, characters


def following(connection: apsw.Connection, campaign: int, query: Query, counts: Counts) -> list[tuple[Any, ...]]:
    """Return the rows after `query.after`, at most a page of them."""
    source = counts.of(connection, campaign, query).source
    return _rows(connection, source, first_after(campaign, query.after), query.page_size)


def some(connection: apsw.Connection, campaign: int, query: Query) -> list[tuple[Any, ...]]:
    """Return the rows after `query.after`, at most a page of them, without counting: soon where a few are found."""
    plan = planned(query, campaign, lambda prefix: Vocabulary().begun(connection, prefix, 0))
    source = by_index(plan) if plan.words else one_by_one(plan)
    return _rows(connection, source, first_after(campaign, query.after), query.page_size)


def _rows(connection: apsw.Connection, source: Source, first: int, limit: int) -> list[tuple[Any, ...]]:
    return _cursor(connection, source, first, limit).fetchall()


def _cursor(connection: apsw.Connection, source: Source, first: int, limit: int, offset: int = 0) -> apsw.Cursor:
    query = f"SELECT {COLUMNS} FROM {source.rows} ORDER BY {source.key} LIMIT :limit OFFSET :offset"  # noqa: S608 - constants
    return connection.execute(query, source.values | {"first": first, "limit": limit, "offset": offset})
