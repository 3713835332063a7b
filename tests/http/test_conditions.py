"""Entity tags in conditions (RFC 9110 sections 8.8.3 and 13.1)."""

from __future__ import annotations

import pytest

from cardwright.http.conditions import is_held, strong


@pytest.mark.parametrize(
    ("field", "tags"),
    [
        ('"a"', {'"a"'}),
        ('"a", "b"', {'"a"', '"b"'}),
        ('W/"a", "b,c"', {'"b,c"'}),
        ('""', {'""'}),
        ("a", set()),
        ("", set()),
    ],
)
def test_if_match_knows_strong_tags_alone(field: str, tags: set[str]) -> None:
    assert strong(field) == tags


@pytest.mark.parametrize(
    ("field", "held"),
    [(None, False), ("*", True), ('"a"', True), ('W/"a"', True), ('"b", "a"', True), ('"b"', False), ("a", False)],
)
def test_if_none_match_compares_weakly(field: str | None, held: bool) -> None:  # noqa: FBT001 - a case's answer
    assert is_held('"a"', field) is held
