"""Contestants for the same job, measured in turns: what disturbs the machine disturbs them all alike."""

from __future__ import annotations

import contextlib
import http.client
import sys
import time
from statistics import median
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from load import GENERATOR, Answer, Load, Request, ask, load
from report import UnavailableError
from servers import CORES, LOAD_CORES, Command, Server, is_unpinned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from report import Effort

Made = TypeVar("Made")
_START_SECONDS = 60.0
_PAUSE = 0.002


class Contestant(NamedTuple):
    """A server, the request it is measured with, and what the answer must be like."""

    name: str
    command: Command
    request: Request
    right: Callable[[Answer], bool]


class Lap(NamedTuple):
    """One round of one contestant: the load, and the server's CPU time per request in microseconds."""

    load: Load
    cpu: float


class Outcome(NamedTuple):
    """All rounds of one contestant."""

    laps: list[Lap]

    @property
    def per_second(self) -> float:
        """Requests per second, the median."""
        return median(lap.load.per_second for lap in self.laps)

    @property
    def p99(self) -> float:
        """The 99th percentile of the time to answer in milliseconds, the median of the rounds."""
        return median(lap.load.p99 for lap in self.laps)

    @property
    def cpu(self) -> float:
        """Microseconds of the server's CPU per request, the median."""
        return median(lap.cpu for lap in self.laps)

    def speed_of(self, other: Outcome) -> float:
        """Return how many times the requests per second of `other` this is: the median of the rounds' ratios."""
        return median(a.load.per_second / b.load.per_second for a, b in zip(self.laps, other.laps, strict=True))

    def thrift_of(self, other: Outcome) -> float:
        """Return how many times less CPU a request takes than with `other`: the median of the rounds' ratios."""
        return median(b.cpu / a.cpu for a, b in zip(self.laps, other.laps, strict=True))


def available(makers: Iterable[Callable[[], Made]]) -> list[Made]:
    """Return the contestants that this machine can run; for each other one print a line that says why not."""
    found = []
    for make in makers:
        try:
            found.append(make())
        except UnavailableError as error:
            print(f"left out: {error}", file=sys.stderr)
    return found


def answering(contestant: Contestant) -> tuple[Server, float]:
    """Start the server and wait for its first right answer; return it with the seconds that took.

    Raises RuntimeError if it ends, answers wrongly, or takes a minute.
    """
    server = Server(contestant.command)
    try:
        return server, _first_answer(server, contestant)
    except BaseException:
        server.__exit__()
        raise


def compete(
    contestants: list[Contestant], clients: int, effort: Effort, cores: list[int] = LOAD_CORES
) -> dict[str, Outcome]:
    """Measure the contestants in turns, each round beginning with another one, after a second of warm-up each.

    The load comes from these cores.
    """
    laps: dict[str, list[Lap]] = {contestant.name: [] for contestant in contestants}
    with running(contestants) as servers:
        for contestant, server in servers:
            load(server.port, contestant.request, clients, 1, cores)
        for _ in range(effort.rounds):
            for contestant, server in servers:
                laps[contestant.name].append(lap(server, contestant.request, clients, effort.seconds, cores))
            servers.append(servers.pop(0))
    return {name: Outcome(each) for name, each in laps.items()}


def conditions(clients: int, effort: Effort, *, but: str = "", cores: str = "") -> str:
    """Return the sentence for a caption that says how the contestants were measured.

    `but` are servers that may use every core where others may not; `cores` says who has which where a table has rules
    of its own.
    """
    connections = f"{clients} connections" if clients > 1 else "one connection"
    rounds = f"{effort.rounds} rounds" if effort.rounds > 1 else "one round"
    turns = f"{rounds} of {effort.seconds} s in turns, medians"
    return f"{GENERATOR}, {connections} kept alive, {turns}; {cores or _pinned(but)}."


def _pinned(but: str) -> str:
    if len(CORES) == 1:
        return "one core for all"
    if is_unpinned():
        return f"server and generator share {len(CORES)} cores, and nothing is pinned"
    return "server and generator each on a core of its own" + (f", but {but} may use every core" if but else "")


@contextlib.contextmanager
def running(contestants: list[Contestant]) -> Iterator[list[tuple[Contestant, Server]]]:
    """Keep a server of each contestant running."""
    with contextlib.ExitStack() as stack:
        servers = []
        for contestant in contestants:
            server, _ = answering(contestant)
            servers.append((contestant, stack.enter_context(server)))
        yield servers


def lap(server: Server, request: Request, clients: int, seconds: int, cores: list[int] = LOAD_CORES) -> Lap:
    """Put load on a running server for some seconds, from these cores."""
    before = server.cpu_seconds()
    found = load(server.port, request, clients, seconds, cores)
    return Lap(found, (server.cpu_seconds() - before) * 1e6 / max(found.requests, 1))


def _first_answer(server: Server, contestant: Contestant) -> float:
    while (taken := time.perf_counter() - server.started) < _START_SECONDS and server.alive:
        try:
            answer = ask(server.port, contestant.request)
        except (OSError, http.client.HTTPException):
            time.sleep(_PAUSE)
            continue
        if not contestant.right(answer):
            raise RuntimeError(f"{contestant.name} answers wrongly: {answer}")
        return time.perf_counter() - server.started
    raise RuntimeError(f"{contestant.name} does not answer after {taken:.1f} s: {server.output()}")
