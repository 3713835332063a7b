"""tsdav, the client of many programs in JavaScript: discovery, and a card made, read, changed, synced and removed."""

from __future__ import annotations

import fcntl
import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

import dav_client
from dav_client import card
from dav_programs import SECONDS, found, run

if TYPE_CHECKING:
    from serving import Served

pytestmark = pytest.mark.sqlite_alone("which store there is makes no difference to what it sends or reads")

FOLDER: Final = Path(__file__).parents[3] / "peers" / "tsdav"


@pytest.fixture
def node() -> str:
    """Where Node is, once tsdav is installed beside the program."""
    program = found("node")
    with (FOLDER / "package.json").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # another test may install at the same time
        if not (FOLDER / "node_modules" / "tsdav").exists():
            install = ("install", "--no-package-lock", "--no-audit", "--no-fund", "--prefix", str(FOLDER))
            done = subprocess.run((found("npm"), *install), capture_output=True, timeout=SECONDS, check=False)
            if done.returncode:
                pytest.skip(f"tsdav cannot be installed: {done.stderr.decode()[-300:]}")
    return program


def test_tsdav_syncs_a_book(books: Served, tmp_path: Path, node: str) -> None:
    dav = dav_client.account(books)
    dav.put("wile.vcf", card("Wile Coyote", "wile"))
    said = json.loads(run(tmp_path, node, str(FOLDER / "sync.mjs"), dav.url, dav.sid, dav.token))
    assert said["books"] == [["Campaign 1000", f"{dav.home}1000/", True]]
    assert said["before"] == [["wile.vcf", dav.get("wile.vcf").decode().strip()]], "tsdav trims it"
    assert (said["made"], said["again"]) == (201, 412)
    assert [name for name, _ in said["after"]] == ["ann.vcf", "wile.vcf"]
    assert said["synced"] == ["ann.vcf"], "what came since the book was looked at first"
    assert (said["changed"], said["stale"], said["gone"]) == (204, 412, 204)
    assert said["since"] == ["ann.vcf"]
    assert said["left"] == said["before"]
