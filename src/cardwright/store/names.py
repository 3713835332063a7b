"""The name of a stored contact, as lists by name compare it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cardwright.book.name_order import full_name, name_key
from cardwright.store.rows import contact_of

if TYPE_CHECKING:
    from cardwright.store.rows import Columns


def key_of(columns: Columns) -> str:
    """Return what the name of these columns is compared by; without `more` they are not made a contact of."""
    if columns.more is None and columns.first and columns.last:
        return name_key(f"{columns.first} {columns.last}")
    return name_key(full_name(contact_of(columns)))
