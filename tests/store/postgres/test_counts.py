"""Lists of the PostgreSQL store. What depends on the size of a book is set to small numbers: every way is gone."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from cardwright.store.postgres.finding import counts
from store.counts_contract import CountContract


class Sizes(NamedTuple):
    """What is few, and how many blocks may be counted by themselves; for a large book they are as they are."""

    few: int
    most: int
    stale: int


SIZES = {
    "by numbers": Sizes(1_000, 10_000, 10),
    "all anew": Sizes(0, 0, 1_000),
    "block by block": Sizes(0, 0, 0),
    "few and many": Sizes(5, 5, 2),
}


@pytest.fixture(params=SIZES.values(), ids=SIZES)
def sizes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "_FEW", request.param.few)
    monkeypatch.setattr(counts, "_MOST", request.param.most)
    monkeypatch.setattr(counts, "_STALE", request.param.stale)


class TestCounts(CountContract):
    pass
