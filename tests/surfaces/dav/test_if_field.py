"""The If field: what can be read is read, and nothing else (RFC 4918 section 10.4)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwright.limits import IF_PARTS
from cardwright.surfaces.dav.errors import MalformedError
from cardwright.surfaces.dav.if_field import ConditionList, StateCondition, read_if

TAG, LOCK = StateCondition('"a"', negated=False), StateCondition("urn:x:1", negated=False)
FIELDS: list[tuple[str, list[ConditionList] | None]] = [
    ('(["a"])', [ConditionList("", [TAG])]),
    ('  ( [ "a" ] <urn:x:1> )\t', [ConditionList("", [TAG, LOCK])]),
    ('(["a"])(<urn:x:1>)', [ConditionList("", [TAG]), ConditionList("", [LOCK])]),
    ('(Not ["a"] not<urn:x:1>)', [ConditionList("", [TAG._replace(negated=True), LOCK._replace(negated=True)])]),
    ('(["W/a"])', [ConditionList("", [StateCondition('"W/a"', negated=False)])]),
    ('([W/"a"])', [ConditionList("", [StateCondition('W/"a"', negated=False)])]),
    (
        '</a> (["a"]) (<urn:x:1>) <http://example.org/b> (["a"])',
        [ConditionList("/a", [TAG]), ConditionList("/a", [LOCK]), ConditionList("http://example.org/b", [TAG])],
    ),
    ('([")("])', [ConditionList("", [StateCondition('")("', negated=False)])]),
    *(
        (text, None)
        for text in ("", " ", "()", "(", ")", "</a>", '["a"]', '(["a"]', '(["a"]))', "(a)", "(Not)", "(Not Not <x>)")
    ),
    *((text, None) for text in ('(["a"] (["a"]))', "(<urn)", '(["a)', "Not (<x>)", '(["a"]) x', '(Not["a"]Not)')),
]


@pytest.mark.parametrize(("field", "lists"), FIELDS, ids=[field for field, _ in FIELDS])
def test_fields(field: str, lists: list[ConditionList] | None) -> None:
    """DV-27."""
    if lists is None:
        with pytest.raises(MalformedError):
            read_if(field)
    else:
        assert read_if(field) == lists


def test_a_field_has_so_many_parts() -> None:
    most = IF_PARTS.value - 2
    assert len(read_if(f"({'<x>' * most})")[0].conditions) == most
    with pytest.raises(MalformedError):
        read_if(f"({'<x>' * (most + 1)})")


@given(st.text(alphabet='()<>[]"\\/Wnot x', max_size=40))
def test_any_field_is_read_or_refused(field: str) -> None:
    try:
        lists = read_if(field)
    except MalformedError:
        return
    assert all(it.conditions for it in lists)
