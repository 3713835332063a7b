"""Which contacts a query finds: a page of them, and how many there are in all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from cardwright.store.sqlite.contact_rows import COLUMNS
from cardwright.store.sqlite.keys import end, first_after
from cardwright.store.sqlite.terms import expression

if TYPE_CHECKING:
    import apsw

    from cardwright.book.requests import Query

_REMEMBERED: Final = 1_000  # totals
_MATCH: Final = (
    "search JOIN contact ON contact.contact = search.rowid WHERE search MATCH :match AND search.rowid >= :first"
)
_RANGE: Final = "contact WHERE contact.contact >= :first AND contact.contact < :end"
_SINCE: Final = "contact INDEXED BY contact_updated WHERE contact.campaign = :campaign AND contact.updated >= :since"
_FEW: Final = 10  # an index that finds less than a tenth of the campaign beats reading the campaign


class Found(NamedTuple):
    """A page of rows, and how many there are on all pages."""

    rows: list[tuple[Any, ...]]
    total: int


class Totals:
    """How many contacts queries have found, each until something changes in its campaign.

    Counting takes time in proportion to what is counted; turning the pages of one result counts it once.
    """

    def __init__(self) -> None:
        self._totals: dict[tuple[object, ...], tuple[int, int]] = {}

    def of(self, connection: apsw.Connection, campaign: int, query: Query) -> int:
        """Return how many contacts of the campaign the query finds."""
        found = connection.execute("SELECT contacts, sequence FROM campaign WHERE campaign = ?", (campaign,)).fetchone()
        contacts, sequence = cast("tuple[int, int]", found)
        match, since = expression(campaign, query), _since(query)
        if not match and since is None:
            return contacts
        asked = (campaign, match, since)
        counted, total = self._totals.get(asked, (-1, 0))
        if counted != sequence:
            total = _count(connection, campaign, match, since)
            if len(self._totals) >= _REMEMBERED:
                self._totals.clear()
            self._totals[asked] = sequence, total
        return total


def page(connection: apsw.Connection, campaign: int, query: Query, totals: Totals) -> Found:
    """Return a page, found by the contact before it if the query names that, else by its number."""
    total = totals.of(connection, campaign, query)
    size = query.page_size
    skipped = 0 if query.after else (query.page - 1) * size
    if skipped >= total:
        return Found([], total)
    backwards = not query.after and skipped > total // 2  # the last page is as near as the first
    if backwards:
        skipped, size = max(total - skipped - size, 0), min(size, total - skipped)
    rows = _rows(connection, campaign, query, (size, skipped, backwards), total)
    return Found(rows[::-1] if backwards else rows, total)


def following(connection: apsw.Connection, campaign: int, query: Query) -> list[tuple[Any, ...]]:
    """Return the rows after `query.after`, at most a page of them, without counting."""
    return _rows(connection, campaign, query, (query.page_size, 0, False), None)


def _rows(
    connection: apsw.Connection, campaign: int, query: Query, part: tuple[int, int, bool], total: int | None
) -> list[tuple[Any, ...]]:
    limit, offset, backwards = part
    match, since = expression(campaign, query), _since(query)
    source = _source(match, since, few=total is not None and _is_few(connection, campaign, total))
    order = "search.rowid" if match else "contact.contact"
    direction = "DESC" if backwards else "ASC"
    asked = f"SELECT {COLUMNS} FROM {source} ORDER BY {order} {direction} LIMIT :limit OFFSET :offset"  # noqa: S608 - constants
    values = _values(campaign, match, since, query.after) | {"limit": limit, "offset": offset}
    return connection.execute(asked, values).fetchall()


def _count(connection: apsw.Connection, campaign: int, match: str, since: int | None) -> int:
    alone = match and since is None  # the index alone knows
    source = "search WHERE search MATCH :match" if alone else _source(match, since, few=True)
    counted = connection.execute(f"SELECT count(*) FROM {source}", _values(campaign, match, since, 0)).get  # noqa: S608 - constants
    return int(counted)


def _source(match: str, since: int | None, *, few: bool) -> str:
    if match:
        return _MATCH if since is None else f"{_MATCH} AND contact.updated >= :since"
    if since is None:
        return _RANGE
    return f"{_SINCE} AND contact.contact >= :first" if few else f"{_RANGE} AND contact.updated >= :since"


def _is_few(connection: apsw.Connection, campaign: int, total: int) -> bool:
    counted = connection.execute("SELECT contacts FROM campaign WHERE campaign = ?", (campaign,)).get
    return total * _FEW < int(counted)


def _values(campaign: int, match: str, since: int | None, after: int) -> dict[str, Any]:
    return {
        "match": match,
        "since": since,
        "campaign": campaign,
        "first": first_after(campaign, after),
        "end": end(campaign),
    }


def _since(query: Query) -> int | None:
    """Return the time from which contacts are wanted, in milliseconds; a fraction of one counts as past."""
    if query.updated_since is None:
        return None
    return -int(-query.updated_since.timestamp() * 1_000 // 1)
