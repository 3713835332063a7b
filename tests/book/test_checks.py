"""PC-40: what may be asked of a list."""

from __future__ import annotations

import pytest

from cardwright.book.checks import checked_query
from cardwright.book.requests import MAX_PAGE_SIZE, Query
from cardwright.errors import InvalidError, Rule
from cardwright.limits import QUERY_TEXT, SEARCH_WORDS

LONG = "x" * QUERY_TEXT.value
WORDS = " ".join(f"w{number}" for number in range(SEARCH_WORDS.value))
GOOD = [Query(), Query(page_size=1), Query(page_size=MAX_PAGE_SIZE), Query(title=LONG), Query(search=WORDS)]
BAD = [
    # query, field and rule of its fault
    (Query(page=0), "page", Rule.FORM),
    (Query(page_size=0), "page_size", Rule.FORM),
    (Query(page_size=MAX_PAGE_SIZE + 1), "page_size", Rule.FORM),
    (Query(title=LONG + "x"), "title", Rule.TOO_LONG),
    (Query(search=LONG + "x"), "search", Rule.TOO_LONG),
    (Query(search=WORDS + " more"), "search", Rule.TOO_MANY),
]


@pytest.mark.parametrize("query", GOOD)
def test_what_may_be_asked(query: Query) -> None:
    assert checked_query(query) == query


@pytest.mark.parametrize(("query", "field", "rule"), BAD)
def test_what_may_not(query: Query, field: str, rule: Rule) -> None:
    with pytest.raises(InvalidError) as caught:
        checked_query(query)
    assert [(fault.field, fault.rule) for fault in caught.value.faults] == [(field, rule)]


def test_texts_are_trimmed_and_every_fault_is_found() -> None:
    assert checked_query(Query(title=" Genius ")).title == "Genius"
    with pytest.raises(InvalidError) as caught:
        checked_query(Query(page=0, page_size=0, label=LONG + "x"))
    assert [fault.field for fault in caught.value.faults] == ["page", "page_size", "label"]
