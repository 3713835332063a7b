"""What clients set of a book has room, all together (DV-22)."""

from __future__ import annotations

import pytest

from cardwright.book.book_properties import check_room
from cardwright.book.card_ports import BookProperty
from cardwright.errors import InvalidError, Rule
from cardwright.limits import BOOK_PROPERTIES

MOST = BOOK_PROPERTIES.value
SMALL = BookProperty("urn:x", "a", "de", "1")
SIZE = len("urn:xade1")


@pytest.mark.parametrize(
    "properties",
    [
        [],
        [SMALL],
        [SMALL._replace(value="x" * (MOST - SIZE + 1))],
        [SMALL, SMALL._replace(value="x" * (MOST - 2 * SIZE + 1))],
    ],
)
def test_what_has_room_is_taken(properties: list[BookProperty]) -> None:
    check_room(properties)


@pytest.mark.parametrize(
    "properties",
    [
        [SMALL, SMALL._replace(name="b", value="x" * MOST)],
        [SMALL, SMALL._replace(name="b", value="x" * (MOST - 2 * SIZE + 2))],
        [SMALL, SMALL._replace(name="b", value="\u20ac" * (MOST // 3))],
    ],
)
def test_what_has_none_is_named(properties: list[BookProperty]) -> None:
    with pytest.raises(InvalidError) as refused:
        check_room(properties)
    (fault,) = refused.value.faults
    assert (fault.field, fault.rule) == ("b", Rule.TOO_LONG)
