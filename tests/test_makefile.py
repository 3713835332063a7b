"""What `make` does for somebody who has just cloned: which Python, what is made, what is healed, what is said."""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest

from serving import ENVIRONMENT

ROOT = Path(__file__).parents[1]
FILES = ("Makefile", "README.md", "LICENSE", "pyproject.toml", "requirements", "src")
SECONDS = 280
STAND_IN = """#!/bin/sh
# A Python of version {version} that notes what it is asked, and whose virtual environments are itself.
echo "$@" >> "{folder}/asked"
case "$*" in
  --version) echo "Python {version}" ;;
  *version_info*) echo {new} ;;
  *cardwright.__file__*) test -e "{folder}/moved" || echo "{folder}/src/cardwright/__init__.py" ;;
  "-m venv"*) rm -rf .venv; mkdir -p .venv/bin; cp "$0" .venv/bin/python
    printf '#!/bin/sh\\necho served "$@" $PYTHONPATH ${{CARDWRIGHT_DATA:+on $CARDWRIGHT_DATA}}\\n' \\
      > .venv/bin/cardwright
    chmod +x .venv/bin/cardwright ;;
esac
"""

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


class Clone(NamedTuple):
    """A folder as somebody has it who has just cloned."""

    folder: Path

    def python(self, version: str, *, new: bool = True) -> Path:
        program = self.folder / f"python-{version}"
        program.write_text(STAND_IN.format(version=version, new=new, folder=self.folder))
        program.chmod(0o755)
        return program

    def make(
        self, *arguments: str | Path, path: str = os.environ["PATH"], **more: str
    ) -> subprocess.CompletedProcess[str]:
        environment = {name: text for name, text in ENVIRONMENT.items() if not name.startswith(("MAKE", "PYTHON"))}
        return subprocess.run(
            (str(shutil.which("make")), *arguments),
            cwd=self.folder,
            env=environment | {"PATH": path, "HOME": str(self.folder / "home")} | more,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )

    @property
    def made(self) -> list[str]:
        """How often, and how, a virtual environment was made."""
        asked = self.folder / "asked"
        return [line for line in asked.read_text().splitlines() if line.startswith("-m venv")] if asked.exists() else []


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    for name in FILES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, tmp_path)
    return Clone(tmp_path)


@pytest.mark.parametrize("target", ["serve", "install", "test"])
@pytest.mark.parametrize(
    ("version", "new"), [("3.10.13", False), ("3.10.13", True), ("2.7.18", False), ("3.9.2", False), ("3.1", True)]
)
def test_an_older_python_is_told_in_one_line_before_anything_is_made(
    clone: Clone, version: str, target: str, *, new: bool
) -> None:
    done = clone.make(target, f"PYTHON={clone.python(version, new=new)}")
    (line,) = done.stderr.splitlines()
    assert done.returncode == 2
    assert "needs Python 3.11 or newer" in line
    assert f"Python {version}." in line
    assert f"make {target} PYTHON=" in line
    assert not (clone.folder / ".venv").exists()


@pytest.mark.parametrize("named", ["", "./not-there"])
def test_no_python_at_all_is_told(clone: Clone, named: str, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    done = clone.make("serve", *([f"PYTHON={named}"] if named else []), path=str(empty))
    (line,) = done.stderr.splitlines()
    assert "needs Python 3.11 or newer" in line
    assert "not found" in line


@pytest.mark.parametrize("version", ["3.11.0", "3.12.7", "3.20.1", "4.0.0"])
def test_serve_says_what_it_does(clone: Clone, version: str) -> None:
    python = f"PYTHON={clone.python(version)}"
    done = clone.make("serve", "ARGS=--port 9000", python)
    making, starting, served = done.stdout.splitlines()
    assert f"virtual environment in .venv with Python {version}" in making
    assert starting == "Starting the server: .venv/bin/cardwright serve --port 9000"
    assert served == "served serve --port 9000"
    assert clone.make("serve", python).stdout.endswith("served serve\n")
    assert len(clone.made) == 1


def test_serve_on_postgresql_installs_the_driver_and_says_no_password(clone: Clone) -> None:
    python, address = f"PYTHON={clone.python('3.11.7')}", "postgresql://me:secret@db.example.com/cards"
    done = clone.make("serve", f"DATA={address}", python)
    assert "Installing the driver of PostgreSQL." in done.stdout
    assert done.stdout.endswith(f"served serve on {address}\n")
    assert done.stdout.count("secret") == 1, "said by the stand-in alone"
    assert "install --require-hashes -r requirements/postgres.txt" in (clone.folder / "asked").read_text()
    assert clone.make("serve", "DATA=elsewhere", python).stdout.endswith("served serve on elsewhere\n")
    assert clone.make("serve", python, DATA="somebody's").stdout.endswith("served serve\n")


def test_the_sources_are_those_of_this_folder_whatever_pythonpath_says(clone: Clone) -> None:
    done = clone.make("serve", f"PYTHON={clone.python('3.11.7')}", PYTHONPATH="/elsewhere/src")
    assert done.stdout.endswith("served serve\n")


BREAKS = {
    "its Python is gone": lambda folder: (folder / ".venv/bin/python").unlink(),
    "its Python leads nowhere": lambda folder: replaced(folder / ".venv/bin/python"),
    "the folder was moved": lambda folder: (folder / "moved").touch(),
    "an installation that was cut short": lambda folder: (folder / ".venv/run").unlink(),
}


def replaced(program: Path) -> None:
    program.unlink()
    program.symlink_to("/gone")


@pytest.mark.parametrize("broken", BREAKS)
def test_a_broken_virtual_environment_heals_itself(clone: Clone, broken: str) -> None:
    python = f"PYTHON={clone.python('3.11.7')}"
    assert clone.make("serve", python).returncode == 0
    BREAKS[broken](clone.folder)
    done = clone.make("serve", python)
    assert done.returncode == 0, done.stderr
    assert len(clone.made) == 2
    assert done.stdout.endswith("served serve\n")


def test_an_environment_without_one_of_the_parts_is_broken() -> None:
    """What make imports to see whether its environment works loads everything that pyproject.toml asks for."""
    parts = re.search("^PARTS := (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert parts
    code = f"import {parts[1]}, sys, json; print(json.dumps(list(sys.modules)))"
    done = subprocess.run((sys.executable, "-c", code), capture_output=True, text=True, check=True, env=ENVIRONMENT)
    loaded = json.loads(done.stdout)
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    asked = {re.split("[<>=]", each)[0] for each in needed}
    distributions = importlib.metadata.packages_distributions()
    modules = {name for name, of in distributions.items() if asked & {one.lower().replace("_", "-") for one in of}}
    assert len(modules) >= len(asked)
    assert not {name for name in modules if not name.startswith("_")} - set(loaded)


def test_an_environment_of_another_folder_is_not_cleared(clone: Clone, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "theirs").touch()
    (clone.folder / ".venv").symlink_to(elsewhere)
    done = clone.make("serve", f"PYTHON={clone.python('3.11.7')}")
    assert done.returncode == 2
    assert "remove the link" in done.stderr
    assert [path.name for path in elsewhere.iterdir()] == ["theirs"]


def test_install_links_the_command_and_never_writes_over_a_file(clone: Clone) -> None:
    python = f"PYTHON={clone.python('3.11.7')}"
    folder = clone.folder / "home/.local/bin"
    folder.mkdir(parents=True)
    (folder / "cardwright").write_text("mine")
    done = clone.make("install", python)
    assert (done.returncode, (folder / "cardwright").read_text()) == (2, "mine")
    assert "BINDIR=" in done.stderr


@pytest.mark.timeout(SECONDS + 20)
def test_a_fresh_folder_needs_python_make_and_gcc_alone(clone: Clone, tmp_path: Path) -> None:
    """Install for real, with nothing else on the PATH, and run the command that is then there."""
    path = tmp_path / "path"
    path.mkdir()
    (path / "python3").symlink_to(getattr(sys, "_base_executable", sys.executable))
    for program in ("make", "gcc"):
        if found := shutil.which(program):
            (path / program).symlink_to(found)
    done = clone.make("install", path=str(path))
    if done.returncode and "No matching distribution" in done.stderr:
        pytest.skip("no package registry is reached")
    assert done.returncode == 0, done.stderr
    command = clone.folder / "home/.local/bin/cardwright"
    assert f'export PATH="{command.parent}:$PATH"' in done.stdout
    said = subprocess.run([command, "--version"], capture_output=True, text=True, check=True, env={"PATH": str(path)})
    assert said.stdout.startswith("0.")
    assert "Making" not in clone.make("install", path=f"{path}:{command.parent}").stdout
