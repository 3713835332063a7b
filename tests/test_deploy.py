"""The files in deploy/, as far as a machine without a container engine can try them."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import httpx2
import pytest

from serving import ENVIRONMENT, Served, free_port, serve

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
UNIT = (DEPLOY / "cardwright.service").read_text()
INSTRUCTIONS = [
    tuple(line.split(maxsplit=1))
    for line in re.sub(r"\\\n", " ", (DEPLOY / "Containerfile").read_text()).splitlines()
    if line and not line.startswith("#")
]
SYSTEMD = shutil.which("systemd-analyze") or ""
EXPOSED_AT_MOST: Final = "20"
"""Of systemd's 0 to 100, how much a service may do that it need not."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("data")) as server:
        yield server


def values(instruction: str) -> list[str]:
    return [rest for name, rest in INSTRUCTIONS if name == instruction]


def test_images_are_named_with_a_version_that_the_program_takes() -> None:
    needed = re.search(r'requires-python = ">=3\.(\d+)"', (ROOT / "pyproject.toml").read_text())
    assert needed
    for image in values("FROM"):
        version = re.match(r"python:3\.(\d+)-", image)
        assert version, image
        assert int(version[1]) >= int(needed[1])
    assert len(values("FROM")) == 2, "what builds it is no part of the image"


def test_the_container_is_not_root_and_has_no_more_than_it_needs() -> None:
    user = values("USER")[-1]
    assert user.isdecimal(), "a name is nothing to a cluster that checks for root"
    assert int(user) > 0
    assert [name for name, _ in INSTRUCTIONS].index("USER") < [name for name, _ in INSTRUCTIONS].index("ENTRYPOINT")
    assert not values("ADD")
    assert all("--require-hashes" in run or "--no-deps" in run for run in values("RUN") if "pip install" in run)


def test_what_is_copied_is_there_and_is_not_ignored() -> None:
    kept = [line[1:] for line in (ROOT / ".containerignore").read_text().splitlines() if line.startswith("!")]
    for copy in values("COPY"):
        *sources, _ = copy.split()
        for source in sources if not copy.startswith("--from") else ():
            assert (ROOT / source).exists()
            assert any(fnmatch(source, pattern) for pattern in kept)


def test_the_compose_file_names_what_there_is_and_gives_no_more_than_it_needs() -> None:
    services = pytest.importorskip("yaml").safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    ours, theirs = services["cardwright"], services["postgres"]
    assert (DEPLOY / ours["build"]["context"] / ours["build"]["dockerfile"]).exists()
    assert ours["depends_on"]["postgres"]["condition"] == "service_healthy"
    assert ours["ports"] == ["127.0.0.1:8000:8000"]
    assert (ours["read_only"], ours["cap_drop"]) == (True, ["ALL"])
    user, _, place = urlsplit(ours["environment"]["CARDWRIGHT_DATA"]).netloc.partition("@")
    assert (user, place) == (theirs["environment"]["POSTGRES_USER"], "postgres")
    assert urlsplit(ours["environment"]["CARDWRIGHT_DATA"]).path[1:] == theirs["environment"]["POSTGRES_DB"]
    assert ours["environment"]["PGPASSWORD"] == theirs["environment"]["POSTGRES_PASSWORD"]
    assert int(re.findall(r"\d+", theirs["image"])[0]) >= 15
    assert "asyncpg" in (ROOT / "requirements/postgres.txt").read_text(), "which the container file installs"


def test_the_health_check_tells_a_server_from_none(server: Served) -> None:
    _, _, check = values("HEALTHCHECK")[0].partition("CMD ")
    program, *arguments = json.loads(check)
    assert program == "python"
    for port, status in ((server.url.rpartition(":")[2], 0), (str(free_port()), 1)):
        argv = (sys.executable, *(argument.replace("8000", port) for argument in arguments))
        assert subprocess.run(argv, capture_output=True, check=False, env=ENVIRONMENT).returncode == status


@pytest.mark.skipif(not SYSTEMD, reason="systemd-analyze is not installed")
def test_systemd_takes_the_unit_and_finds_little_exposed(tmp_path: Path) -> None:
    unit = tmp_path / "cardwright.service"
    unit.write_text(UNIT.replace("/opt/cardwright/bin/cardwright", sys.executable))
    verified = subprocess.run((SYSTEMD, "verify", unit), capture_output=True, text=True, check=False)
    about_it = [line for line in verified.stderr.splitlines() if "cardwright" in line]
    assert (verified.returncode, about_it) == (0, [])
    security = (SYSTEMD, "security", "--offline=yes", f"--threshold={EXPOSED_AT_MOST}", unit)
    assert subprocess.run(security, capture_output=True, check=False).returncode == 0


def test_the_unit_starts_what_there_is() -> None:
    start = re.search(r"^ExecStart=(.+)$", UNIT, re.MULTILINE)
    assert start
    assert shlex.split(start[1])[1:] == ["serve"]
    for setting in ("Type=notify", "TimeoutStartSec=infinity", "StartLimitIntervalSec=0"):
        assert re.search(f"^{setting}$", UNIT, re.MULTILINE), "a migration is not cut short, a late database waited for"


def test_the_dashboard_asks_for_what_a_server_says(server: Served) -> None:
    said = httpx2.get(f"{server.url}/metrics").text
    names = set(re.findall(r"^(\w+)[ {]", said, re.MULTILINE)) | set(re.findall(r"^# TYPE (\w+)", said, re.MULTILINE))
    board = json.loads((DEPLOY / "grafana-dashboard.json").read_text())
    queries = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    queries += [it["query"] for it in board["templating"]["list"] if it["type"] == "query"]
    assert len(queries) >= len(board["panels"])
    for query in queries:
        asked = re.findall(r"cardwright_\w+", query)
        assert asked, query
        assert [name for name in asked if re.sub(r"_(bucket|sum|count)$", "", name) not in names] == []
