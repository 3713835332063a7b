"""The cards of a jCard file, one by one: whatever the end of a chunk cuts, and whatever one of them holds."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardwright.book.files import jcards
from cardwright.book.files.jcards import Unread, elements
from cardwright.limits import JCARD_DEPTH, JCARD_VALUES
from cardwright.vcard import bounds

if TYPE_CHECKING:
    from collections.abc import Iterator

_TEXTS = st.text(st.sampled_from('"\\[]{},a\U0001f600\u00e9 '), max_size=8)
_VALUES = st.recursive(
    _TEXTS | st.integers() | st.booleans(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS, inner, max_size=3),
    max_leaves=20,
)
_ARRAYS = st.lists(st.lists(_VALUES, max_size=4), max_size=6)


@pytest.fixture(scope="module", params=[70, 1_001])
def chunk(request: pytest.FixtureRequest) -> Iterator[int]:
    """Chunks so small that cards are cut anywhere; no shorter than a number."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jcards, "CHUNK", request.param)
        yield request.param


@settings(max_examples=40)
@given(arrays=_ARRAYS, is_ascii=st.booleans())
def test_whatever_a_chunk_cuts_the_cards_are_those_that_json_reads(
    chunk: int, arrays: list[list[object]], *, is_ascii: bool
) -> None:
    assert chunk
    text = json.dumps(arrays, ensure_ascii=is_ascii)
    assert list(elements(io.StringIO(text))) == arrays


@settings(max_examples=40)
@given(_ARRAYS, st.data())
def test_a_file_that_is_cut_off_gives_the_cards_before_and_says_so(
    chunk: int, arrays: list[list[object]], data: st.DataObject
) -> None:
    assert chunk
    text = json.dumps(arrays)
    found = list(elements(io.StringIO(text[: data.draw(st.integers(1, len(text) - 1))])))
    assert found[:-1] == arrays[: len(found) - 1]
    assert isinstance(found[-1], Unread)


PIECE = 300 * 1024
SPOILT = {
    "large": (lambda: json.dumps(["vcard", "x" * bounds.CARD.value]), "16 MiB"),
    "escapes": (lambda: '["vcard", "' + '\\"' * (bounds.CARD.value // 2) + '"]', "16 MiB"),
    "backslashes": (lambda: '["vcard", "' + "\\\\" * (bounds.CARD.value // 2) + '"]', "16 MiB"),
    "values": (lambda: json.dumps(["vcard", [[]] * (4 * PIECE)]), f"{JCARD_VALUES.value:,} values"),
    "depth": (lambda: "[" * 90_000 + "x" * 4 * PIECE + "]" * 90_000, f"{JCARD_DEPTH.value} brackets"),
    "grammar": (lambda: '["vcard" 1]', "broken"),
    "unknown word": (lambda: "[x]", "broken"),
    "a number of too many digits": (lambda: f"[{'9' * 5_000}]", "broken"),
}


@pytest.mark.parametrize("kind", SPOILT)
def test_a_card_that_is_too_much_is_told_and_the_next_is_read(kind: str) -> None:
    text, reason = SPOILT[kind]
    first, second = elements(io.StringIO(f'[{text()}, ["vcard", []]]'))
    assert isinstance(first, Unread)
    assert reason in first.reason
    assert second == ["vcard", []]


def test_what_stands_on_both_sides_of_a_limit() -> None:
    """Cards that the end of a chunk cuts: none is looked through that one chunk holds as a whole."""
    before = " " * (jcards.CHUNK - 5)
    values, depth = JCARD_VALUES.value, JCARD_DEPTH.value
    within = [
        [["values", *[0] * (values - 2)]],
        json.loads("[" * depth + '"depth"' + "]" * depth),
        ["vcard", "x" * (bounds.CARD.value - len('["vcard", ""]'))],
    ]
    for array in within:
        assert list(elements(io.StringIO(before + json.dumps([array])))) == [array]
    beyond = [[["values", *[0] * (values - 1)]], [within[1]], ["vcard", within[2][1] + "x"]]
    for array in beyond:
        (refused,) = elements(io.StringIO(before + json.dumps([array])))
        assert isinstance(refused, Unread)


@pytest.mark.parametrize("word", ["true", "null", "-1.5e3"])
def test_a_word_or_a_number_that_the_end_of_a_chunk_cuts_is_read_as_a_whole(
    monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    monkeypatch.setattr(jcards, "CHUNK", 70)
    text = "[" + " " * 68 + f'{word}, ["vcard", []]]'  # it begins with the last character of the first chunk
    assert list(elements(io.StringIO(text))) == [json.loads(word), ["vcard", []]]


def test_a_rest_that_is_no_json_is_told_once() -> None:
    found = list(elements(io.StringIO('[["vcard", []], ' + "nonsense " * 20 + "]")))
    assert found == [["vcard", []], Unread("the rest of the file is no JSON")]


def test_many_broken_cards_take_time_in_proportion() -> None:
    """Each is looked at no further than it goes; at a chunk each, this would take minutes."""
    count = 30_000
    assert sum(isinstance(found, Unread) for found in elements(io.StringIO("[" + "[x]," * count + "[]]"))) == count
