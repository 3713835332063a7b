"""The name of a stored contact, as lists by name compare it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cardwright.book.name_order import full_name, name_key
from cardwright.limits import SUGGESTIONS
from cardwright.store.rows import contact_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cardwright.store.rows import Columns


def several(columns: Iterable[str]) -> list[str]:
    """Return the labels of columns `labels`, each once, as many as are suggested, in alphabetical order."""
    labels: dict[str, None] = {}
    for column in columns:
        for label in column.split("\n"):
            if label and len(labels) < SUGGESTIONS.value:
                labels[label] = None
    return sorted(labels, key=name_key)


def key_of(columns: Columns) -> str:
    """Return what the name of these columns is compared by; without `more` they are not made a contact of."""
    if columns.more is None and columns.first and columns.last:
        return name_key(f"{columns.first} {columns.last}")
    return name_key(full_name(contact_of(columns)))
