from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cardwright.store import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cardwright.store.sqlite import SqliteStore

pytest.register_assert_rewrite(
    "store.contract", "store.contacts_contract", "store.finding_contract", "store.removals_contract"
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = open_store(tmp_path / "data")
    yield opened
    opened.close()
