"""https: the certificate must be for the URL's host and from an authority that is trusted."""

from __future__ import annotations

import ssl
from ipaddress import ip_network
from typing import TYPE_CHECKING

import pytest
import trustme
import uvloop

from cardwright.errors import InvalidError, Rule
from cardwright.fetch import Fetcher, Limits
from cardwright.fetch.connect import System
from peers import images

if TYPE_CHECKING:
    from collections.abc import Callable

LOOPBACK = ip_network("127.0.0.0/8")
UNREACHABLE = (("", Rule.PHOTO_UNREACHABLE, "The photo cannot be fetched."),)


@pytest.fixture
def trusting(authority: trustme.CA) -> Fetcher:
    """A fetcher that trusts the tests' authority as the real one trusts the system's."""

    def context() -> ssl.SSLContext:
        made = ssl.create_default_context()
        authority.configure_trust(made)
        return made

    return Fetcher(allow=[LOOPBACK], system=System(tls=context))


def server_context(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
async def test_the_name_of_the_url_is_the_name_of_the_certificate(
    authority: trustme.CA, trusting: Fetcher, host: str
) -> None:
    with images.serving(server_context(authority, host), host) as server:
        server.replies["/john.jpg"] = images.ok(b"photo")
        assert (await trusting.fetch(server.url("/john.jpg"))).data == b"photo"
    await trusting.aclose()


async def test_the_server_is_told_the_name(authority: trustme.CA, trusting: Fetcher) -> None:
    """RFC 6066 section 3: one address serves many names."""
    told: list[str | None] = []
    context = server_context(authority, "localhost")
    context.sni_callback = lambda _sock, name, _context: told.append(name)
    with images.serving(context, "localhost") as server:
        server.replies["/"] = images.ok(b"photo")
        await trusting.fetch(server.url("/"))
        assert server.requests[0].fields["host"] == server.url("").removeprefix("https://")
    assert told == ["localhost"]
    await trusting.aclose()


async def test_a_certificate_for_another_name(
    authority: trustme.CA, trusting: Fetcher, reason: Callable[[], str]
) -> None:
    with images.serving(server_context(authority, "photos.example.com"), "localhost") as server:
        await _refused(trusting, server.url("/john.jpg"))
        assert "Hostname mismatch" in reason()
        assert server.requests == []


async def test_a_certificate_from_an_authority_that_is_not_trusted(
    trusting: Fetcher, reason: Callable[[], str]
) -> None:
    with images.serving(server_context(trustme.CA(), "localhost"), "localhost") as server:
        await _refused(trusting, server.url("/john.jpg"))
        assert "CERTIFICATE_VERIFY_FAILED" in reason()
        assert server.requests == []


async def test_trust_in_the_system_alone(authority: trustme.CA, fetcher: Fetcher) -> None:
    with images.serving(server_context(authority, "localhost"), "localhost") as server:
        await _refused(fetcher, server.url("/john.jpg"))
        assert server.requests == []


async def test_http_where_https_is_spoken(authority: trustme.CA, fetcher: Fetcher) -> None:
    with images.serving(server_context(authority, "127.0.0.1")) as server:
        await _refused(fetcher, server.url("/").replace("https:", "http:"))


async def test_redirects_from_http_to_https_but_not_back(authority: trustme.CA, trusting: Fetcher) -> None:
    with images.serving() as plain, images.serving(server_context(authority, "127.0.0.1")) as tls:
        tls.replies["/john.jpg"] = images.ok(b"photo")
        tls.replies["/back"] = images.redirect(plain.url("/john.jpg"))
        plain.replies["/john.jpg"] = images.ok(b"photo")
        plain.replies["/up"] = images.redirect(tls.url("/john.jpg"))
        assert (await trusting.fetch(plain.url("/up"))).data == b"photo"
        await _refused(trusting, tls.url("/back"))
        assert plain.asked("/john.jpg") == 0


async def test_https_where_http_is_spoken(reason: Callable[[], str]) -> None:
    """The handshake is never answered, because the server waits for a request that cannot come."""
    quick = Fetcher(allow=[LOOPBACK], limits=Limits(connect=0.3))
    with images.serving() as plain:
        await _refused(quick, plain.url("/").replace("http:", "https:"))
    assert "TimeoutError" in reason()
    await quick.aclose()


def test_on_the_event_loop_of_the_server(authority: trustme.CA, trusting: Fetcher) -> None:
    async def run(url: str) -> bytes:
        fetched = await trusting.fetch(url)
        await trusting.aclose()
        return fetched.data

    with images.serving(server_context(authority, "localhost"), "localhost") as server:
        server.replies["/john.jpg"] = images.ok(bytes(100_000))
        assert uvloop.run(run(server.url("/john.jpg"))) == bytes(100_000)


async def _refused(fetcher: Fetcher, url: str) -> None:
    with pytest.raises(InvalidError) as caught:
        await fetcher.fetch(url)
    assert caught.value.faults == UNREACHABLE
