"""The cluster of the tests goes with the process that runs it, however that ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from postgres import why_not
from serving import until

RUNS = """
import sys, time
sys.path.insert(0, sys.argv[1])
from postgres import cluster
with cluster() as running:
    print(running.folder, (running.data / "postmaster.pid").read_text().split()[0], flush=True)
    time.sleep(600)
"""


@pytest.mark.skipif(bool(why_not()), reason=why_not() or "-")
def test_a_run_that_is_killed_leaves_no_cluster() -> None:
    command = [sys.executable, "-c", RUNS, str(Path(__file__).parent)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        folder, server = map(Path, process.stdout.readline().split())
        assert (Path("/proc") / server).exists()
        process.kill()
    until(lambda: not folder.exists() and not (Path("/proc") / server).exists())
