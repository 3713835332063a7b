"""The stores behind the ports of `book`; the only SQL in the tree.

A process opens its store with `open_store(data)` after it was forked, and ends it with `store.close()`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cardwright.errors import Fault, InvalidError, NotFoundError, Rule, StoreError

if TYPE_CHECKING:
    from cardwright.store.sqlite import SqliteStore


def open_store(data: str | Path, *, create: bool = True) -> SqliteStore:
    """Open the store that `data` names: a folder (SQLite inside it, made on first use) or a `postgresql://` address.

    Raises StoreError, with one line for the operator, when it cannot be opened; InvalidError when `data` is empty;
    NotFoundError when there is no store and `create` is false.
    """
    if not str(data):
        raise InvalidError([Fault("data", Rule.REQUIRED, "is empty: give it a folder")])
    if str(data).startswith(("postgresql://", "postgres://")):
        raise StoreError("PostgreSQL is not supported yet: give --data a folder")
    from cardwright.store.sqlite import SqliteStore  # noqa: PLC0415 - the parts of the store in use alone are loaded

    if not create and not SqliteStore.exists(Path(data)):
        raise NotFoundError(f"{data} holds no store")
    return SqliteStore.open(Path(data))
