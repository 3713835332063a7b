"""Which store the tests of this folder run against: the fixtures that a second kind of store would parametrise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cardwright.store import open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from cardwright.book.ports import Store

pytest.register_assert_rewrite(
    "store.changes_contract",
    "store.contract",
    "store.contacts_contract",
    "store.finding_contract",
    "store.removals_contract",
)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """A store that is open and empty."""
    async with open_store(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
async def other(store: Store, tmp_path: Path) -> AsyncIterator[Store]:  # noqa: ARG001 - it is opened first
    """The same data opened a second time, as another worker process would."""
    async with open_store(tmp_path / "data") as opened:
        yield opened
