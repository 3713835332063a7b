from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from cardwright.book import accounts
from cardwright.errors import InvalidError, Rule

if TYPE_CHECKING:
    from cardwright.book.accounts import AccountRow


class Kept:
    """Remembers what it is given."""

    def __init__(self) -> None:
        self.rows: list[AccountRow] = []

    async def add(self, account: AccountRow) -> None:
        self.rows.append(account)


async def test_secrets_have_at_least_192_bits_and_only_their_digest_is_kept() -> None:
    store = Kept()
    made = await accounts.add_account(store, "Acme")  # type: ignore[arg-type]
    assert re.fullmatch("IR[A-Za-z0-9]{22}", made.sid)
    for secret in (made.auth_token, made.api_key):
        assert re.fullmatch("[A-Za-z0-9]{33}", secret)
    assert 62**33 >= 2**192
    (row,) = store.rows
    assert row.key_digest == accounts.digest(made.api_key)
    assert row.token.digest == accounts.digest(made.auth_token)


@pytest.mark.parametrize(
    ("name", "sid", "field", "rule"),
    [
        ("", None, "name", Rule.REQUIRED),
        ("  ", None, "name", Rule.REQUIRED),
        ("\udcff", None, "name", Rule.CONTROL),  # an argument that was not UTF-8
        ("A\nB", None, "name", Rule.CONTROL),
        ("A" * 256, None, "name", Rule.TOO_LONG),
        ("Acme", "", "sid", Rule.FORM),
        ("Acme", "a/b", "sid", Rule.FORM),
        ("Acme", "a:b", "sid", Rule.FORM),
        ("Acme", "A" * 65, "sid", Rule.FORM),
        *(("Acme", f"a{sign}b", "sid", Rule.FORM) for sign in ",;?#%&+\\ \t\n\u00a0é"),
        *(("Acme", f"a.{form}", "sid", Rule.FORM) for form in ("json", "xml", "vcf", "JSON")),  # PC-1, PC-52
        *(("Acme", dots, "sid", Rule.FORM) for dots in (".json", ".", "..")),
        ("A\ufffe", None, "name", Rule.CONTROL),
    ],
)
async def test_a_bad_name_or_sid_is_refused(name: str, sid: str | None, field: str, rule: Rule) -> None:
    store = Kept()
    with pytest.raises(InvalidError) as caught:
        await accounts.add_account(store, name, sid)  # type: ignore[arg-type]
    assert [(fault.field, fault.rule) for fault in caught.value.faults] == [(field, rule)]
    assert store.rows == []


def test_a_key_with_half_a_surrogate_has_a_digest() -> None:
    assert len(accounts.digest("\ud800")) == 32
