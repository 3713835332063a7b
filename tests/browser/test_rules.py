"""Every page and rule of the console has a test: its number stands in the name of one, `test_cw_12_…`, `test_p2_…`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

TESTS: Final = Path(__file__).parents[1]
PAGES: Final = frozenset(f"p{number}" for number in range(1, 14))
RULES: Final = frozenset(
    f"cw_{number}"
    for first, last in (
        *((1, 5), (10, 15), (20, 28), (30, 33), (40, 45), (50, 54)),
        *((56, 58), (60, 65), (70, 73), (80, 86)),
    )
    for number in range(first, last + 1)
)
LATER: Final = frozenset(("cw_27",))
"""Several contacts at once."""
_NAME: Final = re.compile(r"def test_((?:(?:and|to|cw|p?\d+)_)+)")


def rules_tested() -> set[str]:
    """Return the numbers in the names of all tests: `test_p1_and_cw_10_…`, `test_cw_1_to_5_and_80_…`."""
    found: set[str] = set()
    for path in TESTS.rglob("test_*.py"):
        for name in _NAME.findall(path.read_text(encoding="utf-8")):
            found |= numbers(name.strip("_").split("_"))
    return found


def numbers(words: list[str]) -> set[str]:
    """Return what the beginning of a test's name stands for."""
    found: set[str] = set()
    is_rule = is_range = False
    last = 0
    for word in words:
        if word == "cw":
            is_rule = True
        elif word == "to":
            is_range = True
        elif word.startswith("p"):
            found.add(word)
        elif word.isdigit() and is_rule:
            found |= {f"cw_{number}" for number in range(last + 1 if is_range else int(word), int(word) + 1)}
            last, is_range = int(word), False
    return found


def test_the_names_are_read_as_they_are_meant() -> None:
    assert numbers(["p1", "and", "cw", "10"]) == {"p1", "cw_10"}
    assert numbers(["cw", "1", "to", "3", "and", "80"]) == {"cw_1", "cw_2", "cw_3", "cw_80"}


def test_every_page_and_rule_has_a_test() -> None:
    assert (PAGES | RULES) - LATER - rules_tested() == set(), "these have no test"
