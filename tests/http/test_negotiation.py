"""Which representation a client wants (RFC 9110 section 12.5.1)."""

from __future__ import annotations

import pytest

from cardwright.http.negotiation import chosen

OFFERED = ("application/json", "application/xml", "text/vcard;version=3.0", "text/vcard;version=4.0")


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (None, "application/json"),
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/xml, */*;q=0.1", "application/xml"),
        ("application/json;q=0.5, application/xml", "application/xml"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/xml"),
        ("text/vcard", "text/vcard;version=3.0"),
        ("text/vcard; version=4.0", "text/vcard;version=4.0"),
        ("text/vcard; version=9", ""),
        ("text/html", ""),
        ("application/json;q=0", ""),
        ("junk", "application/json"),
        ("application/xml,", "application/xml"),
        (" , ,application/xml , ,text/vcard;q=0.1,", "application/xml"),
        (" , ,", "application/json"),
    ],
)
def test_chosen(accept: str | None, form: str) -> None:
    assert chosen(accept, OFFERED) == form
