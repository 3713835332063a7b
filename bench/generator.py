"""The load generator for machines without wrk: asyncio protocols, one request at a time on each connection.

It reads its job as JSON from standard input and prints what it counted as JSON. It understands what the servers under
test send and no more: answers with Content-Length or chunked, kept alive.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from typing import Any, NamedTuple

import uvloop

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


class Requests:
    """The requests of a job, ready to send."""

    def __init__(self, job: dict[str, Any]) -> None:
        self._job = job
        self._sent = 0
        self._whole = b"" if job["varies"] else self._format(job["path"], job["body"])

    def next(self) -> bytes:
        """Return the next request."""
        if self._whole:
            return self._whole
        self._sent += 1
        job = self._job
        numbers = {
            "{new}": str(job["seed"] + self._sent),
            "{id}": str(job["first"] + (job["seed"] + self._sent * 7919) % job["count"]),
        }
        return self._format(*(_MARK.sub(lambda mark: numbers[mark[0]], job[name]) for name in ("path", "body")))

    def _format(self, path: str, body: str) -> bytes:
        lines = [f"{self._job['method']} {path} HTTP/1.1", f"Host: 127.0.0.1:{self._job['port']}"]
        lines += [f"{name}: {value}" for name, value in self._job["headers"].items()]
        return "\r\n".join([*lines, f"Content-Length: {len(body.encode())}", "", body]).encode()


class Client(asyncio.Protocol):
    """One connection: sends, waits for the whole answer, counts, sends again."""

    def __init__(self, requests: Requests, counts: Counts) -> None:
        self._requests = requests
        self._counts = counts
        self._received = b""
        self._sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        """Send the next request once the answer is whole."""
        self._received += data
        if complete(self._received):
            self._counts.latencies.append(time.perf_counter() - self._sent_at)
            if int(self._received[9:12]) not in _OK:
                self._counts.errors.append(self._received[:200].decode(errors="replace"))
            self._received = b""
            self._send()

    def connection_lost(self, error: Exception | None) -> None:
        """Count a connection that the server ended: it was to be kept alive."""
        if not self._transport.is_closing() or error:
            self._counts.errors.append(str(error))

    def _send(self) -> None:
        self._sent_at = time.perf_counter()
        self._transport.write(self._requests.next())


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
    counts, requests = Counts([], []), Requests(job)
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    pairs = [
        await loop.create_connection(lambda: Client(requests, counts), "127.0.0.1", job["port"])
        for _ in range(job["clients"])
    ]
    await asyncio.sleep(job["seconds"] - (time.perf_counter() - started))
    for transport, _ in pairs:
        transport.abort()
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
