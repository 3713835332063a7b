"""Which store the tests of this folder run against: the fixtures that another kind of store would have its own of.

The suites `*_contract.py` speak ports alone; a store's test modules inherit their classes.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cardwright.store import open_store
from cardwright.store.sqlite import moved_tables

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cardwright.book.ports import Store
    from store.counts_contract import Leap
    from store.jobs_contract import Quiet
    from store.merges_contract import Octets
    from store.removals_contract import Rows, Tables


@pytest.fixture
def address(tmp_path: Path) -> str:
    """What `open_store` is given, here a folder; there is nothing yet."""
    return str(tmp_path / "data")


@pytest.fixture
async def store(address: str) -> AsyncIterator[Store]:
    """A store that is open and empty."""
    async with open_store(address) as opened:
        yield opened


@pytest.fixture
async def other(store: Store, address: str) -> AsyncIterator[Store]:  # noqa: ARG001 - it is opened first
    """The same data opened a second time, as another worker process would."""
    async with open_store(address) as opened:
        yield opened


@pytest.fixture
def leap() -> Leap:
    """Skip numbers of contacts."""

    async def skip(store: Store, numbers: int) -> None:
        command = "UPDATE account SET last_contact = last_contact + ?"
        await store.database.write(lambda c: c.execute(command, (numbers,)).close())

    return skip


@pytest.fixture
def rows() -> Rows:
    """Count the rows of a table."""

    async def count(store: Store, table: str) -> int:
        return await store.database.read(lambda c: c.execute(f"SELECT count(*) FROM {table}").get)  # noqa: S608 - named by a test

    return count


@pytest.fixture
def tables() -> Tables:
    """Give the names of its tables; `test_moving.py` sees that they are all."""
    return {*moved_tables.FORMS, *moved_tables.ANEW} - {"search"}  # which cannot be read row by row


@pytest.fixture
def octets(address: str) -> Octets:
    """Give all that a store has written, in small letters."""

    async def read(store: Store) -> bytes:
        await store.database.rinse()
        return await asyncio.to_thread(lambda: b"".join(it.read_bytes() for it in Path(address).iterdir()).lower())

    return read


@pytest.fixture
def quiet() -> Quiet:
    """Let time pass for import jobs."""

    async def passed(store: Store, seconds: int) -> None:
        command = "UPDATE import_job SET signed = signed - ? * 1000"
        await store.database.write(lambda c: c.execute(command, (seconds,)).close())

    return passed
