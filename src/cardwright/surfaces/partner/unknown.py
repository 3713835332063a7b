"""Nothing is swallowed: parameters, filters and fields that the interface does not know are told (PC-6).

For example, `GET …/Contacts?label=VIP` answers with all contacts, and beside them:

    X-Cardwright-Warning: label
    "Warnings": ["label is not known, and was ignored; did you mean Label?"]

With `--strict-parameters` it is refused with 400, and the same sentence.
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
    TEXTS,
    VERSION,
    as_sent,
)
from cardwright.surfaces.partner.request_context import context_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from falcon.asgi import Request, Response

EVERYWHERE: Final = frozenset((METHOD, VERSION))
"""What every query may hold."""
FILTERED: Final = frozenset((*FILTERS.values(), *CONDITIONS.values()))
PAGED: Final = frozenset((CONDITIONS["page"], CONDITIONS["page_size"]))
"""The queries of lists."""
CREATED: Final = frozenset((METHOD, *TEXTS.values(), *LISTS.values(), *FILE.values()))
UPDATED: Final = CREATED | frozenset(DELTAS.values())
"""The bodies. (An update refuses some in words of its own.)"""
HEADER: Final = "X-Cardwright-Warning"
_PART: Final = 4
"""Characters of a part of a name that is meant by it: `email` by `EmailAddress`."""
_SHOWN: Final = 64
"""Characters of a name that are said of it."""


def tell(request: Request, response: Response, given: Iterable[str], known: frozenset[str]) -> list[Fault]:
    """Have the answer name what is not known; where that is a fault, return the faults instead."""
    unknown = [name for name in dict.fromkeys(given) if name not in known]
    if not unknown:
        return []
    context = context_of(request)
    named = [(name[:_SHOWN], _hint(name, known)) for name in unknown[: WARNED.value]]
    if context.strict:
        return [Fault(as_sent(name), Rule.UNKNOWN, f"is not known{hint}") for name, hint in named]
    said = [f"{name} is not known, and was ignored{hint}" for name, hint in named]
    context.warnings = (context.warnings + said)[: WARNED.value]
    before = response.get_header(HEADER)
    response.set_header(HEADER, _field([*(before.split(", ") if before else ()), *map(_quoted, unknown)]))
    return []


def check_query(request: Request, response: Response, known: frozenset[str]) -> None:
    """Do the same for the query of a request; raises InvalidError where that is a fault."""
    query = context_of(request).query
    if query and (faults := tell(request, response, (name for name, _ in query), known | EVERYWHERE)):
        raise InvalidError(faults)


def _hint(name: str, known: frozenset[str]) -> str:
    by_lower = {it.lower(): it for it in sorted(known) if it not in EVERYWHERE}
    sent = name.lower()
    near = difflib.get_close_matches(sent, by_lower, 1)
    if near := near or [it for it in by_lower if len(sent) >= _PART and sent in it]:
        return f"; did you mean {by_lower[near[0]]}?"
    return "; it belongs in the body of a create or an update" if name in UPDATED else ""


def _quoted(name: str) -> str:
    return quote(name[:_SHOWN], safe="[]")


def _field(names: list[str]) -> str:
    """Return the value of the header: as many whole names as it may hold."""
    field = ""
    for name in names[: WARNED_NAMES.value]:
        longer = f"{field}, {name}" if field else name
        if len(longer) > WARNED_SIZE.value:
            break
        field = longer
    return field
