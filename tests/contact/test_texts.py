"""CC-6, PC-26: which texts are a line that a card and a form can hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwright.contact.emails import email_fault, is_plain_email, local_part_fault
from cardwright.contact.texts import are_stored_texts, plain, stored_text_fault, text_fault
from cardwright.errors import Rule

LINES = [
    # a text, whether it is plain: no control character and no line break at all
    ("", True),
    ("Wile E. Coyote", True),
    ("Ünïcode \U0001f600", True),
    ("a\u00a0b", True),  # a space that does not break, which Python does not print
    ("a\tb", False),
    ("a\nb", False),
    ("a\x7fb", False),
    ("ü\x85", False),
    ("ü\u2028", False),
    ("ü\ud800", False),
]


@pytest.mark.parametrize(("text", "is_plain"), LINES)
def test_a_plain_text(text: str, is_plain: bool) -> None:  # noqa: FBT001 - a case
    assert plain(text) == is_plain
    assert (text_fault("title", text) is None) == is_plain


@pytest.mark.parametrize("address", ["wile@exa\nmple.com", "wi\x00le@example.com", "w" * 300 + "@example.com"])
def test_of_an_address_that_is_no_line_that_is_told_and_nothing_else(address: str) -> None:
    fault = email_fault("email", address)
    assert fault
    assert fault.rule in {Rule.CONTROL, Rule.TOO_LONG}


@pytest.mark.parametrize(
    ("text", "rule"), [("a\ufdd0", Rule.CONTROL), ("a\nb", Rule.CONTROL), ("x" * 256, Rule.TOO_LONG)]
)
def test_what_is_kept_holds_no_code_point_that_is_no_character(text: str, rule: Rule) -> None:
    fault = stored_text_fault("title", text)
    assert fault
    assert fault.rule == rule
    assert stored_text_fault("title", "a\u00a0b") is None


def test_an_address_has_64_octets_before_its_at_sign() -> None:
    assert local_part_fault("email", "ü" * 32 + "@example.com") is None
    fault = local_part_fault("email", "ü" * 32 + "a@example.com")
    assert fault
    assert fault.message == "has 65 octets before the @; at most 64 are taken"


@given(st.lists(st.text(max_size=90), max_size=4))
def test_texts_that_pass_together_pass_one_by_one(texts: list[str]) -> None:
    if are_stored_texts(*texts):
        assert [stored_text_fault("title", text) for text in texts] == [None] * len(texts)


@pytest.mark.parametrize("texts", [("a" * 128, "b" * 128), ("ok", "a\nb"), ("\ufffe",), ("a\u2028b",)])
def test_texts_that_are_long_together_or_strange_are_looked_at_one_by_one(texts: tuple[str, ...]) -> None:
    assert not are_stored_texts(*texts)


@given(st.from_regex(r"[A-Za-z0-9._+@-]{1,80}", fullmatch=True))
def test_an_address_that_is_plain_has_no_fault(address: str) -> None:
    if is_plain_email(address):
        faults = email_fault("email", address), local_part_fault("email", address), stored_text_fault("email", address)
        assert faults == (None, None, None)
