"""What proxies say of the client is believed of trusted ones alone (RFC 7239, and the X-Forwarded fields)."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwright.http.trusted_proxies import TrustedProxies
from front_door import scope_of
from partner_client import WILE, client, prepare
from serving import serve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cardwright.http.asgi import Scope
    from serving import Served

NETWORKS = [ipaddress.ip_network(cidr) for cidr in ("10.0.0.0/8", "2001:db8::/32")]
PROXY = "10.0.0.1"


def believed(peer: str, **fields: str) -> Scope:
    headers = {name.replace("_", "-").encode(): value.encode() for name, value in fields.items()}
    scope = scope_of(headers=headers.items(), client=(peer, 4711), scheme="http", root_path="")
    TrustedProxies(NETWORKS).believe(scope, {b"host": b"example.com", **headers})
    return scope


@pytest.mark.parametrize(
    ("peer", "fields", "client"),
    [
        (PROXY, {"x_forwarded_for": "203.0.113.9"}, "203.0.113.9"),
        (PROXY, {"x_forwarded_for": "1.2.3.4, 203.0.113.9"}, "203.0.113.9"),  # what the client said of itself first
        (PROXY, {"x_forwarded_for": "203.0.113.9, 10.0.0.7"}, "203.0.113.9"),
        (PROXY, {"x_forwarded_for": "10.0.0.7, 10.0.0.8"}, "10.0.0.7"),
        (PROXY, {"x_forwarded_for": "203.0.113.9:4000"}, "203.0.113.9"),
        (PROXY, {"x_forwarded_for": "[2001:db9::1]:4000"}, "2001:db9::1"),
        (PROXY, {"x_forwarded_for": "2001:db9::1, 2001:db8::7"}, "2001:db9::1"),
        ("2001:db8::5", {"x_forwarded_for": "203.0.113.9"}, "203.0.113.9"),
        ("::ffff:10.0.0.1", {"x_forwarded_for": "203.0.113.9"}, "203.0.113.9"),
        (PROXY, {"forwarded": "for=203.0.113.9"}, "203.0.113.9"),
        (PROXY, {"forwarded": 'For="[2001:db9::1]:80";proto=https, for=10.0.0.7'}, "2001:db9::1"),
        (PROXY, {"forwarded": "for=203.0.113.9", "x_forwarded_for": "203.0.113.9"}, "203.0.113.9"),
        # Not believed:
        ("203.0.113.1", {"x_forwarded_for": "203.0.113.9"}, "203.0.113.1"),
        ("203.0.113.1", {"forwarded": "for=203.0.113.9"}, "203.0.113.1"),
        (PROXY, {"forwarded": "for=1.2.3.4", "x_forwarded_for": "203.0.113.9"}, PROXY),
        (PROXY, {"forwarded": 'for="1.2.3.4'}, PROXY),
        (PROXY, {"forwarded": "for=unknown"}, PROXY),
        (PROXY, {"x_forwarded_for": "203.0.113.9, somebody"}, PROXY),
        (PROXY, {"x_forwarded_for": " , "}, PROXY),
        (PROXY, {}, PROXY),
    ],
)
def test_the_client(peer: str, fields: dict[str, str], client: str) -> None:
    assert believed(peer, **fields)["client"][0] == client


@pytest.mark.parametrize(
    ("fields", "scheme", "host"),
    [
        ({"x_forwarded_proto": "https", "x_forwarded_host": "book.example.org"}, "https", b"book.example.org"),
        ({"x_forwarded_proto": "http, HTTPS", "x_forwarded_host": "a, b:8443"}, "https", b"b:8443"),
        ({"forwarded": 'for=203.0.113.9;proto=https;host="book.example.org:8443"'}, "https", b"book.example.org:8443"),
        ({"forwarded": "for=203.0.113.9;proto=https;host=a, for=10.0.0.7;proto=http;host=b"}, "https", b"a"),
        ({"x_forwarded_proto": "gopher", "x_forwarded_host": "a b"}, "http", b"example.com"),
        ({"x_forwarded_host": "evil.example/path"}, "http", b"example.com"),
    ],
)
def test_scheme_and_host(fields: dict[str, str], scheme: str, host: bytes) -> None:
    scope = believed(PROXY, **fields)
    assert (scope["scheme"], [value for name, value in scope["headers"] if name == b"host"]) == (scheme, [host])
    scope = believed("203.0.113.1", **fields)
    assert (scope["scheme"], dict(scope["headers"])[b"host"]) == ("http", b"example.com")


@pytest.mark.parametrize(
    ("sent", "prefix"),
    [
        ("/contacts", "/contacts"),
        ("/contacts/", "/contacts"),
        ("/a/b-c%20d", "/a/b-c%20d"),
        ("/", ""),
        ("contacts", ""),
        ("//evil.example", ""),
        ("/a//b", ""),
        ("/../x", ""),
        ("/a/..", ""),
        ("/a b", ""),
        ('/"', ""),
        ("/" + "a" * 200, ""),
        ("https://evil.example/", ""),
    ],
)
def test_the_prefix(sent: str, prefix: str) -> None:
    assert believed(PROXY, x_forwarded_prefix=sent)["root_path"] == prefix
    assert believed("203.0.113.1", x_forwarded_prefix=sent)["root_path"] == ""


NAMES = st.sampled_from(["forwarded", "x_forwarded_for", "x_forwarded_prefix"])


@given(st.dictionaries(NAMES, st.text('for=";, [:]1.a\\/%\u00e9')))
def test_whatever_a_proxy_passes_on_nothing_breaks(fields: dict[str, str]) -> None:
    assert believed(PROXY, **fields)["client"]


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("data"), "--trust-proxy", "127.0.0.0/8") as served:
        prepare(served)
        yield served


@pytest.mark.parametrize("form", ["application/json", "application/xml"])
def test_pc_7_links_carry_the_prefix_that_a_trusted_proxy_says(behind: Served, form: str) -> None:
    ours, prefix = client(behind, form), {"X-Forwarded-Prefix": "/book/"}
    said = ours.ask("POST", data=WILE, headers=prefix)
    ours.ask("POST", data=WILE)
    contact = said["Uri"].removeprefix("/book")
    assert said["Uri"] == f"/book{ours.contacts}/{contact.rpartition('/')[2]}"
    assert ours.ask("GET", contact, headers=prefix)["Uri"] == said["Uri"]
    assert ours.ask("GET", contact)["Uri"] == contact
    page = ours.ask("GET", "?PageSize=1", headers=prefix)
    assert {uri.partition("?")[0] for name, uri in page.items() if name.endswith("uri") and uri} == {
        f"/book{ours.contacts}"
    }
    assert page["Contacts"][0]["Uri"].startswith(f"/book{ours.contacts}/")
    for path, name in (("Campaigns", "Campaigns"), ("MediaPartners", "Partners")):
        found = ours.ask("GET", f"{ours.account}/{path}", headers=prefix)[name][0]["Uri"]
        assert found.startswith(f"/book{ours.account}/{path}/")
    uri = ours.ask("GET", f"{ours.account}/CompanyInformation", headers=prefix)["Uri"]
    assert uri == f"/book{ours.account}/CompanyInformation"


def test_nobody_else_is_believed(server: Served) -> None:
    ours = client(server)
    uri = ours.ask("GET", f"{ours.account}/CompanyInformation", headers={"X-Forwarded-Prefix": "/book"})["Uri"]
    assert uri == f"{ours.account}/CompanyInformation"
