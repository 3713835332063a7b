"""Run one use case over the store from a command, which has no event loop of its own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from cardwright.store import open_store

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from cardwright.store import Older
    from cardwright.store.sqlite import SqliteStore

T = TypeVar("T")


def with_store(
    data: str, use_case: Callable[[SqliteStore], Awaitable[T]], *, create: bool = False, older: Older = "refuse"
) -> T:
    """Return what `use_case` returns for the store that `data` names; raises what it raises.

    Raises NotFoundError when there is no store and `create` does not ask for one, StoreError for one whose schema is
    older unless `older` says otherwise.
    """

    async def run() -> T:
        store = open_store(data, create=create, older=older)
        try:
            return await use_case(store)
        finally:
            store.close()

    return asyncio.run(run())
