"""The memory of an import: it may take strangers for familiar, and never the other way round."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cardwright.book.bloom_filter import Seen

MARKS = st.lists(st.text() | st.tuples(st.text(), st.text()) | st.binary())


@given(MARKS, MARKS)
def test_what_was_added_may_be_there(before: list[object], after: list[object]) -> None:
    seen = Seen()
    for marks in (before, after):
        seen.add(marks)
    assert all(seen.add([mark]) for mark in (*before, *after))


def test_nearly_all_strangers_are_known_to_be_strangers() -> None:
    seen = Seen()
    seen.add(f"a{number}" for number in range(10_000))
    assert not seen.add([])
    assert sum(seen.add([f"b{number}"]) for number in range(10_000)) < 5
