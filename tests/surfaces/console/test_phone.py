"""Phone set-up behind a proxy that speaks TLS and adds a path: CW-71."""

from __future__ import annotations

import plistlib
import re
from typing import TYPE_CHECKING

import pytest

import serving
from cardwright.surfaces.console.apple_profile import DavServer, profile
from console_client import signed_in

if TYPE_CHECKING:
    from pathlib import Path

BEHIND = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "contacts.example.com", "X-Forwarded-Prefix": "/contacts"}


def test_cw_71_addresses_are_those_that_the_phone_reaches(tmp_path: Path) -> None:
    with serving.serve(tmp_path, "--trust-proxy", "127.0.0.1") as served:
        browser = signed_in(served)
        page = browser.get("/phone", **BEHIND).text
        assert ">https://contacts.example.com/contacts/dav/<" in page
        assert f'href="davx5://{served.sid}@contacts.example.com/contacts/dav/"' in page
        assert "This page came by http" not in page
        link = re.search('href="/contacts(/phone/cardwright.mobileconfig)"', page)
        assert link
        (payload,) = plistlib.loads(browser.get(link[1], **BEHIND).content)["PayloadContent"]
    assert (payload["CardDAVHostName"], payload["CardDAVPort"]) == ("contacts.example.com", 443)
    assert payload["CardDAVUseSSL"] is True
    assert payload["CardDAVPrincipalURL"] == f"/contacts/dav/principals/{served.sid}/"


@pytest.mark.parametrize(
    ("origin", "host", "port", "secure"),
    [
        ("https://a.example", "a.example", 443, True),
        ("http://a.example", "a.example", 80, False),
        ("https://a.example:8443", "a.example", 8443, True),
        ("http://[::1]:8000", "::1", 8000, False),
    ],
)
def test_cw_71_a_profile_names_host_and_port(origin: str, host: str, port: int, *, secure: bool) -> None:
    account = 'Ünlike <b> & "Sons"'
    read = plistlib.loads(profile(DavServer(origin, "IR1"), "IR1+all", account))
    (payload,) = read["PayloadContent"]
    assert [payload[f"CardDAV{name}"] for name in ("HostName", "Port", "UseSSL")] == [host, port, secure]
    assert payload["CardDAVUsername"] == "IR1+all"
    assert account in read["PayloadDisplayName"]
    assert b"Password" not in profile(DavServer(origin, "IR1"), "IR1", "Acme").replace(b"holds none", b"")
