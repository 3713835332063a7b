"""CC-5: which characters a strict first or last name holds."""

from __future__ import annotations

import pytest

from cardwright.contact.names import name_fault
from cardwright.errors import Rule

GOOD = [
    "",
    "Wile E. Coyote 2",
    "José",
    "e\u0301",  # a letter and its accent
    "山田\u3000太郎",
    "\u0664\u0662",  # digits of Arabic
    "क\u094d\u200dष",  # a joiner between letters
    "\u0645\u06cc\u200c\u062e",  # and one that keeps them apart, in Persian
]
BAD = [
    # name, what its fault says
    ("O'Brien", 'holds "\'" (U+0027) at character 2'),
    ("Wile\tCoyote", "holds U+0009 at character 5"),
    ("½", "(U+00BD) at character 1"),
    ("😀", "(U+1F600) at character 1"),
    ("\u200dWile", "holds U+200D at character 1"),
    ("Wile\u200c", "holds U+200C at character 5"),
    ("Wile \u200dé", "holds U+200D at character 6"),
    ("क\u200dष-\u200d", "holds '-' (U+002D) at character 4"),
]


@pytest.mark.parametrize("name", GOOD, ids=ascii)
def test_a_name_of_letters_digits_spaces_and_periods(name: str) -> None:
    assert name_fault("first", name) is None


@pytest.mark.parametrize(("name", "message"), BAD, ids=ascii)
def test_the_first_character_that_may_not_stand_is_told(name: str, message: str) -> None:
    fault = name_fault("first", name)
    assert fault
    assert (fault.field, fault.rule) == ("first", Rule.NAME_CHARACTER)
    assert message in fault.message
