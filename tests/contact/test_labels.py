"""PC-26: lists of labels and of ids, and how many of them a contact has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwright.contact.labels import (
    LABEL,
    LABELS,
    PARTNERS,
    as_list,
    distinct,
    label_count_fault,
    label_fault,
    listed,
)
from cardwright.contact.labels import partner_count_fault as partner_fault
from cardwright.errors import Rule


def numbers(count: int) -> tuple[str, ...]:
    return tuple(map(str, range(count)))


def test_blanks_and_repeats_go() -> None:
    assert distinct((" b", "a", "", "b ", "  ")) == ("b", "a")


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        (label_fault("labels", ("VIP", "x" * LABEL)), None),
        (label_fault("labels", ("VIP", "x" * (LABEL + 1))), Rule.TOO_LONG),
        (label_count_fault("labels", numbers(LABELS)), None),
        (label_count_fault("labels", numbers(LABELS + 1)), Rule.TOO_MANY),
        (partner_fault("partners", numbers(PARTNERS)), None),
        (partner_fault("partners", numbers(PARTNERS + 1)), Rule.TOO_MANY),
    ],
)
def test_bounds(fault: object, rule: Rule | None) -> None:
    assert getattr(fault, "rule", None) is rule


LISTS = {
    "VIP, Main Contact": ("VIP", "Main Contact"),
    ' "Acme, Inc." ,VIP': ("Acme, Inc.", "VIP"),
    '5" disk, b': ('5" disk', "b"),
    '"say ""no"", twice"': ('say "no", twice',),
    '"not closed, b': ('"not closed', "b"),
    '"closed" too early, b': ('"closed" too early', "b"),
    ",, ,": (),
    "": (),
    "one\ntwo": ("one\ntwo",),
    '""': (),
    "a, a ,A": ("a", "A"),
}


@pytest.mark.parametrize("text", LISTS)
def test_labels_are_written_with_commas_between(text: str) -> None:
    assert listed(text) == LISTS[text]


@given(st.lists(st.text(st.sampled_from('ab", \u00e9\U0001f600'), max_size=8)))
def test_labels_are_read_back(labels: list[str]) -> None:
    assert listed(as_list(distinct(labels))) == distinct(labels)


@given(st.text(st.sampled_from('ab", '), max_size=12))
def test_every_text_is_some_labels(text: str) -> None:
    assert listed(as_list(listed(text))) == listed(text)
