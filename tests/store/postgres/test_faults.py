"""What becomes of a server whose PostgreSQL hangs or has no room, and of a store whose server has the wrong time."""

from __future__ import annotations

import random
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx2
import pytest
from PIL import Image

from cardwright.store.instants import now
from cardwright.store.postgres import creation, updates
from partner_client import WILE, client, prepare
from pictures import encoded
from postgres import cluster
from serving import run, serve, until, with_limits
from store.acme import WILE as CONTACT
from store.acme import book_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cardwright.store.postgres import PostgresStore
    from partner_client import Client
    from serving import Served

SIZE: Final = "17m"
BALLAST: Final = 2_000_000  # octets
SIDE: Final = 500  # pixels: of noise, so 250 kB an image


def test_while_the_database_hangs_requests_are_503_and_afterwards_nothing_is_doubled(tmp_path: Path) -> None:
    """Nobody has to start the server anew."""
    with cluster() as running, running.database() as address:
        with serve(tmp_path, program=with_limits(STORE_TURN=1), store=address) as server:
            prepare(server)
            ours = client(server)
            ours.create(headers={"idempotency-key": "before"})
            with running.hung():
                until(lambda: not is_ready(server))  # which is looked at once a second
                answer = ours.send("POST", data=WILE, headers={"idempotency-key": "meanwhile"})
                assert (answer.status_code, answer.headers["retry-after"].isdecimal()) == (503, True)
                assert httpx2.get(f"{server.url}/healthz").status_code == 200
            until(lambda: is_ready(server))
            paths = [ours.create(headers={"idempotency-key": key}) for key in ("meanwhile", "before", "meanwhile")]
            assert paths[0] == paths[2] != paths[1]
            assert ours.ask("GET")["@total"] == "2"
        log = (tmp_path / "server.log").read_text()
        assert "Traceback" not in log
        assert log.count(" at /tmp/cwpg") <= 6, "a line a minute for each kind of fault"


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A folder on a disk that is soon full; PostgreSQL's user has to reach it."""
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if not mount or not umount:
        pytest.skip("there is no mount here")
    with tempfile.TemporaryDirectory(prefix="cwpg-", dir="/tmp") as made:
        Path(made).chmod(0o755)
        folder = Path(made, "disk")
        folder.mkdir()
        options = ("-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder))
        if subprocess.run((mount, *options), check=False, capture_output=True).returncode:
            pytest.skip("mounting is not permitted here")
        try:
            yield folder
        finally:
            subprocess.run((umount, str(folder)), check=True)


def test_a_full_disk_of_the_database_is_507_and_takes_more_once_there_is_room(small_disk: Path, tmp_path: Path) -> None:
    with cluster() as running, running.database(running.tablespace(small_disk)) as address:
        ballast = small_disk / "ballast"
        ballast.write_bytes(bytes(BALLAST))
        with serve(tmp_path, store=address) as server:
            prepare(server)
            ours = client(server)
            made: list[str] = []
            while (answer := create(ours, len(made))).status_code == 200:
                made.append(ours.tree(answer)["Uri"])
            assert (answer.status_code, ours.tree(answer)["Status"]) == (507, "ERROR")
            assert made
            assert ours.ask("GET")["@total"] == str(len(made)), "what is there is read"
            assert (tmp_path / "server.log").read_text().count("free some disk space") == 1, "once a minute"
            ballast.unlink()
            again = create(ours, len(made))
            assert again.status_code == 200, "the refusal is not kept as the key's answer"
            made.append(ours.tree(again)["Uri"])
            assert [contact["Uri"] for contact in ours.ask("GET")["Contacts"]] == made
        assert run("check", data=address).returncode == 0


@pytest.mark.parametrize("jump", [-(10**11), 10**11])
async def test_who_sets_the_clock_of_a_server_doubles_no_create_and_disorders_no_change(
    store: PostgresStore, monkeypatch: pytest.MonkeyPatch, jump: int
) -> None:
    """Three years back, or on. Keys are kept by the clock of the database, changes in the order of their commits."""
    book = await book_of(store)

    async def under(key: str) -> str:
        return await book.contacts.create(book.sid, "1000", CONTACT, by="test", key=key)

    first = await under("once")
    for module in (creation, updates):
        monkeypatch.setattr(module, "now", lambda: now() + jump)
    second = await under("another")
    assert await under("once") == first
    await book.patch(first, title="Changed")
    monkeypatch.undo()
    assert [await under(key) for key in ("once", "another")] == [first, second]
    told = await store.changes.after(book.place, 0, 10)
    assert [(change.sequence, change.kind) for change in told] == [(1, "created"), (2, "created"), (3, "updated")]
    assert await store.check() == []


def is_ready(server: Served) -> bool:
    return httpx2.get(f"{server.url}/readyz").status_code == 200


def create(ours: Client, number: int) -> httpx2.Response:
    """Ask for a contact with an image that no other has, under a key of its own."""
    noise = Image.frombytes("L", (SIDE, SIDE), random.Random(number).randbytes(SIDE * SIDE))  # noqa: S311 - an image
    files = {"ProfileImageFile": ("noise.png", encoded(noise, "PNG"))}
    return ours.send("POST", data=WILE, files=files, headers={"idempotency-key": f"noise {number}"})
