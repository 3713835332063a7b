"""Nothing is swallowed: parameters, filters and fields that the interface does not know are told (PC-6).

For example, `GET …/Contacts?label=VIP` answers with all contacts, and beside them:

    X-Cardwright-Warning: label
    "Warnings": ["label is not known, and was ignored; did you mean Label?"]

With `--strict-parameters` it is refused with 400, and the same sentence. What stands twice in a query, with different
values, is told too, for one value alone can count.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from cardwright.errors import Fault, InvalidError, Rule
from cardwright.limits import WARNED, WARNED_NAMES, WARNED_SIZE
from cardwright.surfaces.partner.parameters import (
    CONDITIONS,
    DELTAS,
    FILE,
    FILTERS,
    LISTS,
    METHOD,
    TEXT_PARAMETERS,
    VERSION,
    as_sent,
)
from cardwright.surfaces.partner.request_context import context_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from falcon.asgi import Request, Response

EVERYWHERE: Final = frozenset((METHOD, VERSION))
"""What every query may hold."""
FILTERED: Final = frozenset((*FILTERS.values(), *CONDITIONS.values()))
PAGED: Final = frozenset((CONDITIONS["page"], CONDITIONS["page_size"]))
"""The queries of lists."""
CREATED: Final = frozenset((METHOD, *TEXT_PARAMETERS.values(), *LISTS.values(), *FILE.values()))
UPDATED: Final = CREATED | frozenset(DELTAS.values())
"""The bodies. (An update refuses some in words of its own.)"""
HEADER: Final = "X-Cardwright-Warning"
_PART: Final = 4
"""Characters of a part of a name that is meant by it: `email` by `EmailAddress`."""
_TWICE: Final = "stands twice, with different values"
_SHOWN: Final = 64
"""Characters of a name that are said of it."""


def tell(request: Request, response: Response, given: Iterable[str], known: frozenset[str]) -> list[Fault]:
    """Have the answer name what is not known; where that is a fault, return the faults instead."""
    given = tuple(given)
    if known.issuperset(given):
        return []
    unknown = [name for name in dict.fromkeys(given) if name not in known]
    hints = {name: _hint(name, known) for name in unknown[: WARNED.value]}
    return _tell(
        request,
        response,
        [(name, f"is not known{hint}", f"is not known, and was ignored{hint}") for name, hint in hints.items()],
    )


def check_query(request: Request, response: Response, known: frozenset[str]) -> None:
    """Do the same for the query of a request, and for what stands in it twice; raises InvalidError for faults."""
    query = context_of(request).query
    if query:
        faults = tell(request, response, (name for name, _ in query), known | EVERYWHERE)
        twice = [(name, _TWICE, f"{_TWICE}, and the last alone counts") for name in _twice(query, known | EVERYWHERE)]
        if faults := faults + _tell(request, response, twice):
            raise InvalidError(faults)


def _tell(request: Request, response: Response, said: list[tuple[str, str, str]]) -> list[Fault]:
    """Have the answer say of each name what stands third; where that is a fault, return what stands second."""
    context = context_of(request)
    if context.strict or not said:
        return [Fault(as_sent(_shown(name)), Rule.UNKNOWN, fault) for name, fault, _ in said]
    context.warnings = (context.warnings + [f"{_shown(name)} {warning}" for name, _, warning in said])[: WARNED.value]
    before = response.get_header(HEADER)
    response.set_header(HEADER, _field([*(before.split(", ") if before else ()), *(_quoted(it[0]) for it in said)]))
    return []


def _twice(query: Sequence[tuple[str, str]], known: frozenset[str]) -> list[str]:
    """Return the names that are known and stand in the query with different values."""
    if len(query) == len(dict(query)):
        return []
    values: dict[str, set[str]] = {}
    for name, value in query:
        values.setdefault(name, set()).add(value)
    return [name for name, texts in values.items() if len(texts) > 1 and name in known]


def _hint(name: str, known: frozenset[str]) -> str:
    by_lower = {it.lower(): it for it in sorted(known) if it not in EVERYWHERE}
    sent = name.lower()
    near = difflib.get_close_matches(sent, by_lower, 1)
    if near := near or [it for it in by_lower if len(sent) >= _PART and sent in it]:
        return f"; did you mean {by_lower[near[0]]}?"
    return "; it belongs in the body of a create or an update" if name in UPDATED else ""


def _shown(name: str) -> str:
    """Return as much of a name as is said of it; two quotation marks for an empty one."""
    return name[:_SHOWN] or '""'


def _quoted(name: str) -> str:
    return quote(_shown(name), safe="[]")


def _field(names: list[str]) -> str:
    """Return the value of the header: as many whole names as it may hold."""
    field = ""
    for name in names[: WARNED_NAMES.value]:
        longer = f"{field}, {name}" if field else name
        if len(longer) > WARNED_SIZE.value:
            break
        field = longer
    return field
