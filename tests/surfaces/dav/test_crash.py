"""A server that is killed while phones upload has lost nothing that it answered, and who synchronizes is told it all.

`CRASH_ROUNDS=20 pytest tests/surfaces/dav/test_crash.py` kills it more often than the suite does.
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

from dav_client import Dav, account, card
from dav_reports import ETAG, read, sync
from serving import Served, run, started

if TYPE_CHECKING:
    from pathlib import Path
    from subprocess import Popen

CLIENTS = 16
ROUNDS = int(os.environ.get("CRASH_ROUNDS", "1"))
MOST_ANSWERS = 200
WORKERS = ("--workers", "4")


@pytest.mark.timeout(120 * ROUNDS)
async def test_what_was_answered_is_there_and_the_token_before_tells_all_of_it(tmp_path: Path, address: str) -> None:
    """DV-18, DV-25: on four workers, which share the store."""
    chance = random.Random(7)  # noqa: S311 - when to kill is no secret
    dav: Dav | None = None
    known: dict[str, str] = {}
    sent: dict[str, str] = {}
    token = ""
    for number in range(ROUNDS + 1):
        with started(tmp_path, *WORKERS, address=address) as (url, process):
            server = Served(url, "", "", "", tmp_path, process, address or str(tmp_path))
            dav = dav._replace(url=url) if dav else account(server)
            told = tags(dav, token)
            known |= told
            assert {name: tag for name, tag in sent.items() if tag}.items() <= known.items()
            assert told.keys() <= sent.keys()
            assert tags(dav, "") == known
            token = read(sync(dav, token)).token
            if number < ROUNDS:
                sent = await killed(dav, process, number, chance)
    assert len(known) > ROUNDS
    assert run("check", data=dav.store).returncode == 0


def tags(dav: Dav, token: str) -> dict[str, str]:
    """Return the entity tags of the cards that a sync tells."""
    told = read(sync(dav, token))
    return {name: told[name].found[ETAG] for name in told.names}


async def killed(dav: Dav, process: Popen[bytes], number: int, chance: random.Random) -> dict[str, str]:
    """Put cards and kill the server; return every name that was sent, with the tag of those that were answered."""
    sent: dict[str, str] = {}
    answers = asyncio.Semaphore(0)

    async def load(http: httpx2.AsyncClient, client: int) -> None:
        for count in itertools.count():
            name = f"{number}-{client}-{count}.vcf"
            sent[name] = ""
            try:
                answer = await http.put(
                    dav.path(name), content=card(f"Ann {name}"), headers={"content-type": "text/vcard"}
                )
            except httpx2.TransportError:
                return
            assert answer.status_code == 201, answer.text
            sent[name] = answer.headers["etag"]
            answers.release()

    limits = httpx2.Limits(max_connections=CLIENTS)
    async with (
        httpx2.AsyncClient(base_url=dav.url, auth=(dav.sid, dav.token), limits=limits, timeout=30) as http,
        asyncio.TaskGroup() as clients,
    ):
        for client in range(CLIENTS):
            clients.create_task(load(http, client))
        for _ in range(chance.randrange(1, MOST_ANSWERS)):
            await answers.acquire()
        await asyncio.sleep(chance.choice((0, chance.uniform(0, 0.05))))
        os.killpg(process.pid, signal.SIGKILL)
    return sent
