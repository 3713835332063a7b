"""`open_store` with an address, and a server and commands that are given one."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import httpx2
import pytest

from cardwright.errors import NotFoundError, StoreError
from cardwright.store import named, open_store
from partner_client import WILE
from serving import ENVIRONMENT, PROGRAM, free_port, wait_for
from store.acme import book_of

if TYPE_CHECKING:
    from pathlib import Path

    from postgres import Cluster


async def test_an_empty_database_is_a_store_where_that_is_asked(postgres: Cluster) -> None:
    with postgres.database() as address:
        with pytest.raises(NotFoundError, match="holds no store"):
            async with open_store(address, create=False):
                pass
        async with open_store(address) as store:
            book = await book_of(store)
            assert await book.create() == "1"
        async with open_store(address, create=False) as store:
            assert [one.sid for one in await store.accounts.all()] == [book.sid]


async def test_without_its_driver_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in [name for name in sys.modules if name.startswith("cardwright.store.postgres")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    with pytest.raises(StoreError, match=r"cardwright\[postgres\]"):
        async with open_store("postgresql:///cards"):
            pass


async def test_nobody_is_told_the_password() -> None:
    address = "postgresql://me:secret@127.0.0.1:1/cards?password=secret"
    with pytest.raises(StoreError) as caught:
        async with open_store(address):
            pass
    assert "127.0.0.1:1" in str(caught.value)
    assert "secret" not in str(caught.value) + named(address)


def test_a_server_and_commands_work_on_it(postgres: Cluster, tmp_path: Path) -> None:
    with postgres.database() as address:
        port, log = free_port(), tmp_path / "log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                (*PROGRAM, "serve", "--port", str(port), "--data", address, "--workers", "2"),
                stdout=out,
                stderr=subprocess.STDOUT,
                env=ENVIRONMENT,
                process_group=0,
            )
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for(url, process, log)
            made = run(address, "account", "add", "Acme")
            sid, token = made["AccountSID"], made["AuthToken"]
            run(address, "campaign", "add", sid, "1000", "First")
            run(address, "partner", "add", sid, "10000", "Partner")
            basic = base64.b64encode(f"{sid}:{token}".encode()).decode()
            contacts = f"{url}/Advertisers/{sid}/Campaigns/1000/Contacts"
            head = {"Authorization": f"Basic {basic}"}
            answer = httpx2.post(f"{contacts}.json", data=WILE, headers=head)
            assert answer.json()["Status"] == "OK", answer.text
            assert "Coyote" in httpx2.get(f"{contacts}.json", params={"Search": "coy"}, headers=head).text
            assert run(address, "check") is not None
        finally:
            process.terminate()
            process.wait(20)


def run(address: str, *words: str) -> dict[str, str]:
    done = subprocess.run(
        (*PROGRAM, *words, "--data", address, "--json"), check=False, capture_output=True, text=True, env=ENVIRONMENT
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
