"""The fields of the card maker: a query to what its form shows, to a document of createcontact, and faults back.

| query                             | document                  |
|-----------------------------------|---------------------------|
| `first=Ada`                       | `name.first-name`         |
| `phone-0-number=1&phone-0-label=` | `phone[0].number`         |
| `add=phone`                       | one more row, yet empty   |
| `remove=phone-0`                  | that row is left out      |
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cardwright.limits import CREATECONTACT_ITEMS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST: Final = CREATECONTACT_ITEMS.value
"""Rows of a kind."""
NAMES: Final = {"first": "first-name", "last": "last-name", "suffix": "suffix"}
MAKE_TEXTS: Final = {"organization": "organization", "title": "title", "note": "note", "photo": "photo-url"}
"""Fields of the form to those of the document."""


class MakeList(NamedTuple):
    """A list of the document."""

    field: str
    value: str
    """The field of a row beside its label."""
    key: str
    """That field in the document."""
    labels: tuple[str, ...]
    """What is suggested."""


_PLACES: Final = ("Work", "Home")
KINDS: Final = {
    "email": MakeList("email", "address", "id", _PLACES),
    "phone": MakeList("phone", "number", "number", (*_PLACES, "Mobile", "Fax", "Pager", "Main", "Other")),
    "address": MakeList("physical-address", "address", "address", _PLACES),
    "website": MakeList("website", "url", "url", ()),
}
_BEGUN: Final = ("email", "phone")
"""The kinds of which an empty form has a row."""
_ROW: Final = re.compile(rf"({'|'.join(KINDS)})-([0-{MOST - 1}])-(?:label|address|number|url)")
_KIND_OF: Final = {kind.field: name for name, kind in KINDS.items()}
_FAULT: Final = re.compile(r"([a-z-]+)\[(\d)\]\.([a-z]+)")


class MakeRow(NamedTuple):
    """A member of a list, as it was typed."""

    label: str = ""
    value: str = ""


class TypedFields(NamedTuple):
    """What was typed."""

    texts: Mapping[str, str]
    rows: Mapping[str, Sequence[MakeRow]]

    @property
    def document(self) -> dict[str, Any]:
        """The document of createcontact that says the same, without what is empty; `{}` when nothing was typed."""
        name = {key: self.texts[field] for field, key in NAMES.items() if self.texts[field].strip()}
        said: dict[str, Any] = {
            key: self.texts[field] for field, key in MAKE_TEXTS.items() if self.texts[field].strip()
        }
        for name_of, kind in KINDS.items():
            if items := [_item(row, kind.key) for row in self.rows[name_of] if row.value.strip()]:
                said[kind.field] = items
        return {"action": "createcontact", "name": name, **said} if name or said else {}

    def place(self, field: str) -> str:
        """Return the id of the form's field for one of the document, `""` for none."""
        if match := _FAULT.fullmatch(field):
            kind = _KIND_OF[match[1]]
            filled = [at for at, row in enumerate(self.rows[kind]) if row.value.strip()]
            return f"{kind}-{filled[int(match[2])]}-{'label' if match[3] == 'label' else KINDS[kind].value}"
        names = {f"name.{key}": field for field, key in NAMES.items()} | {"name": "first"}
        return (names | {key: field for field, key in MAKE_TEXTS.items()}).get(field, "")


def fields_of(query: Mapping[str, str]) -> TypedFields:
    """Return what a query says; line ends of browsers are those of a text."""
    said = {name: value.replace("\r\n", "\n") for name, value in query.items()}
    texts = {field: said.get(field, "") for field in (*NAMES, *MAKE_TEXTS)}
    return TypedFields(texts, {kind: _rows(kind, said) for kind in KINDS})


def _rows(kind: str, said: Mapping[str, str]) -> list[MakeRow]:
    numbers = {int(it[2]) for name in said if (it := _ROW.fullmatch(name)) and it[1] == kind}
    value = KINDS[kind].value
    rows = [
        MakeRow(said.get(f"{kind}-{at}-label", ""), said.get(f"{kind}-{at}-{value}", ""))
        for at in range(max(numbers, default=-1) + 1)
        if said.get("remove") != f"{kind}-{at}"
    ]
    begins = not said and kind in _BEGUN
    return [*rows, MakeRow()][:MOST] if begins or said.get("add") == kind else rows


def _item(row: MakeRow, key: str) -> dict[str, str]:
    return {key: row.value, **({"label": row.label} if row.label else {})}
