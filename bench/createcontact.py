"""createcontact side by side: Cardwright, an empty POST on its own stack, FastAPI + vobject, and Node."""

from __future__ import annotations

import json
import tempfile
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from contest import Contestant, answering, available, compete, conditions
from installs import PEERS, node, venv
from load import Answer, Request
from ours import account, granian, is_empty, serve
from report import Effort, Table, figure
from servers import Command, Memory, is_unpinned

if TYPE_CHECKING:
    from collections.abc import Callable

CLIENTS = 32
_PEER_KEY = "bench0000000000000000000000000000"
_FALCON, _ASGI = "empty POST, Falcon", "empty POST, bare ASGI"
_BATCH = "empty POST, Falcon, scheduled like Cardwright"

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
    """Measure throughput, then start-up and idle memory, for which pinned servers are enough."""
    with tempfile.TemporaryDirectory() as data:
        makers: list[Callable[[], Contestant]] = [
            partial(cardwright, Path(data)),
            empty_falcon,
            empty_batch,
            empty_asgi,
            fastapi_vobject,
            node_fastify,
        ]
        contestants = available(makers)
        found = [throughput(contestants, effort)]
        return found if is_unpinned() else [*found, starts(contestants, effort)]


def throughput(contestants: list[Contestant], effort: Effort) -> Table:
    """Measure requests per second, p99 and CPU, with ratios to the two empty POSTs."""
    outcomes = compete(contestants, CLIENTS, effort)
    falcon, batch = outcomes[_FALCON], outcomes[_BATCH]
    rows = [
        (
            name,
            figure(outcome.per_second),
            figure(outcome.p99),
            figure(outcome.cpu, 3),
            *(f"{ratio:.2f}" for ratio in (outcome.speed_of(falcon), outcome.thrift_of(falcon))),
            *(f"{ratio:.2f}" for ratio in (outcome.speed_of(batch), outcome.thrift_of(batch))),
        )
        for name, outcome in outcomes.items()
    ]
    figures = ("requests/s", "p99 ms", "server CPU µs/request")
    ratios = ("of empty Falcon", "by CPU", "of that scheduled so", "by CPU")
    caption = (
        f"{conditions(CLIENTS, effort)} The ratios are medians of those within a round, by requests/s and by the "
        "server's CPU time per request: more is better."
    )
    return Table("createcontact without a photo, one worker", ("createcontact", *figures, *ratios), rows, caption)


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
    return Contestant("Cardwright", serve(data), request(key), is_the_card)


def empty_falcon() -> Contestant:
    """Return an empty POST in Falcon under Granian, set as Cardwright sets it."""
    return Contestant(_FALCON, granian("empty_falcon"), request(_PEER_KEY), is_empty)


def empty_batch() -> Contestant:
    """Return the same empty POST, scheduled as Cardwright's workers are."""
    return Contestant(_BATCH, granian("empty_falcon", batch=True), request(_PEER_KEY), is_empty)


def empty_asgi() -> Contestant:
    """Return a bare ASGI callable under the same Granian."""
    return Contestant(_ASGI, granian("empty_asgi"), request(_PEER_KEY), is_empty)


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
