"""A primary that is killed again and again under clients who create: what is lost, and how long nobody is answered."""

from __future__ import annotations

import asyncio
import itertools
import statistics
import sys
import tempfile
import time
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import httpx2

from report import Table, UnavailableError, figure

sys.path.append(str(Path(__file__).parent.parent / "tests"))  # the pair of PostgreSQL servers is that of the tests

from partner_client import WILE, client, serve_prepared
from postgres import replicated, why_not

if TYPE_CHECKING:
    from partner_client import Client
    from postgres import Pair
    from report import Effort

KILLS: Final = 20
CLIENTS: Final = 8
EACH: Final = 20  # creates that are acknowledged to each client, before a kill
WORKERS: Final = "2"


class Told(NamedTuple):
    """What clients were told."""

    made: dict[str, str]
    """The URI that was acknowledged for each key."""
    again: list[str]
    """Keys that were asked for once more, after a 503 or a connection that broke."""


def tables(_: Effort) -> list[Table]:
    """Kill the primary twenty times; each client asks again under the same key until it is answered."""
    if reason := why_not():
        raise UnavailableError(reason)
    with tempfile.TemporaryDirectory() as folder, replicated() as pair:
        for server in serve_prepared(Path(folder), "--workers", WORKERS, store=pair.address("postgres")):
            ours = client(server)
            told, waits = asyncio.run(_rounds(ours, pair))
            there = [(one["Title"], one["Uri"]) for one in ours.ask("GET", "?PageSize=20000")["Contacts"]]
    lost = [key for key, uri in told.made.items() if (key, uri) not in set(there)]
    rows = [
        ("primaries killed (SIGKILL), standbys promoted", figure(KILLS)),
        ("creates acknowledged", f"{len(told.made):,}"),
        ("of those lost", figure(len(lost))),
        ("contacts that stand there twice", figure(len(there) - len(dict(there)))),
        ("answers 503 meanwhile, asked again under the same key", f"{len(told.again):,}"),
        ("from the end of the promotion to the first answer, median", f"{figure(statistics.median(waits))} s"),
        ("the longest of these", f"{figure(max(waits))} s"),
    ]
    caption = (
        f"Two PostgreSQL servers, the primary waits for its standby (`synchronous_commit=on`); one Cardwright of "
        f"{WORKERS} workers, which is never started anew; {CLIENTS} clients, each with an idempotency key for each "
        f"create. After a kill the old primary begins anew as the standby."
    )
    return [Table("PostgreSQL: fail-over under load", ("what", "so many"), rows, caption)]


async def _rounds(ours: Client, pair: Pair) -> tuple[Told, list[float]]:
    told, waits = Told({}, []), []
    for number in range(KILLS):
        if number:
            await asyncio.to_thread(pair.follow)
        waits.append(await _killed(ours, pair, told, number))
    return told, waits


async def _killed(ours: Client, pair: Pair, told: Told, number: int) -> float:
    """Return how many seconds after the promotion the first create was acknowledged."""
    goal, over = len(told.made) + CLIENTS * EACH, asyncio.Event()
    async with asyncio.TaskGroup() as clients:
        for at in range(CLIENTS):
            clients.create_task(_create(ours, f"{number}-{at}", told, over))
        while len(told.made) < goal:  # noqa: ASYNC110 - of many
            await asyncio.sleep(0.001)
        await asyncio.to_thread(pair.fail_over)
        promoted, before = time.monotonic(), len(told.made)
        while len(told.made) == before:  # noqa: ASYNC110 - of many
            await asyncio.sleep(0.001)
        took = time.monotonic() - promoted
        over.set()
    return took


async def _create(ours: Client, name: str, told: Told, over: asyncio.Event) -> None:
    """Create one contact after the other until it is over; none is given up before it is acknowledged."""
    async with httpx2.AsyncClient(base_url=ours.url, auth=(ours.sid, ours.token), timeout=60) as http:
        for count in itertools.count():
            key = f"{name}-{count}"
            while key not in told.made:
                fields, headers = {**WILE, "Title": key}, {"idempotency-key": key}
                answer = await http.post(ours.contacts, data=fields, headers=headers)
                if answer.status_code == HTTPStatus.OK:
                    told.made[key] = str(answer.json()["Uri"])
                elif answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
                    told.again.append(key)
                    await asyncio.sleep(0.02)
                else:
                    raise RuntimeError(answer.text)
            if over.is_set():
                return
