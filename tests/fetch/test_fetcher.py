"""What a server may do to the fetcher, on a real one on loopback."""

from __future__ import annotations

import asyncio
import itertools
import subprocess
import sys
from ipaddress import ip_network
from typing import TYPE_CHECKING

import pytest
import uvloop

from cardwright.errors import InvalidError, Rule
from cardwright.fetch import Fetcher, Limits
from peers import images

if TYPE_CHECKING:
    from collections.abc import Callable

LOOPBACK = ip_network("127.0.0.0/8")
PHOTO = bytes(range(256)) * 40
SMALL = Limits(connect=0.3, total=0.3, size=1000)

UNREACHABLE = (("", Rule.PHOTO_UNREACHABLE, "The photo cannot be fetched."),)
TOO_LARGE = (("", Rule.PHOTO_TOO_LARGE, "The photo is too large."),)


def head(*lines: str) -> bytes:
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


TAKEN = {
    "plain": (images.ok(PHOTO), PHOTO),
    "empty: the renderer's to refuse": (images.ok(b""), b""),
    "html by name of a photo: the renderer's to refuse": (
        images.ok(b"<html>", {"Content-Type": "text/html"}),
        b"<html>",
    ),
    "until the connection ends": (images.raw(head("HTTP/1.1 200 OK") + PHOTO), PHOTO),
    "HTTP/1.0": (images.raw(head("HTTP/1.0 200 OK") + PHOTO), PHOTO),
    "no reason phrase": (images.raw(head("HTTP/1.1 200 ") + PHOTO), PHOTO),
    "chunked": (images.chunked([PHOTO[:7], PHOTO[7:5000], PHOTO[5000:]]), PHOTO),
    "chunked with trailers": (images.chunked([PHOTO], last=b"0\r\nX-Sum: 1\r\n\r\n"), PHOTO),
    "octet by octet": (
        images.raw(*(bytes([n]) for n in head("HTTP/1.1 200 OK", "Content-Length: 3") + b"abc")),
        b"abc",
    ),
    "more than its length": (images.raw(head("HTTP/1.1 200 OK", "Content-Length: 3") + b"abcdef"), b"abc"),
    "a head of 15 KiB": (images.raw(b"HTTP/1.1 200 OK\r\n" + b"a:\r\n" * 3840 + b"\r\n" + PHOTO), PHOTO),
    "trailers of 15 KiB": (images.chunked([PHOTO], last=b"0\r\n" + b"a:\r\n" * 3840 + b"\r\n"), PHOTO),
    "early hints": (images.raw(head("HTTP/1.1 103 Early Hints", "Link: </a>"), head("HTTP/1.1 200 OK") + PHOTO), PHOTO),
    "continue": (images.raw(head("HTTP/1.1 100 Continue") + head("HTTP/1.1 200 OK") + PHOTO), PHOTO),
    "gzip, not asked for": (images.compressed(PHOTO), PHOTO),
    "deflate, not asked for": (images.compressed(PHOTO, wbits=15, coding="deflate"), PHOTO),
    "identity, named": (images.ok(PHOTO, {"Content-Encoding": "Identity"}), PHOTO),
    "equal lengths twice": (images.raw(head("HTTP/1.1 200 OK", "Content-Length: 1, 1") + b"a"), b"a"),
}

FAILS = {
    "not found": images.not_found,
    "no content": images.ok(b"", status="204 No Content"),
    "a part": images.ok(PHOTO, status="206 Partial Content"),
    "not modified, unasked": images.raw(head("HTTP/1.1 304 Not Modified")),
    "server error": images.ok(PHOTO, status="500 Internal Server Error"),
    "choices": images.redirect("/", "300 Multiple Choices"),
    "a redirect to nowhere": images.ok(b"", status="302 Found"),
    "a redirect to two places": images.raw(head("HTTP/1.1 302 Found", "Location: /", "Location: /x")),
    "cut short": images.cut_short(PHOTO),
    "cut short in a chunk": images.chunked([PHOTO], last=b"ff\r\nabc"),
    "cut short before the last chunk": images.chunked([PHOTO], last=b""),
    "cut short in the head": images.raw(b"HTTP/1.1 200 OK\r\nContent-"),
    "nothing at all": images.raw(b""),
    "not HTTP": images.raw(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "HTTP/2": images.raw(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + bytes(18)),
    "another protocol": images.raw(head("HTTP/1.1 101 Switching Protocols", "Upgrade: h2c", "Connection: upgrade")),
    "two lengths": images.raw(head("HTTP/1.1 200 OK", "Content-Length: 1", "Content-Length: 2") + b"ab"),
    "a negative length": images.raw(head("HTTP/1.1 200 OK", "Content-Length: -1") + b"ab"),
    "a length of five thousand digits": images.raw(head("HTTP/1.1 200 OK", "Content-Length: " + "1" * 5000)),
    "a length in words": images.raw(head("HTTP/1.1 200 OK", "Content-Length: many") + b"ab"),
    "a transfer coding that is not known": images.raw(head("HTTP/1.1 200 OK", "Transfer-Encoding: gzip, chunked")),
    "a chunk of no size": images.raw(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + b"zz\r\nab\r\n"),
    "a content coding that is not known": images.ok(PHOTO, {"Content-Encoding": "br"}),
    "two content codings": images.ok(PHOTO, {"Content-Encoding": "gzip, gzip"}),
    "gzip in name only": images.ok(PHOTO, {"Content-Encoding": "gzip"}),
    "gzip cut short": images.ok(b"\x1f\x8b\x08\x00\x00\x00\x00\x00", {"Content-Encoding": "gzip"}),
    "an endless head": images.endless_head(),
    "a head of 33 KiB at once": images.raw(b"HTTP/1.1 200 OK\r\n" + b"a:\r\n" * 8448 + b"Content-Length: 1\r\n\r\nx"),
    "trailers of 33 KiB at once": images.chunked([PHOTO], last=b"0\r\n" + b"a:\r\n" * 8448 + b"\r\n"),
    "an endless line": images.raw(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 100_000),
    "endless hints": lambda _: itertools.repeat(head("HTTP/1.1 103 Early Hints")),
    "endless trailers": images.chunked([PHOTO], last=b"0\r\n" + b"X-More: y\r\n" * 10_000),
    "an endless chunk extension": images.chunked([], last=b"5;" + b"x" * 100_000),
    "a control character in a field": images.raw(head("HTTP/1.1 200 OK", "X-A: a\x00b")),
}  # fmt: skip

LARGE = {
    "announced": images.raw(head("HTTP/1.1 200 OK", "Content-Length: 1001"), images.FOREVER),
    "announced without end": images.raw(head("HTTP/1.1 200 OK", "Content-Length: " + "9" * 19), images.FOREVER),
    "one octet too many": images.raw(head("HTTP/1.1 200 OK") + bytes(1001)),
    "endless": images.endless(),
    "endless chunks": images.chunked(itertools.repeat(bytes(50))),
    "gzip bomb": images.compressed(bytes(1_000_000)),
    "deflate bomb": images.compressed(bytes(1001), wbits=15, coding="deflate"),
    "endless gzip of nothing": lambda _: itertools.chain(
        [head("HTTP/1.1 200 OK", "Content-Encoding: gzip"), b"\x1f\x8b\x08" + bytes(7)],
        itertools.repeat(b"\0\0\0\xff\xff" * 9),
    ),
}

SLOW = {
    "no answer": images.silent(),
    "a slow head": images.raw(*itertools.chain(*((b"a", 0.05) for _ in range(99)))),
    "a slow body": images.slow(PHOTO[:900], 0.05),
    "a body that stops": images.raw(head("HTTP/1.1 200 OK", "Content-Length: 900") + bytes(899), images.FOREVER),
    "a slow body without a length": images.raw(head("HTTP/1.1 200 OK"), b"a", images.FOREVER),
}


@pytest.mark.parametrize("case", TAKEN)
async def test_what_is_taken(server: images.ImageServer, fetcher: Fetcher, case: str) -> None:
    server.replies["/john.jpg"], data = TAKEN[case]
    assert (await fetcher.fetch(server.url("/john.jpg"))).data == data


@pytest.mark.parametrize("case", FAILS)
async def test_what_cannot_be_fetched(server: images.ImageServer, fetcher: Fetcher, case: str) -> None:
    """E1518: one text for every failure."""
    server.replies["/john.jpg"] = FAILS[case]
    with pytest.raises(InvalidError) as caught:
        await fetcher.fetch(server.url("/john.jpg"))
    assert caught.value.faults == UNREACHABLE
    assert server.asked("/john.jpg") == 1


@pytest.mark.parametrize("case", LARGE)
async def test_what_is_too_large(server: images.ImageServer, case: str) -> None:
    """CC-27: counted after decoding, and without waiting for the end."""
    server.replies["/john.jpg"] = LARGE[case]
    fetcher = Fetcher(allow=[LOOPBACK], limits=Limits(size=1000))
    with pytest.raises(InvalidError) as caught:
        await fetcher.fetch(server.url("/john.jpg"))
    assert caught.value.faults == TOO_LARGE
    await fetcher.aclose()


@pytest.mark.parametrize("reply", [images.ok(bytes(1000)), images.compressed(bytes(1000))], ids=["plain", "gzip"])
async def test_as_large_as_can_be(server: images.ImageServer, reply: images.Reply) -> None:
    server.replies["/john.jpg"] = reply
    fetcher = Fetcher(allow=[LOOPBACK], limits=Limits(size=1000))
    assert (await fetcher.fetch(server.url("/john.jpg"))).data == bytes(1000)
    await fetcher.aclose()


async def test_ten_mebibytes_by_default(server: images.ImageServer, fetcher: Fetcher) -> None:
    """CC-27."""
    server.replies["/fits.jpg"] = images.ok(bytes(10 * 2**20))
    server.replies["/not.jpg"] = images.raw(head("HTTP/1.1 200 OK") + bytes(10 * 2**20 + 1))
    assert len((await fetcher.fetch(server.url("/fits.jpg"))).data) == 10 * 2**20
    with pytest.raises(InvalidError) as caught:
        await fetcher.fetch(server.url("/not.jpg"))
    assert caught.value.faults == TOO_LARGE


@pytest.mark.parametrize("case", SLOW)
async def test_what_is_too_slow(server: images.ImageServer, reason: Callable[[], str], case: str) -> None:
    """CC-27: the whole has a time, however steadily the octets come."""
    server.replies["/john.jpg"] = SLOW[case]
    fetcher = Fetcher(allow=[LOOPBACK], limits=SMALL)
    with pytest.raises(InvalidError) as caught:
        await fetcher.fetch(server.url("/john.jpg"))
    assert caught.value.faults == UNREACHABLE
    assert "TimeoutError" in reason()
    await fetcher.aclose()


async def test_a_body_in_too_many_pieces(server: images.ImageServer, reason: Callable[[], str]) -> None:
    """A chunk of one octet costs as much work as one of ten thousand."""
    server.replies["/john.jpg"] = lambda _: itertools.chain(
        [head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked")], itertools.repeat(b"1\r\na\r\n" * 10_000)
    )
    fetcher = Fetcher(allow=[LOOPBACK], limits=Limits(total=100))  # a busy machine takes 10 s for that many
    with pytest.raises(InvalidError) as caught:
        await fetcher.fetch(server.url("/john.jpg"))
    assert caught.value.faults == UNREACHABLE
    assert "pieces" in reason()
    await fetcher.aclose()


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
async def test_redirects_are_followed(server: images.ImageServer, fetcher: Fetcher, status: str) -> None:
    server.replies["/old"] = images.redirect("/new.jpg?a=b", status)
    server.replies["/new.jpg?a=b"] = images.ok(PHOTO)
    fetched = await fetcher.fetch(server.url("/old"))
    assert (fetched.data, fetched.terms.url) == (PHOTO, server.url("/new.jpg?a=b"))


@pytest.mark.parametrize("hops", [3, 4])
async def test_three_redirects_at_most(server: images.ImageServer, fetcher: Fetcher, hops: int) -> None:
    for hop in range(hops):
        server.replies[f"/{hop}"] = images.redirect(server.url(f"/{hop + 1}"))
    server.replies[f"/{hops}"] = images.ok(PHOTO)
    if hops == 3:
        assert (await fetcher.fetch(server.url("/0"))).data == PHOTO
        return
    with pytest.raises(InvalidError) as caught:
        await fetcher.fetch(server.url("/0"))
    assert caught.value.faults == UNREACHABLE
    assert server.asked("/4") == 0


async def test_a_redirect_in_a_circle(server: images.ImageServer, fetcher: Fetcher) -> None:
    server.replies["/a"] = images.redirect("/b")
    server.replies["/b"] = images.redirect("/a")
    with pytest.raises(InvalidError):
        await fetcher.fetch(server.url("/a"))
    assert len(server.requests) == 4


async def test_a_redirects_body_is_not_waited_for(server: images.ImageServer, fetcher: Fetcher) -> None:
    server.replies["/a"] = images.raw(head("HTTP/1.1 302 Found", "Location: /b", "Content-Length: 9"), images.FOREVER)
    server.replies["/b"] = images.ok(PHOTO)
    assert (await fetcher.fetch(server.url("/a"))).data == PHOTO


async def test_nobody_listens(fetcher: Fetcher) -> None:
    with images.serving() as gone:
        url = gone.url("/john.jpg")
    with pytest.raises(InvalidError) as caught:
        await fetcher.fetch(url)
    assert caught.value.faults == UNREACHABLE


async def test_the_log_keeps_a_urls_path_and_query_to_itself(
    server: images.ImageServer, fetcher: Fetcher, caplog: pytest.LogCaptureFixture
) -> None:
    """CC-2a. A signed URL is a credential."""
    caplog.set_level(0)
    with pytest.raises(InvalidError):
        await fetcher.fetch(server.url("/wile?signature=acme"))
    assert caplog.messages
    assert not any("acme" in message or "wile" in message for message in caplog.messages)


def test_on_the_event_loop_of_the_server(server: images.ImageServer) -> None:
    """Granian runs uvloop, whose sockets and streams are its own."""

    async def run() -> list[object]:
        fetcher = Fetcher(allow=[LOOPBACK], limits=Limits(total=1))
        urls = [server.url(path) for path in ("/john.jpg", "/short.jpg", "/slow.jpg")]
        results = await asyncio.gather(*map(fetcher.fetch, urls), return_exceptions=True)
        await fetcher.aclose()
        return [getattr(result, "data", None) or getattr(result, "faults", result) for result in results]

    server.replies.update(
        {"/john.jpg": images.ok(PHOTO), "/short.jpg": images.cut_short(PHOTO), "/slow.jpg": images.silent()}
    )
    assert uvloop.run(run()) == [PHOTO, UNREACHABLE, UNREACHABLE]


def test_a_server_without_photos_loads_no_parser() -> None:
    """h11 and idna come with the first fetch that needs them."""
    program = "import sys, cardwright.fetch; print(sorted({'h11', 'idna', 'httpx2'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"
