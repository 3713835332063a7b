"""The query of a list of contacts: parameters in, a Query of the book out (PC-40, PC-41)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from cardwright import limits
from cardwright.book import cursors
from cardwright.book.requests import MAX_PAGE_SIZE, Cursor, Order, Query
from cardwright.errors import Fault, InvalidError, Rule
from cardwright.surfaces.partner.parameters import CONDITIONS, FILTERS, SORTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_NUMBER: Final = re.compile("[0-9]{1,18}")
_SPACE_FOR_PLUS: Final = re.compile(r" (?=\d{2}:?\d{2}$)")
_BY_ID: Final[tuple[Order, bool]] = ("number", False)
_BOOLEANS: Final = {"true": True, "false": False}


def list_query(pairs: Sequence[tuple[str, str]]) -> Query:
    """Return what a list asks for; InvalidError with everything that is wrong (PC-40, PC-41)."""
    given = {name: value for name, value in pairs if value}
    fields: dict[str, Any] = {field: given[name] for field, name in FILTERS.items() if name in given}
    faults: list[Fault] = []
    for field, name in CONDITIONS.items():
        read, expected = _READERS[field]
        # The numbers of the page are looked at though they are empty: an empty page size is no default (PC-41).
        value = dict(pairs).get(name) if field in _NUMBERS else given.get(name)
        if value is None:
            continue
        try:
            fields[field] = read(value)
        except (ValueError, KeyError, OverflowError):
            faults.append(Fault(field, Rule.FORM, expected))
    order, fields["descending"] = fields.get("order", _BY_ID)
    fields["order"] = order
    if "cursor" in fields:
        try:
            fields["cursor"] = cursors.read(fields["cursor"], order)
        except ValueError:
            faults.append(Fault("cursor", Rule.FORM, "must be as the address of the next page has it"))
    elif "after" in fields and fields["order"] != "number":
        faults.append(Fault("after", Rule.FORM, "goes with the order by Id; another order has After"))
    if faults:
        raise InvalidError(faults)
    if fields["descending"] and "after" in fields:
        fields["cursor"] = fields.get("cursor", Cursor(0, fields["after"]))
    return Query(**fields)


def _sort(text: str) -> tuple[Order, bool]:
    name = text.removeprefix("-")
    return SORTS[name], name != text


def _number(most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not _NUMBER.fullmatch(text) or not 1 <= int(text) <= most:
            raise ValueError
        return int(text)

    return read


def _instant(text: str) -> datetime:
    """Return an ISO 8601 instant; UTC when it has no offset. A plus that the query made a space is mended."""
    instant = datetime.fromisoformat(_SPACE_FOR_PLUS.sub("+", text.strip()))
    return (instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant).astimezone(UTC)


_NUMBERS: Final = ("page", "page_size")
_READERS: Final[Mapping[str, tuple[Callable[[str], Any], str]]] = {
    "editable": (lambda text: _BOOLEANS[text.lower()], "must be true or false"),
    "updated_since": (_instant, "must be a date and time in the form of ISO 8601"),
    "page": (_number(limits.PAGE.value), "must be a number from 1"),
    "page_size": (_number(MAX_PAGE_SIZE), f"must be a number from 1 to {MAX_PAGE_SIZE}"),
    "order": (_sort, f"must be one of {', '.join(SORTS)}, with a minus before it to turn the order round"),
    "cursor": (str, ""),
    "after": (_number(limits.AFTER_ID.value), "must be the number of a contact"),
}
