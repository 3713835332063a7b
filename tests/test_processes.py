"""A process beside a worker is scheduled as the server was when it began, whatever its threads are (sched(7))."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading

import pytest

from cardwright import processes
from cardwright.processes import CORES, start

pytestmark = pytest.mark.skipif(not CORES, reason="the system does not say how threads are scheduled")
SAY = "import os; print(os.sched_getscheduler(0), *sorted(os.sched_getaffinity(0)))"
OURS = f"{os.SCHED_OTHER} {' '.join(map(str, sorted(CORES)))}\n".encode() if CORES else b""


@pytest.mark.parametrize("command", [[sys.executable, "-c", SAY], ["/no/such/program"]], ids=["starts", "does not"])
def test_a_process_is_as_the_server_began_and_the_thread_that_started_it_as_before(command: list[str]) -> None:
    said, after = [], []

    def busy() -> None:  # a thread of its own, so that this one stays as it is
        one = {min(CORES)}
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
        os.sched_setaffinity(0, one)
        with contextlib.suppress(FileNotFoundError), start(command, stdout=subprocess.PIPE) as process:
            said.append(process.communicate()[0])
        after.append((os.sched_getscheduler(0), os.sched_getaffinity(0)) == (os.SCHED_BATCH, one))

    thread = threading.Thread(target=busy)
    thread.start()
    thread.join()
    assert after == [True]
    assert said in ([OURS], [])
    assert bool(said) == (command[0] == sys.executable)


def test_a_process_keeps_what_whoever_started_the_server_chose(monkeypatch: pytest.MonkeyPatch) -> None:
    """With chrt, and with cores that were given to the container, or taken from the process, while it ran."""
    monkeypatch.setattr(processes, "POLICY", os.SCHED_BATCH)
    said = []

    def calm() -> None:
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
        os.sched_setaffinity(0, {min(CORES)})
        with start([sys.executable, "-c", SAY], stdout=subprocess.PIPE) as process:
            said.append(process.communicate()[0])

    thread = threading.Thread(target=calm)
    thread.start()
    thread.join()
    assert said == [f"{os.SCHED_BATCH} {min(CORES)}\n".encode()]
