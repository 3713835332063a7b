"""Normal forms: what `unicodedata` says, in time in proportion to the text."""

from __future__ import annotations

import tracemalloc
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwright.contact.normal_forms import _RUN, Form, normalized
from growth import assert_linear

FORMS: tuple[Form, ...] = ("NFC", "NFD", "NFKC", "NFKD")
ODD = (
    "\u0301",
    "\u0327",
    "\u0344",
    "\u0345",
    "\u0f71",
    "\u0f73",
    "\uff9e",
    "\u3099",
    "é",
    "ệ",
    "a",
    "。",
    "\u1161",
    "ｶ",
)
"""Marks of several classes, what is taken apart to begin with one, and what is none."""
RUNS = ("\u0301\u0327", "\u0327\u0301", "\u0f73", "\uff9e\u0327", "\u0344\u0327", "\u0345\u0301", "ệ\u0327\u0301")


@given(st.lists(st.tuples(st.sampled_from(ODD), st.integers(1, 80)), min_size=4, max_size=12), st.sampled_from(FORMS))
def test_a_long_text_is_what_unicode_says(parts: list[tuple[str, int]], form: Form) -> None:
    text = "".join(part * times for part, times in parts) + "".join(ODD[:8]) * 30
    assert normalized(form, text) == unicodedata.normalize(form, text)


def test_every_character_that_begins_with_a_mark_may_be_one_of_a_run() -> None:
    for character in map(chr, range(0x110000)):
        if unicodedata.combining(unicodedata.normalize("NFKD", character)[0]):
            assert _RUN.fullmatch(character * 64), hex(ord(character))


@pytest.mark.no_cover
@pytest.mark.parametrize("form", FORMS)
def test_marks_of_several_kinds_in_turn_take_time_in_proportion(form: Form) -> None:
    for run in RUNS:
        assert_linear(lambda text: normalized(form, text), lambda size, run=run: run * size, 3_000)


def test_a_run_of_marks_is_put_into_order_in_little_room() -> None:
    """A character alone takes 80 octets, and a card may have millions of marks."""
    text = "\u0301\u0327" * 200_000
    tracemalloc.start()
    normalized("NFKD", text)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40 * len(text)
