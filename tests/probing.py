"""What others feel while something happens to a server: requests asked every 5 ms beside it, memory and CPU time.

    with beside(server, "/healthz") as felt:
        attack(server)
    assert felt.failed == 0
    at_most_linear(tenth.cpu, felt.cpu)          # what ten times the size costs; see there

`felt.longest` is a time by the clock, which a busy machine stretches: a test compares CPU time, or
leaves much room. A process of its own does the asking, so that neither the attacker nor the test makes it late.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from serving import Served

EVERY = 0.005
PATIENCE = 240.0
"""Seconds after which a request that is not answered counts as failed, where nothing else is said."""
_TICK = os.sysconf("SC_CLK_TCK")
_PAGE_MIB = os.sysconf("SC_PAGE_SIZE") / 1024**2


@dataclass
class Felt:
    """What somebody else felt meanwhile; all zero until the block of `beside` has ended. Times in seconds."""

    asked: int = 0
    failed: int = 0
    """Requests without an answer of 200: refused, cut off, or not answered within `patience`."""
    longest: float = 0.0
    """The longest wait for an answer, of those that failed too."""
    waits: list[float] = field(default_factory=list)
    cpu: float = 0.0
    """CPU time that all processes of the server used meanwhile, some 0.2 ms for each request asked beside included."""
    before: float = 0.0
    """Resident memory of all processes of the server in MiB, before, at most, and at the end."""
    peak: float = 0.0
    after: float = 0.0

    @property
    def typical(self) -> float:
        """The median wait."""
        return sorted(self.waits)[len(self.waits) // 2]

    @property
    def grown(self) -> float:
        """By how many MiB the memory had grown at its peak."""
        return self.peak - self.before


@contextlib.contextmanager
def beside(
    server: Served,
    path: str = "/healthz",
    *,
    headers: Mapping[str, str] | None = None,
    fresh: bool = False,
    patience: float = PATIENCE,
) -> Iterator[Felt]:
    """Ask the server for `path` every 5 ms until the block ends, and tell what came of it.

    The first answer is there before the block begins. A request that waits when the block ends is waited for.
    With `fresh` each goes over a connection of its own, else over one that is kept and made anew when it is closed.
    """
    felt = Felt()
    arguments = json.dumps(
        {"url": server.url + path, "pid": server.process.pid, "fresh": fresh, "patience": patience, **_head(headers)}
    )
    asker = subprocess.Popen((sys.executable, __file__, arguments), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with asker:
        assert asker.stdin
        assert asker.stdout
        assert asker.stdout.readline() == b"ready\n", "the server does not answer"
        before = cpu_seconds(server.process.pid)
        try:
            yield felt
        finally:
            asker.stdin.close()
            found = json.loads(asker.stdout.read())
            felt.__dict__.update(found, longest=max(found["waits"]), asked=len(found["waits"]))
            felt.cpu = cpu_seconds(server.process.pid) - before


def at_most_linear(tenth: float, whole: float, *, times: float = 10, least: float = 0.05) -> None:
    """Assert that what ten times the size costs is about ten times as much at most: less than thirty times.

    A quadratic one costs a hundred times. Under `least` (CPU seconds, by default) the smaller one is all noise.
    """
    assert whole <= 3 * times * max(tenth, least), f"{times} times the size costs {whole:.2f} after {tenth:.2f}"


def need_descriptors(count: int) -> None:
    """Let this process, and what it starts from now on, open so many files; skip the test where that is not allowed."""
    import pytest  # noqa: PLC0415 - the process that asks has no use for it

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < count:
        pytest.skip(f"{count} files have to be open at once, {hard} may be (ulimit -Hn)")
    if soft != resource.RLIM_INFINITY and soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))


def cpu_seconds(pid: int) -> float:
    """Return the CPU time of the process and of all below it, those that ended included."""
    return sum(int(ticks) for stat in _family(pid).values() for ticks in stat[11:15]) / _TICK


def memory_mib(pid: int) -> float:
    """Return the resident memory of the process and of all below it; pages that they share count for each."""
    return sum(int(stat[21]) for stat in _family(pid).values()) * _PAGE_MIB


def _family(pid: int) -> dict[int, list[str]]:
    """Return the fields of /proc/PID/stat from the state on (proc(5): field 3) of a process and of all below it."""
    found: dict[int, list[str]] = {}
    waiting = [pid]
    while waiting:
        with contextlib.suppress(OSError):
            one = waiting.pop()
            stat = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            for task in Path(f"/proc/{one}/task").iterdir():
                waiting += [int(child) for child in (task / "children").read_text().split()]
            found[one] = stat
    return found


# From here on: the process that asks.


def _head(headers: Mapping[str, str] | None) -> dict[str, str]:
    return {"head": "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())}


class _Asker:
    def __init__(self, url: str, head: str, patience: float, *, fresh: bool) -> None:
        parts = urlsplit(url)
        self._address = (str(parts.hostname), int(parts.port or 80))
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        self._request = f"GET {target} HTTP/1.1\r\nHost: {parts.netloc}\r\n{head}\r\n".encode()
        self._fresh = fresh
        self._patience = patience
        self._kept: socket.socket | None = None

    def ask(self) -> bool:
        """Return whether the answer is 200."""
        if self._kept:
            with contextlib.suppress(OSError):
                return self._over(self._kept)
            self._kept.close()
            self._kept = None
        try:
            connection = socket.create_connection(self._address, timeout=self._patience)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # keeps no port waiting
            if not self._fresh:
                self._kept = connection
                return self._over(connection)
            with connection:
                return self._over(connection)
        except OSError:
            return False

    def _over(self, connection: socket.socket) -> bool:
        connection.sendall(self._request)
        answer = connection.makefile("rb")
        status = answer.readline()
        if not status:
            raise ConnectionResetError
        size = 0
        while (line := answer.readline().strip().lower()) != b"":
            if line.startswith(b"content-length:"):
                size = int(line[15:])
        answer.read(size)
        return status.split()[1] == b"200"


def _main() -> None:
    options = json.loads(sys.argv[1])
    asker = _Asker(options["url"], options["head"], options["patience"], fresh=options["fresh"])
    over = threading.Event()
    pid, waits, failed = options["pid"], [], 0
    peak = before = memory_mib(pid)

    def watch() -> None:
        nonlocal peak
        while not over.wait(0.02):
            peak = max(peak, memory_mib(pid))

    asker.ask()
    print("ready", flush=True)
    threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
    threading.Thread(target=watch, daemon=True).start()
    while not (waits and over.is_set()):
        begun = time.monotonic()
        failed += not asker.ask()
        waits.append(time.monotonic() - begun)
        over.wait(max(0.0, begun + EVERY - time.monotonic()))
    after = memory_mib(pid)
    found = {"waits": waits, "failed": failed, "before": before, "peak": max(peak, after), "after": after}
    print(json.dumps(found))


if __name__ == "__main__":
    _main()
