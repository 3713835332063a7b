"""Servers under test as real processes: started on a free loopback port, watched through /proc, stopped for certain."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

CORES = sorted(os.sched_getaffinity(0))
SERVER_CORES = CORES[:1]
LOAD_CORES = CORES[-1:]
"""Server and load generator keep out of each other's way where there are two cores; with one they share it."""


_TICK = os.sysconf("SC_CLK_TCK")
_STOP_SECONDS = 10.0


class Command(NamedTuple):
    """How to start a server. `{port}` in an argument or a variable is replaced by the port it must listen on."""

    argv: tuple[str, ...]
    env: Mapping[str, str] = {}
    cores: list[int] = SERVER_CORES


class Memory(NamedTuple):
    """Memory in MiB: proportional share (PSS) of all processes, and PSS and RSS of the worker alone."""

    total_pss: float
    worker_pss: float
    worker_rss: float


class Server:
    """A running server and every process it started. A context manager: on leaving none of them is left."""

    def __init__(self, command: Command) -> None:
        self.port = free_port()
        self.started = time.perf_counter()
        self._output = tempfile.TemporaryFile()  # noqa: SIM115  closed on leaving
        own = {name: text.replace("{port}", str(self.port)) for name, text in command.env.items()}
        with pinned(command.cores):
            self._process = subprocess.Popen(
                [argument.replace("{port}", str(self.port)) for argument in command.argv],
                env={**os.environ, **own},
                stdin=subprocess.DEVNULL,
                stdout=self._output,
                stderr=self._output,
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        family = self.pids()
        _signal(family, signal.SIGTERM)
        deadline = time.monotonic() + _STOP_SECONDS
        while self.alive or _living(family):
            if time.monotonic() > deadline:
                _signal(_living(family), signal.SIGKILL)
            time.sleep(0.02)
        self._output.close()

    @property
    def alive(self) -> bool:
        """Whether the process that was started still runs."""
        return self._process.poll() is None

    def output(self) -> str:
        """Return the end of what the server printed."""
        self._output.seek(0)
        return self._output.read().decode(errors="replace")[-2000:]

    def pids(self) -> list[int]:
        """Return the server's live processes, the one that was started first."""
        return [pid for pid, stat in self._family().items() if stat[0] != "Z"]

    def cpu_seconds(self) -> float:
        """Return the CPU time, user and system, that the server and its children have used so far."""
        return cpu_seconds(self._process.pid)

    def memory(self) -> Memory:
        """Return the memory in use; the worker is the process that uses the most."""
        each = [_smaps(pid) for pid in self.pids()]
        worker = max(each)
        return Memory(sum(pss for pss, _ in each), *worker)

    def _family(self) -> dict[int, list[str]]:
        return _family_of(self._process.pid)


def unpin() -> None:
    """Have servers and generator share all cores from now on, as where nobody pins anything."""
    SERVER_CORES[:] = LOAD_CORES[:] = CORES


def is_unpinned() -> bool:
    """Whether servers and generator share several cores."""
    return SERVER_CORES == LOAD_CORES and len(CORES) > 1


@contextlib.contextmanager
def pinned(cores: Iterable[int]) -> Iterator[None]:
    """Run this thread, and the processes it starts meanwhile, on these cores alone."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def free_port() -> int:
    """Return a loopback port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def cpu_seconds(pid: int) -> float:
    """Return the CPU time, user and system, that a process and all below it have used so far."""
    return sum(int(ticks) for stat in _family_of(pid).values() for ticks in stat[11:15]) / _TICK


def _family_of(pid: int) -> dict[int, list[str]]:
    """Return /proc/PID/stat of a process and of all below it, whatever their session."""
    stats, family = _stats(), {pid}
    while found := {pid for pid, stat in stats.items() if int(stat[1]) in family} - family:
        family |= found
    return {pid: stats[pid] for pid in sorted(family) if pid in stats}


def _stats() -> dict[int, list[str]]:
    """Return for every process the fields of /proc/PID/stat from the state on (proc(5): field 3)."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            found[int(path.parent.name)] = path.read_text().rpartition(")")[2].split()
    return found


def _living(pids: Iterable[int]) -> list[int]:
    stats = _stats()
    return [pid for pid in pids if pid in stats and stats[pid][0] != "Z"]


def _signal(pids: Iterable[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def _smaps(pid: int) -> tuple[float, float]:
    """Return PSS and RSS of a process in MiB."""
    fields = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
    pss, rss = (int(fields[name].split()[0]) / 1024 for name in ("Pss", "Rss"))
    return pss, rss
