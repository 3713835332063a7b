"""What the store keeps is its owner's alone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from cardwright.store import open_store
from serving import command

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


async def test_folder_files_and_backup_are_for_their_owner_alone(tmp_path: Path) -> None:
    data, copy = tmp_path / "data", tmp_path / "copy"
    async with open_store(data):
        command(data, "account", "add", "Acme")
        command(data, "backup", str(copy))
        modes = {it.name: it.stat().st_mode & 0o777 for it in (data, copy, *data.iterdir())}
    assert set(modes.values()) == {0o700, 0o600}
    assert modes.pop("data") == 0o700
    assert {"copy", "cardwright.lock", "cardwright.sqlite3", "cardwright.sqlite3-wal"} <= set(modes)
