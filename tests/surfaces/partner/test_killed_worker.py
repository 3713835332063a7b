"""SIGKILL of one of four workers under load: nothing that was answered is lost or doubled, and the others go on."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx2
import pytest

from partner_client import WILE, client, serve_prepared
from serving import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from partner_client import Client
    from serving import Served

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc says what a process has started")
WORKERS: Final = 4
CLIENTS: Final = 16
BEFORE, AFTER = 40, 200  # answers before the kill, and until the load ends


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, address: str) -> Iterator[Served]:
    data = tmp_path_factory.mktemp("data")
    yield from serve_prepared(data, "--workers", str(WORKERS), store=address or str(data))


def workers(server: Served) -> set[int]:
    pid = server.process.pid
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return {int(child) for task in tasks for child in (task / "children").read_text().split()}


async def test_a_worker_that_is_killed_loses_and_doubles_nothing(server: Served) -> None:
    ours, before = client(server), workers(server)
    assert len(before) == WORKERS
    answered: dict[str, str] = {}
    async with asyncio.TaskGroup() as clients:
        for name in range(CLIENTS):
            clients.create_task(load(ours, name, answered))
        while len(answered) < BEFORE:  # noqa: ASYNC110 - of many
            await asyncio.sleep(0.001)
        os.kill(min(before), signal.SIGKILL)
    page = await asyncio.to_thread(ours.ask, "GET", "?PageSize=20000")
    assert {contact["Title"]: contact["Uri"] for contact in page["Contacts"]} == answered
    assert page["@total"] == str(len(answered))
    until(lambda: len(workers(server)) == WORKERS)
    assert len(workers(server) & before) == WORKERS - 1


async def load(ours: Client, name: int, answered: dict[str, str]) -> None:
    """Create one contact after the other, each under a key; where the connection breaks, ask again under the same."""
    async with httpx2.AsyncClient(base_url=ours.url, auth=(ours.sid, ours.token), timeout=60) as http:
        for count in itertools.count():
            if len(answered) >= AFTER:
                return
            key = f"{name}-{count}"
            while key not in answered:
                try:
                    fields, headers = {**WILE, "Title": key}, {"idempotency-key": key}
                    answer = await http.post(ours.contacts, data=fields, headers=headers)
                except httpx2.TransportError:
                    continue
                assert answer.status_code == 200, answer.text
                answered[key] = str(answer.json()["Uri"])
