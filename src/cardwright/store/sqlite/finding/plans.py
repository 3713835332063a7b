"""Query plans: which of a query is asked of the index, which of each contact, and in which order they are read.

The index goes straight to any contact of an exact term, but takes a prefix only as a whole: it gathers all that begins
with it before it gives the first. So a prefix is asked for as the few terms that begin with it, where they are few.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cardwright.book.index_terms import EITHER, filters, prefix, searched
from cardwright.store.remembered import changed_since
from cardwright.store.sqlite.contact_rows import COLUMNS
from cardwright.store.sqlite.finding.expressions import expression
from cardwright.store.sqlite.keys import end, first_after

if TYPE_CHECKING:
    from collections.abc import Callable

    from cardwright.book.requests import Query

_INDEX: Final = "search {} WHERE search MATCH :match AND search.rowid >= :first AND search.rowid < :end"
_JOINED: Final = _INDEX.format("CROSS JOIN contact ON contact.contact = search.rowid")
_RANGE: Final = "contact WHERE contact.contact >= :first AND contact.contact < :end"
_LISTED: Final = "contact WHERE contact.contact IN (SELECT value FROM json_each(:keys)) AND contact.contact >= :first"
_RECENT: Final = f"""
    contact INDEXED BY contact_updated WHERE contact.campaign = :campaign AND contact.updated >= :since
    AND {_RANGE.partition(" WHERE ")[2]}"""
_MATCHED: Final = " AND EXISTS (SELECT 1 FROM search WHERE search MATCH :match AND search.rowid = contact.contact)"
_WORDED: Final = f" AND worded(:words, {COLUMNS})"
_SINCE: Final = " AND contact.updated >= :since"


class Plan(NamedTuple):
    """What a query asks for: of the index, of each contact, of their times."""

    campaign: int
    match: str
    """The expression of what the index gives from any contact on; `""` for nothing."""
    words: str
    """What many terms begin with, parted by spaces; each as `index_terms.searched` gives it."""
    since: int | None

    @property
    def whole(self) -> str:
        """The expression that leaves nothing to be asked of each contact."""
        return " AND ".join(filter(None, (self.match, *map(self._begins, self.words.split()))))

    def _begins(self, word: str) -> str:
        return "(" + " OR ".join(f'"{prefix(self.campaign, one)}" *' for one in word.split(EITHER)) + ")"


class Source(NamedTuple):
    """Where the contacts of a query stand, from the key `:first` to before `:end`: what follows FROM."""

    rows: str
    key: str
    bare: str
    """The same for who asks for no column of theirs."""
    values: dict[str, Any]


def planned(query: Query, campaign: int, begun: Callable[[str], list[str] | None]) -> Plan:
    """Return what a query asks for; `begun` gives the terms that begin with a prefix, None for very many."""
    match, many = [[term] for term in filters(campaign, query)], []
    for word in searched(query):
        begin = [begun(prefix(campaign, one)) for one in word.split(EITHER)] if word else []
        if None in begin:
            many.append(word)
        else:
            match.append([term for terms in begin for term in terms or ()] or [prefix(campaign, ":")])  # nobody has it
    return Plan(campaign, expression(match), " ".join(many), changed_since(query))


def one_by_one(plan: Plan) -> Source:
    """Read what the index gives from any contact on, or all contacts, and look at each for the rest."""
    rest = (_WORDED if plan.words else "") + ("" if plan.since is None else _SINCE)
    if not plan.match:
        return _source(plan, _RANGE + rest, "contact.contact")
    return _source(plan, _JOINED + rest, "search.rowid", alone=not rest)


def by_index(plan: Plan) -> Source:
    """Let the index answer for all words; it takes the time for all that begins with them, whatever is read of it."""
    rest = "" if plan.since is None else _SINCE
    return _source(plan._replace(match=plan.whole), _JOINED + rest, "search.rowid", alone=not rest)


def by_time(plan: Plan) -> Source:
    """Read what has changed since then, and look at each contact for the rest."""
    rest = (_MATCHED if plan.match else "") + (_WORDED if plan.words else "")
    return _source(plan, _RECENT + rest, "contact.contact")


def listed(plan: Plan, keys: list[int]) -> Source:
    """Read the contacts with these keys, which the index gave, and look at each for the rest."""
    rest = (_WORDED if plan.words else "") + ("" if plan.since is None else _SINCE)
    source = _source(plan, _LISTED + rest, "contact.contact")
    return source._replace(values=source.values | {"keys": json.dumps(keys)})


def _source(plan: Plan, rows: str, key: str, *, alone: bool = False) -> Source:
    values = {
        "campaign": plan.campaign,
        "first": first_after(plan.campaign),
        "end": end(plan.campaign),
        "match": plan.match,
        "words": plan.words,
        "since": plan.since,
    }
    return Source(rows, key, _INDEX.format("") if alone else rows, values)
