"""A server that is killed at any moment has lost nothing that it answered, and makes nothing twice (PC-28, PC-29).

`CRASH_ROUNDS=20 pytest tests/surfaces/partner/test_crash.py` kills it more often than the suite does.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import signal
from typing import TYPE_CHECKING

import httpx2
import pytest

from partner_client import WILE, client, serve_prepared
from serving import run, started

if TYPE_CHECKING:
    from pathlib import Path
    from subprocess import Popen

    from partner_client import Client

CLIENTS = 32
ROUNDS = int(os.environ.get("CRASH_ROUNDS", "3"))
MOST_ANSWERS = 300
LONGEST_COMMIT = 0.05  # seconds: the kill comes with an answer, or somewhere within what the server does after it


@pytest.mark.timeout(60 * ROUNDS)
async def test_what_was_answered_survives_and_a_retry_makes_no_second_one(tmp_path: Path) -> None:
    (account,) = map(client, serve_prepared(tmp_path))
    chance = random.Random(7)  # noqa: S311 - when to kill is no secret
    kept: dict[str, str] = {}
    sent: dict[str, str] = {}
    for number in range(ROUNDS + 1):
        with started(tmp_path) as (url, process):
            ours = account._replace(url=url)
            await survived(ours, kept, sent)
            assert run("check", data=tmp_path).returncode == 0
            kept |= await retried(ours, sent)
            assert stored(ours) == kept, "no second one"
            if number < ROUNDS:
                sent = await killed(ours, process, number, chance)
    assert len(kept) > ROUNDS


async def survived(ours: Client, kept: dict[str, str], sent: dict[str, str]) -> None:
    """Every contact that was answered is there; of those that were not, no more than were sent."""
    found = stored(ours)
    answered = kept | {key: uri for key, uri in sent.items() if uri}
    assert answered.items() <= found.items()
    assert found.keys() <= kept.keys() | sent.keys()


async def retried(ours: Client, sent: dict[str, str]) -> dict[str, str]:
    """Send every create again under its key; what was answered is answered again, alike."""
    async with session(ours) as http:
        uris = await asyncio.gather(*(create(http, ours, key) for key in sent))
    again = dict(zip(sent, uris, strict=True))
    assert {key: uri for key, uri in sent.items() if uri}.items() <= again.items()
    return again


async def killed(ours: Client, process: Popen[bytes], number: int, chance: random.Random) -> dict[str, str]:
    """Load the server and kill it; return every key that was sent, with the URI of those that were answered."""
    sent: dict[str, str] = {}
    answers = asyncio.Semaphore(0)

    async def load(http: httpx2.AsyncClient, name: int) -> None:
        for count in itertools.count():
            key = f"{number}-{name}-{count}"
            sent[key] = ""
            try:
                sent[key] = await create(http, ours, key)
            except httpx2.TransportError:
                return
            answers.release()

    async with session(ours) as http, asyncio.TaskGroup() as clients:
        for name in range(CLIENTS):
            clients.create_task(load(http, name))
        for _ in range(chance.randrange(1, MOST_ANSWERS)):
            await answers.acquire()
        await asyncio.sleep(chance.choice((0, chance.uniform(0, LONGEST_COMMIT))))
        os.killpg(process.pid, signal.SIGKILL)
    return sent


def session(ours: Client) -> httpx2.AsyncClient:
    limits = httpx2.Limits(max_connections=CLIENTS)
    return httpx2.AsyncClient(base_url=ours.url, auth=(ours.sid, ours.token), limits=limits, timeout=30)


async def create(http: httpx2.AsyncClient, ours: Client, key: str) -> str:
    """Create a contact that bears its key as its title, and return its URI."""
    answer = await http.post(ours.contacts, data={**WILE, "Title": key}, headers={"idempotency-key": key})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["Uri"])


def stored(ours: Client) -> dict[str, str]:
    """Return the URI of every contact by its title; none of them stands there twice."""
    page = ours.ask("GET", "?PageSize=20000")
    found = {contact["Title"]: contact["Uri"] for contact in page["Contacts"]}
    assert str(len(found)) == page["@total"]
    return found
