"""A server on a disk that is really full: a small one in memory, mounted for the test where that is permitted."""

from __future__ import annotations

import contextlib
import random
import shutil
import subprocess
from typing import TYPE_CHECKING

import httpx2
import pytest
from PIL import Image

from partner_client import WILE, client, serve_prepared
from pictures import encoded
from serving import run, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from partner_client import Client
    from serving import Served

SIZE = "12m"  # more than the write-ahead log holds before it goes into the store
BALLAST = 2_000_000  # octets
SIDE = 500  # pixels: of noise, so 250 kB an image


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if not mount or not umount:
        pytest.skip("there is no mount here")
    options = ("-t", "tmpfs", "-o", f"size={SIZE},mode=0700", "tmpfs", str(tmp_path))
    if subprocess.run((mount, *options), check=False, capture_output=True).returncode:
        pytest.skip("mounting is not permitted here")
    yield tmp_path
    subprocess.run((umount, str(tmp_path)), check=True)


def test_a_full_disk_answers_507_damages_nothing_and_takes_more_once_there_is_room(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(BALLAST))
    with contextlib.contextmanager(serve_prepared)(small_disk) as server:
        ours = client(server)
        made: list[str] = []
        while (answer := create(ours, len(made))).status_code == 200:
            made.append(ours.tree(answer)["Uri"])
        assert (answer.status_code, ours.tree(answer)["Status"]) == (507, "ERROR")
        assert create(ours, len(made)).status_code == 507
        until(lambda: not is_ready(server))
        log = (small_disk / "server.log").read_text()
        assert log.count("free some disk space") == 1, "once a minute"
        sound(ours, small_disk, made)
        ballast.unlink()
        for _ in range(2):
            again = create(ours, len(made))
            assert again.status_code == 200, "the refusal is not kept as the key's answer"
        until(lambda: is_ready(server))
        made.append(ours.tree(again)["Uri"])
        sound(ours, small_disk, made)
    assert run("check", data=small_disk).returncode == 0


def is_ready(server: Served) -> bool:
    return httpx2.get(f"{server.url}/readyz").status_code == 200


def create(ours: Client, number: int) -> httpx2.Response:
    """Ask for a contact with an image that no other has, under a key of its own."""
    noise = Image.frombytes("L", (SIDE, SIDE), random.Random(number).randbytes(SIDE * SIDE))  # noqa: S311 - an image
    files = {"ProfileImageFile": ("noise.png", encoded(noise, "PNG"))}
    return ours.send("POST", data=WILE, files=files, headers={"idempotency-key": f"noise {number}"})


def sound(ours: Client, data: Path, made: list[str]) -> None:
    """Assert that the store holds just what was made, whole."""
    assert [contact["Uri"] for contact in ours.ask("GET", "?PageSize=20000")["Contacts"]] == made
    for uri in made:
        image = ours.send("GET", f"{uri}/ProfileImage")
        assert (image.status_code, image.content[:4]) == (200, b"\x89PNG")
    assert run("check", data=data).returncode == 0
