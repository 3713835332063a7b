"""Programs that speak CardDAV, as they are installed: vdirsyncer, khard, SyncEvolution, litmus (Debian's packages)."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

SECONDS = 200
"""A busy machine may take this long; a program alone takes a few."""


def found(program: str) -> str:
    """Return where a program is; the test that asks is skipped where it is not installed."""
    path = shutil.which(program)
    if not path:
        pytest.skip(f"{program} is not installed")
    return path


def run(home: Path, *argv: str, given: str = "", status: int | None = 0) -> str:
    """Run a program that has `home` for all that it keeps, and return what it says; its status is checked."""
    environment = {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "HOME": str(home),
        **{name: str(home / name) for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME")},
    }
    done = subprocess.run(
        argv,
        input=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",  # litmus names some things by what lies in freed memory
        timeout=SECONDS,
        check=False,
        env=environment,
        cwd=home,
    )
    assert status is None or done.returncode == status, done.stdout
    return done.stdout
