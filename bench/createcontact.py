"""createcontact side by side: Cardwright, an empty POST on its own stack, FastAPI + vobject, and Node."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from statistics import median

from contest import Contestant, answering, available, compete, conditions
from installs import PEERS, node, venv
from load import Answer, Request
from report import Effort, Table, UnavailableError, figure
from servers import Command, Memory

CLIENTS = 32
_CARDWRIGHT = Path(sys.executable).with_name("cardwright")
_PEER_KEY = "bench0000000000000000000000000000"
_OURS, _CEILING = "Cardwright", "empty POST, Falcon"

EXAMPLE = {
    "action": "createcontact",
    "name": {"first-name": "John", "last-name": "Appleseed", "suffix": "Jr."},
    "organization": "Dunder Mifflin",
    "title": "Account Manager",
    "note": "Manage account campaigns.",
    "phone": [{"number": "10000000000", "label": "Work"}],
    "email": [{"id": "john@example.com", "label": "Work"}],
    "physical-address": [{"address": "Fake Address", "label": "Work"}],
    "website": [{"url": "https://example.com", "label": "Dunder Mifflin"}],
}
"""The request of the contract, without its photo."""

_LINES = ("begin:vcard", "version:3.0", "n:appleseed;john;;;jr.", "fn:john appleseed jr.", "org:dunder mifflin")
_VALUES = ("manage account campaigns.", ":10000000000", ":john@example.com", "fake address", ":https://example.com")


def tables(effort: Effort) -> list[Table]:
    """Measure throughput, then start-up and idle memory."""
    with tempfile.TemporaryDirectory() as data:
        makers = [partial(cardwright, Path(data)), empty_falcon, empty_asgi, fastapi_vobject, node_fastify]
        contestants = available(makers)
        return [throughput(contestants, effort), starts(contestants, effort)]


def throughput(contestants: list[Contestant], effort: Effort) -> Table:
    """Measure requests per second, p99 and CPU; the ratios are to the empty POST in Falcon."""
    outcomes = compete(contestants, CLIENTS, effort)
    ceiling = outcomes[_CEILING]
    rows = [
        (
            name,
            figure(outcome.per_second),
            f"{outcome.speed_of(ceiling):.2f}",
            figure(outcome.p99),
            figure(outcome.cpu, 3),
            f"{outcome.thrift_of(ceiling):.2f}",
        )
        for name, outcome in outcomes.items()
    ]
    header = ("createcontact", "requests/s", "to empty POST", "p99 ms", "server CPU µs/request", "by CPU")
    return Table("createcontact without a photo, one worker", header, rows, _caption(effort))


def starts(contestants: list[Contestant], effort: Effort) -> Table:
    """Measure the time from starting the process to its first right answer, and memory right after that answer."""
    taken: dict[str, list[float]] = {contestant.name: [] for contestant in contestants}
    memory: dict[str, Memory] = {}
    for _ in range(effort.rounds):
        for contestant in contestants:
            server, seconds = answering(contestant)
            with server:
                taken[contestant.name].append(seconds)
                memory[contestant.name] = server.memory()
    rows = [(name, f"{median(times):.2f}", *(figure(mib) for mib in memory[name])) for name, times in taken.items()]
    header = ("createcontact", "start to first answer, s", "all processes PSS, MiB", "worker PSS", "worker RSS")
    return Table("Start and idle memory", header, rows, f"Median of {effort.rounds} starts.")


def cardwright(data: Path) -> Contestant:
    """Return the server that this is about, with an account of its own."""
    key = account(data)["ApiKey"]
    argv = (str(_CARDWRIGHT), "serve", "--data", str(data), "--port", "{port}", "--workers", "1")
    return Contestant(_OURS, Command(argv), request(key), is_the_card)


def account(data: Path) -> dict[str, str]:
    """Make an account in the store and return its credentials."""
    argv = [str(_CARDWRIGHT), "account", "add", "Bench", "--data", str(data), "--json"]
    try:
        return json.loads(subprocess.run(argv, capture_output=True, check=True).stdout)
    except (OSError, subprocess.CalledProcessError, ValueError) as error:
        raise UnavailableError(f"cardwright account add: {error}") from error


def empty_falcon() -> Contestant:
    """Return an empty POST in Falcon under Granian, set as Cardwright sets it."""
    return Contestant(_CEILING, granian("empty_falcon"), request(_PEER_KEY), is_empty)


def empty_asgi() -> Contestant:
    """Return a bare ASGI callable under the same Granian."""
    return Contestant("empty POST, bare ASGI", granian("empty_asgi"), request(_PEER_KEY), is_empty)


def granian(module: str) -> Command:
    """Return how to serve `app` of a module of bench/peers."""
    argv = (sys.executable, "-m", "granian", f"{module}:app", "--port", "{port}", "--interface", "asgi")
    return Command((*argv, "--loop", "uvloop", "--workers", "1", "--no-log", "--working-dir", str(PEERS)))


def fastapi_vobject() -> Contestant:
    """Return the same job in FastAPI with vobject."""
    argv = (str(venv("fastapi_vobject") / "uvicorn"), "main:app", "--app-dir", str(PEERS / "fastapi_vobject"))
    quiet = ("--port", "{port}", "--workers", "1", "--no-access-log", "--log-level", "warning")
    command = Command((*argv, *quiet, "--loop", "uvloop", "--http", "httptools"), {"API_KEY": _PEER_KEY})
    return Contestant("FastAPI + vobject, uvicorn", command, request(_PEER_KEY), is_the_card)


def node_fastify() -> Contestant:
    """Return the same job in Node with fastify and vcard-creator."""
    script = str(node("node_fastify") / "server.js")
    env = {"PORT": "{port}", "API_KEY": _PEER_KEY, "NODE_ENV": "production"}
    return Contestant("Node: fastify + vcard-creator", Command(("node", script), env), request(_PEER_KEY), is_the_card)


def request(key: str) -> Request:
    """Return the example as a request with this key."""
    return Request("POST", "/api/v2", {"Content-Type": "application/json", "x-api-key": key}, json.dumps(EXAMPLE))


def is_the_card(answer: Answer) -> bool:
    """Whether the answer is the example's card, whatever the case and the order of its parameters."""
    lines = answer.body.lower().split("\r\n")
    whole = "\n".join(lines)
    return (
        answer.status == 200  # noqa: PLR2004  OK
        and answer.media_type == "text/vcard"
        and all(line in lines for line in _LINES)
        and all(value in whole for value in _VALUES)
    )


def is_empty(answer: Answer) -> bool:
    """Whether the answer is 200 with nothing."""
    return (answer.status, answer.body) == (200, "")


def _caption(effort: Effort) -> str:
    return (
        f"{conditions(CLIENTS, effort)} “To empty POST” and “by CPU” are medians of the ratios within a round, by "
        "requests/s and by the server's CPU time per request: more is better."
    )
