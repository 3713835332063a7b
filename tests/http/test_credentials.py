"""HTTP Basic credentials (RFC 7617)."""

from __future__ import annotations

from base64 import b64encode

import pytest

from cardwright.http.credentials import Basic, basic


def sent(text: bytes, scheme: str = "Basic") -> str:
    return f"{scheme} {b64encode(text).decode()}"


@pytest.mark.parametrize(
    ("field", "found"),
    [
        (sent(b"Aladdin:open sesame"), Basic("Aladdin", "open sesame")),
        (sent(b"u:p:q", "bAsIc"), Basic("u", "p:q")),
        (sent("test:123\N{POUND SIGN}".encode()), Basic("test", "123\N{POUND SIGN}")),
        (sent(b":"), Basic("", "")),
        (sent(b"no colon"), None),
        (sent(b"u:\xff"), None),
        (sent(b"u:p", "Bearer"), None),
        ("Basic", None),
        ("Basic !!", None),
        ("Basic é", None),
        ("", None),
        (None, None),
    ],
)
def test_basic(field: str | None, found: Basic | None) -> None:
    assert basic(None if field is None else field.encode("latin-1")) == found
