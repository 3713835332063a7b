"""What lists of the PostgreSQL store keep in the memory of all workers of a machine."""

from __future__ import annotations

import pytest

from cardwright.store.postgres.finding import counts, ordered
from store.shared_memory_contract import SharedMemoryContract, noted


class TestSharedMemory(SharedMemoryContract):
    pass


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(counts, "_FEW", 0)
    monkeypatch.setattr(counts, "_MOST", 0)
    return noted(monkeypatch, (counts, "_many"), (ordered, "_members"), (ordered, "Line"))
