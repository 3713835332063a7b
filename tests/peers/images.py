"""An image server on loopback that does as it is told, misbehaving included.

    with images.serving() as server:
        server.replies["/john.jpg"] = images.ok(data, {"Cache-Control": "max-age=60"})
        fetch(server.url("/john.jpg"))
        assert server.asked("/john.jpg") == 1

A reply makes, from a request, what goes over the wire: octets are sent, a number is a pause in seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import ssl

FOREVER = 3600.0


class Request(NamedTuple):
    target: str
    fields: dict[str, str]
    """By lower-case name."""


Reply = Callable[[Request], Iterable[bytes | float]]


class ImageServer:
    def __init__(self, scheme: str, host: str) -> None:
        self.replies: dict[str, Reply] = {}
        self.requests: list[Request] = []
        self._origin = f"{scheme}://{host}"

    def url(self, path: str) -> str:
        return self._origin + path

    def asked(self, path: str) -> int:
        return sum(request.target == path for request in self.requests)

    def listening_on(self, port: int) -> None:
        self._origin += f":{port}"

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = _parse(await reader.readuntil(b"\r\n\r\n"))
            self.requests.append(request)
            for piece in self.replies.get(request.target, not_found)(request):
                if isinstance(piece, bytes):
                    writer.write(piece)
                    await writer.drain()
                else:
                    await asyncio.sleep(piece)
            writer.close()
            await writer.wait_closed()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client has seen enough, or the test has
        finally:
            writer.transport.abort()


@contextlib.contextmanager
def serving(tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Iterator[ImageServer]:
    """Serve on a free port of loopback, in a thread of its own, until the block ends."""
    server = ImageServer("https" if tls else "http", host)
    ready = threading.Event()
    running: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def run() -> None:
        stop = asyncio.Event()
        async with await asyncio.start_server(server.answer, "127.0.0.1", 0, ssl=tls) as listener:
            server.listening_on(listener.sockets[0].getsockname()[1])
            running.append((asyncio.get_running_loop(), stop))
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=asyncio.run, args=(run(),), name="image server")
    thread.start()
    ready.wait()
    try:
        yield server
    finally:
        loop, stop = running[0]
        loop.call_soon_threadsafe(stop.set)
        thread.join()


def ok(data: bytes, fields: Mapping[str, str] | None = None, *, status: str = "200 OK") -> Reply:
    return raw(_head(status, {"Content-Length": str(len(data)), **(fields or {})}) + data)


def not_found(request: Request) -> Iterable[bytes | float]:
    return ok(b"", status="404 Not Found")(request)


def redirect(location: str, status: str = "302 Found", fields: Mapping[str, str] | None = None) -> Reply:
    return ok(b"", {"Location": location, **(fields or {})}, status=status)


def unless_matched(etag: str, data: bytes, fields: Mapping[str, str]) -> Reply:
    """Send the data, or 304 to a client that has it."""

    def reply(request: Request) -> Iterable[bytes | float]:
        if request.fields.get("if-none-match") == etag:
            return [_head("304 Not Modified", {"ETag": etag, **fields})]
        return ok(data, {"ETag": etag, **fields})(request)

    return reply


def raw(*pieces: bytes | float) -> Reply:
    """Send exactly this, HTTP or not, and close the connection."""
    return lambda _: pieces


def chunked(pieces: Iterable[bytes], *, last: bytes = b"0\r\n\r\n") -> Reply:
    head = _head("200 OK", {"Transfer-Encoding": "chunked"})
    return lambda _: itertools.chain([head], (b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces), [last])


def endless(fields: Mapping[str, str] | None = None) -> Reply:
    return lambda _: itertools.chain([_head("200 OK", fields or {})], itertools.repeat(bytes(65536)))


def slow(data: bytes, pause: float) -> Reply:
    """One octet at a time."""
    head = _head("200 OK", {"Content-Length": str(len(data))})
    return lambda _: itertools.chain([head], *((data[i : i + 1], pause) for i in range(len(data))))


def cut_short(data: bytes, missing: int = 1) -> Reply:
    """Announce more than is sent."""
    return raw(_head("200 OK", {"Content-Length": str(len(data) + missing)}) + data)


def compressed(data: bytes, *, wbits: int = 31, coding: str = "gzip") -> Reply:
    compressor = zlib.compressobj(wbits=wbits)
    return ok(compressor.compress(data) + compressor.flush(), {"Content-Encoding": coding})


def endless_head() -> Reply:
    return lambda _: itertools.chain([b"HTTP/1.1 200 OK\r\n"], itertools.repeat(b"X-More: " + b"x" * 1000 + b"\r\n"))


def silent() -> Reply:
    return raw(FOREVER)


def _head(status: str, fields: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status}", "Connection: close", *(f"{name}: {value}" for name, value in fields.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def _parse(head: bytes) -> Request:
    first, *lines = head.decode("ascii").split("\r\n")
    pairs = (line.split(":", 1) for line in lines if line)
    return Request(first.split(" ")[1], {name.lower(): value.strip() for name, value in pairs})
