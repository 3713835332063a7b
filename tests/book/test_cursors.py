"""PC-43: a place in a list comes back from its text as it was, and no other text is one."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwright import limits
from cardwright.book.cursors import read, written
from cardwright.book.requests import Cursor

if TYPE_CHECKING:
    from cardwright.book.requests import Order

NUMBERS = st.integers(0, 2**62 - 1)


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20), NUMBERS, st.booleans())
def test_a_place_by_name_comes_back(key: str, number: int, before: bool) -> None:  # noqa: FBT001 - drawn
    cursor = Cursor(key, number, before)
    assert read(written(cursor), "name", before=before) == cursor


@given(NUMBERS, NUMBERS, st.sampled_from(["created", "updated"]))
def test_a_place_by_time_comes_back(key: int, number: int, order: Order) -> None:
    assert read(written(Cursor(key, number)), order) == Cursor(key, number)


def text(said: bytes) -> str:
    return base64.urlsafe_b64encode(said).decode().rstrip("=")


NONE = {
    "no base64": ("%%%", "name"),
    "letters of no base64": ("ü", "name"),
    "no JSON": (text(b"["), "name"),
    "no UTF-8": (text(b'["\xff",1]'), "name"),
    "other JSON": (text(b'{"a": 1}'), "name"),
    "a part too few": (text(b'["a"]'), "name"),
    "a number that is none": (text(b'["a","1"]'), "name"),
    "a number below every contact's": (text(b'["a",-1]'), "name"),
    "a number that no store takes": (text(b'["a",%d]' % 2**62), "name"),
    "a time in a list by name": (text(b"[1,1]"), "name"),
    "a name in a list by time": (text(b'["a",1]'), "updated"),
    "a time before all times": (text(b"[-1,1]"), "updated"),
    "a time that no store takes": (text(b"[%d,1]" % 2**62), "updated"),
    "NUL, which no store takes in a name": (text(b'["\\u0000",1]'), "name"),
    "more than a place takes": ("x" * (limits.CURSOR.value + 1), "name"),
}


@pytest.mark.parametrize("what", NONE)
def test_what_no_list_has_given_is_refused(what: str) -> None:
    said, order = NONE[what]
    with pytest.raises(ValueError, match=r".*"):
        read(said, order)
