"""PC-27."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardwright.contact import emails
from cardwright.contact.emails import email_fault
from cardwright.errors import Rule


@pytest.mark.parametrize(
    "address",
    [
        "wile.coyote@example.com",
        "Wile+Acme@Example.COM",
        "wile@acme.test",
        "wile@acme.local",
        "wile@acme.invalid",
        "o'brien@example.com",
        "用户@例え.jp",
        "wile@bücher.example",
        '"wile coyote"@example.com',
        "a@b.co",
        f"{'a' * 64}@example.com",
    ],
)
def test_plausible(address: str) -> None:
    assert email_fault("email", address) is None


@pytest.mark.parametrize(
    ("address", "rule"),
    [
        ("wile", Rule.FORM),
        ("wile@", Rule.FORM),
        ("@example.com", Rule.FORM),
        ("wile@acme", Rule.FORM),
        ("wile@@example.com", Rule.FORM),
        ("wile coyote@example.com", Rule.FORM),
        ("wile.@example.com", Rule.FORM),
        (".wile@example.com", Rule.FORM),
        ("wi..le@example.com", Rule.FORM),
        ("wile@-example.com", Rule.FORM),
        ("wile@example..com", Rule.FORM),
        ("wile@127.0.0.1", Rule.FORM),
        ("wile@[127.0.0.1]", Rule.FORM),
        ("Wile Coyote <wile@example.com>", Rule.FORM),
        ("wile@example.com, john@example.com", Rule.FORM),
        ("wile@example.com\r\nBcc: x", Rule.CONTROL),
        (f"wile@{'a.' * 130}com", Rule.TOO_LONG),
        (f"wile@{'a' * 64}.com", Rule.FORM),
    ],
)
def test_not_plausible(address: str, rule: Rule) -> None:
    fault = email_fault("email", address)
    assert fault is not None
    assert fault.rule is rule


PARTS = st.text("ab0-._+@", max_size=12)


@given(st.one_of(st.emails(), st.builds("{}@{}.{}".format, PARTS, PARTS, PARTS), PARTS))
@settings(max_examples=300)
def test_what_is_plain_is_plausible_to_the_library_too(address: str) -> None:
    if len(address) <= 64 and emails._PLAIN.fullmatch(address):  # noqa: SLF001 - the short way is private
        assert emails._plausible(address)  # noqa: SLF001 - and so is the long one
