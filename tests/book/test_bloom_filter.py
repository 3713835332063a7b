"""A Bloom filter may take new keys for added ones, and never the other way round, however far it has grown."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwright.book.bloom_filter import BloomFilter

KEYS = st.lists(st.text())


@given(KEYS, KEYS)
def test_what_was_added_may_be_there(before: list[str], after: list[str]) -> None:
    added = BloomFilter()
    for keys in (before, after):
        added.add(keys)
    assert all(added.add([key]) for key in (*before, *after))


@pytest.mark.parametrize("count", [1_000, 20_000, 200_000])  # grown not at all, once and twice
def test_nearly_all_new_keys_are_known_to_be_new(count: int) -> None:
    added = BloomFilter()
    assert not added.add([])
    added.add(f"a{number}" for number in range(count))
    assert added.add(f"a{number}" for number in range(0, count, 99))
    # Hashes differ from process to process: 4 to 21 in 25 of them, 10 in the middle.
    assert sum(added.add([f"b{number}"]) for number in range(10_000)) < 40


def test_memory_is_that_of_what_was_added() -> None:
    """Octets of a new one, and for each of 100,000 keys."""
    tracemalloc.start()
    try:
        added = BloomFilter()
        new = tracemalloc.get_traced_memory()[0]
        added.add(str(number) for number in range(100_000))
        each = tracemalloc.get_traced_memory()[0] / 100_000
    finally:
        tracemalloc.stop()
    assert new < 512 * 1024
    assert each < 64
