"""Query plans: which of a query is asked of the index, and which of each contact that the index gives."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.book.index_terms import EITHER, filters, prefix, searched
from cardwright.store.postgres.index import either, scope
from cardwright.store.remembered import changed_since

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cardwright.book.requests import Query
    from cardwright.store.postgres.driver import Connection

_ASKED: Final = 2
"""Words that are asked of the index: the longest. It gathers all that begins with each before it gives the first."""
_SHORT: Final = 4
"""Characters of a word, with its sign, below which it is asked of the index where nothing else is."""
_SEARCH: Final = "search WHERE search.account = $1 AND search.campaign = $2"
_CONTACT: Final = "contact WHERE contact.account = $1 AND contact.campaign = $2"
BY_NUMBER: Final = """contact.account = $1 AND contact.campaign = $2
    AND contact.number >= listed.number AND contact.number <= listed.number"""
"""Finds the contact that is listed by its key. Two bounds and an ORDER BY keep the planner from the index by time."""
_UPDATED: Final = f"""(SELECT contact.updated FROM contact
    WHERE {BY_NUMBER.replace("listed", "search")} ORDER BY contact.number LIMIT 1)"""  # noqa: S608 - constant


class Plan(NamedTuple):
    """What a query asks for: of the index, of each contact's terms, of their times."""

    numbers: tuple[int, int]
    """Account and campaign."""
    indexed: str
    """The tsquery for the index, `""` for nothing."""
    rest: str
    """The tsquery for the terms of each contact that the index gives."""
    since: int | None

    @property
    def is_all(self) -> bool:
        """Whether every contact of the campaign is found."""
        return not self.indexed and self.since is None


class Source(NamedTuple):
    """Where the contacts of a query stand: what follows FROM, with its values from `$1` on."""

    rows: str
    key: str
    """The column of their numbers."""
    values: tuple[object, ...]

    def value(self, place: int = 1) -> str:
        """Return the name of a value that the statement adds."""
        return f"${len(self.values) + place}"


def planned(query: Query, numbers: tuple[int, int]) -> Plan | None:
    """Return what a query asks for; None for what nobody has."""
    begin, found = scope(*numbers), searched(query)
    if "" in found:
        return None
    exact = [either([term]) for term in filters(begin, query)]
    by_length = sorted((word.split(EITHER) for word in found), key=_shortest, reverse=True)
    long = [word for word in by_length if _shortest(word) >= _SHORT]
    asked = (long if long or exact else by_length)[:_ASKED]
    words = [(word in asked, either([prefix(begin, way) for way in word], begins=True)) for word in by_length]
    indexed = [*exact, *[text for is_asked, text in words if is_asked]]
    rest = [text for is_asked, text in words if not is_asked]
    return Plan(numbers, " & ".join(indexed), " & ".join(rest), changed_since(query))


def by_index(plan: Plan) -> Source:
    """Let the index answer, and look at those it gives for the rest."""
    condition = " AND search.terms @@ $3"
    if not plan.rest:
        return Source(_SEARCH + condition, "search.number", (*plan.numbers, plan.indexed))
    return Source(
        f"{_SEARCH}{condition} AND (search.terms @@ $4) IS TRUE",
        "search.number",
        (*plan.numbers, plan.indexed, plan.rest),
    )


def one_by_one(plan: Plan) -> Source:
    """Look at all contacts of the campaign, which a statement narrows to a stretch of numbers."""
    values: tuple[object, ...] = plan.numbers
    conditions = ""
    if plan.indexed:
        values += (" & ".join(filter(None, (plan.indexed, plan.rest))),)
        conditions = f" AND (search.terms @@ ${len(values)}) IS TRUE"  # so the planner does not think of the index
    if plan.since is not None:
        values += (plan.since,)
        conditions += f" AND {_UPDATED if plan.indexed else 'contact.updated'} >= ${len(values)}"
    if not plan.indexed:
        return Source(_CONTACT + conditions, "contact.number", values)
    return Source(_SEARCH + conditions, "search.number", values)


def _shortest(ways: list[str]) -> int:
    return min(map(len, ways))


@contextlib.asynccontextmanager
async def unsorted(connection: Connection) -> AsyncIterator[None]:
    """Have the index of an order read along: of a new account the planner thinks that it has one row, and sorts all."""
    await connection.execute("SET LOCAL enable_sort = off")
    yield
    await connection.execute("SET LOCAL enable_sort = on")
