"""Lists of the SQLite store. What depends on the size of a book is set to small numbers in turns: every way is gone."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from cardwright.store.sqlite.finding import counts, vocabulary
from store.counts_contract import CountContract


class Sizes(NamedTuple):
    """What is few, dense, stale and many; for a large book they are as they are."""

    few: int
    dense: int
    stale: int
    many: int


SIZES = {
    "each time anew": Sizes(1_000, 20, 10, 8),
    "block by block": Sizes(0, 20, 10, 100),
    "prefixes by index": Sizes(0, 1, 1_000, 0),
    "dense prefixes, all anew": Sizes(0, 1_000, 1_000, 0),
    "dense prefixes, block by block": Sizes(0, 1_000, 0, 1),
    "few candidates": Sizes(5, 2, 10, 1),
}


@pytest.fixture(params=SIZES.values(), ids=SIZES)
def sizes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name, value in (
        (counts, "_FEW", request.param.few),
        (counts, "_DENSE", request.param.dense),
        (counts, "_STALE", request.param.stale),
        (vocabulary, "_MANY", request.param.many),
    ):
        monkeypatch.setattr(module, name, value)


class TestCounts(CountContract):
    pass
