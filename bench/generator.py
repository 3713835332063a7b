"""The load generator for machines without wrk: asyncio protocols, one request at a time on each connection.

It reads its job as JSON from standard input and prints what it counted as JSON. A job ends after `seconds`.
It understands what the servers under test send and no more: answers with Content-Length or chunked, kept alive.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import sys
import time
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import uvloop

if TYPE_CHECKING:
    from collections.abc import Iterator

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
_MARK = re.compile(r"{new}|{id}")
_OK = range(200, 400)
_HEAD_END = b"\r\n\r\n"
_LAST_CHUNK = b"\r\n0\r\n\r\n"


class Counts(NamedTuple):
    """What all connections count together: latencies in seconds, and failures."""

    latencies: list[float]
    errors: list[str]


def requests(job: dict[str, Any]) -> Iterator[bytes]:
    """Yield the requests of a job, ready to send."""
    texts = (job["path"], job["body"])
    if not job["varies"]:
        whole = _request(job, *texts)
        yield from itertools.repeat(whole)
    for number in itertools.count():
        marks = {
            "{new}": str(job["seed"] + number),
            "{id}": str(job["first"] + (job["seed"] + number * job["step"]) % job["count"]),
        }
        yield _request(job, *(_MARK.sub(partial(_marked, marks), text) for text in texts))


class Client(asyncio.Protocol):
    """One connection: sends, waits for the whole answer, counts, sends again; `closed` is done when it has ended."""

    def __init__(self, source: Iterator[bytes], counts: Counts, pause: float) -> None:
        self._source = source
        self._counts = counts
        self._pause = pause
        self._received = b""
        self._sent_at = 0.0
        self._loop = asyncio.get_running_loop()
        self.closed = self._loop.create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self.transport = cast("asyncio.WriteTransport", transport)  # of a TCP connection
        self._send()

    def data_received(self, data: bytes) -> None:
        """Send the next request once the answer is whole."""
        self._received += data
        if not complete(self._received):
            return
        self._counts.latencies.append(time.perf_counter() - self._sent_at)
        if int(self._received[9:12]) not in _OK:
            self._counts.errors.append(self._received[:200].decode(errors="replace"))
        self._received = b""
        if self._pause:
            self._loop.call_later(self._pause, self._send)
        else:
            self._send()

    def connection_lost(self, error: Exception | None) -> None:
        """Count a connection that the server ended, which was to be kept alive."""
        if not self.closed.done():
            self._counts.errors.append(f"connection closed: {error}")
            self.closed.set_result(None)

    def _send(self) -> None:
        self._sent_at = time.perf_counter()
        self.transport.write(next(self._source))


def _marked(marks: dict[str, str], mark: re.Match[str]) -> str:
    return marks[mark[0]]


def _request(job: dict[str, Any], path: str, body: str) -> bytes:
    lines = [f"{job['method']} {path} HTTP/1.1", f"Host: 127.0.0.1:{job['port']}"]
    lines += [f"{name}: {value}" for name, value in job["headers"].items()]
    return "\r\n".join([*lines, f"Content-Length: {len(body.encode())}", "", body]).encode()


def complete(received: bytes) -> bool:
    """Whether the bytes are a whole answer."""
    end = received.find(_HEAD_END)
    if end < 0:
        return False
    head = received[:end]
    if length := _LENGTH.search(head):
        return len(received) >= end + len(_HEAD_END) + int(length[1])
    return not _CHUNKED.search(head) or received.endswith(_LAST_CHUNK)


async def run(job: dict[str, Any]) -> dict[str, float]:
    """Put the load of the job on the server and return what was counted, times in milliseconds."""
    counts, source, pause = Counts([], []), requests(job), job["pause"] / 1000
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    clients = [
        (await loop.create_connection(lambda: Client(source, counts, pause), "127.0.0.1", job["port"]))[1]
        for _ in range(job["clients"])
    ]
    await asyncio.wait([client.closed for client in clients], timeout=job["seconds"])
    for client in clients:
        client.closed.cancel()
        client.transport.abort()
    seconds = time.perf_counter() - started
    latencies = sorted(counts.latencies) or [0.0]
    return {
        "requests": len(counts.latencies),
        "seconds": seconds,
        "p50": latencies[len(latencies) // 2] * 1000,
        "p99": latencies[len(latencies) * 99 // 100] * 1000,
        "errors": len(counts.errors),
    }


if __name__ == "__main__":
    print(json.dumps(uvloop.run(run(json.load(sys.stdin)))))
