"""Opening a store from a test that runs no event loop."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from cardwright.store import open_store

if TYPE_CHECKING:
    from pathlib import Path


def opens(data: str | Path) -> None:
    """Open a store and close it again; raises what opening it raises."""

    async def run() -> None:
        async with open_store(data):
            pass

    asyncio.run(run())
