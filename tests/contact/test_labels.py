"""PC-26: lists of labels and of ids, and how many of them a contact has."""

from __future__ import annotations

import pytest

from cardwright.contact.labels import LABEL, LABELS, PARTNERS, distinct, label_count_fault, label_fault
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
