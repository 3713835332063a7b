"""Workers that die again and again, or grow, do not end the server; a start that fails does."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
import pytest

from serving import ENVIRONMENT, PROGRAM, START_SECONDS, command, free_port, serve, with_limits

if TYPE_CHECKING:
    from serving import Served

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc says what a process has started")


def workers(server: Served) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{server.process.pid}/task").iterdir():
        with contextlib.suppress(FileNotFoundError):  # a thread that has ended meanwhile
            found += map(int, (task / "children").read_text().split())
    return found


def kill_and_wait(server: Served) -> None:
    """Kill the worker, and return once another one answers."""
    (worker,) = workers(server)
    os.kill(worker, signal.SIGKILL)
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        with contextlib.suppress(httpx2.TransportError):
            assert httpx2.get(f"{server.url}/readyz").status_code == 200
            return
        time.sleep(0.02)
    raise AssertionError("the server is gone")


@pytest.mark.parametrize(("most", "pauses"), [(30, ["1", "2"]), (1, ["1", "1"])])
def test_a_worker_that_dies_again_and_again_is_started_again_more_slowly(
    tmp_path: Path, most: int, pauses: list[str]
) -> None:
    with serve(tmp_path, program=with_limits(RESTART_PAUSE=most)) as server:
        for _ in range(3):
            kill_and_wait(server)
        assert server.process.poll() is None
        assert re.findall(r"starts again in (\d+) s", (tmp_path / "server.log").read_text()) == pauses


def test_a_server_that_waits_to_start_a_worker_again_can_be_stopped(tmp_path: Path) -> None:
    with serve(tmp_path) as server:
        kill_and_wait(server)
        (worker,) = workers(server)
        os.kill(worker, signal.SIGKILL)
        server.process.terminate()
        assert server.process.wait(START_SECONDS) == 0


def hang_one(server: Served) -> int:
    """Stop one of two workers, and return its process id: not before the other serves, which may be starting still."""
    hung, _ = workers(server)
    end = time.monotonic() + 2 * START_SECONDS
    while time.monotonic() < end:
        os.kill(hung, signal.SIGSTOP)
        with contextlib.suppress(httpx2.TransportError):
            if httpx2.get(f"{server.url}/healthz", timeout=2).status_code == 200:
                return hung
        os.kill(hung, signal.SIGCONT)  # the other may wait for what this one holds
        time.sleep(0.2)
    raise AssertionError("the other worker does not serve")


def test_a_worker_that_hangs_does_not_hold_up_the_others_and_is_replaced_once_it_is_killed(tmp_path: Path) -> None:
    with serve(tmp_path, "--workers", "2") as server, ThreadPoolExecutor(32) as clients:
        hung = hang_one(server)
        asked = [clients.submit(status_of, server) for _ in range(32)]
        next(as_completed(asked))
        os.kill(hung, signal.SIGKILL)
        assert {one.result() for one in asked} <= {200, None}
        assert 200 in {one.result() for one in asked}
        end = time.monotonic() + START_SECONDS
        while hung in workers(server) or len(workers(server)) < 2:
            assert time.monotonic() < end, "no other was started"
            time.sleep(0.02)
        assert httpx2.get(f"{server.url}/readyz", timeout=START_SECONDS).status_code == 200


def status_of(server: Served) -> int | None:
    """The status of an answer, None where the connection broke."""
    try:
        return httpx2.get(f"{server.url}/healthz", timeout=START_SECONDS).status_code
    except httpx2.TransportError:
        return None


def answered(url: str) -> int:
    """Return the status of an answer; a GET whose connection ends before one is sent again (RFC 9110 section 9.2.2)."""
    for _ in range(3):
        with contextlib.suppress(httpx2.RemoteProtocolError):  # taken by the worker that was just told to stop
            return httpx2.get(url, timeout=START_SECONDS).status_code
    return 0


def test_a_worker_that_grows_is_replaced_and_nobody_notices(tmp_path: Path) -> None:
    with serve(tmp_path, program=with_limits(WORKER_MEMORY=1, MEMORY_LOOK=1)) as server:
        before = set(workers(server))
        end = time.monotonic() + START_SECONDS
        while before & set(workers(server)):
            assert time.monotonic() < end, "it was never replaced"
            assert answered(f"{server.url}/readyz") == 200
        assert "has grown over" in (tmp_path / "server.log").read_text()


def test_a_start_that_fails_ends_the_server_at_once(tmp_path: Path) -> None:
    command(tmp_path, "account", "add", "Acme")
    code = "from cardwright import app\napp.Server._open = lambda _: 1 / 0\nfrom cardwright.cli import main\nmain()"
    argv = (*PROGRAM[:1], "-c", code, "serve", "--port", str(free_port()), "--data", str(tmp_path))
    done = subprocess.run(
        argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=START_SECONDS, check=False, env=ENVIRONMENT
    )
    assert (done.returncode, done.stdout.count(b"Unexpected exit")) == (1, 1)


WOKEN = """
import signal
from cardwright.cli.supervisor import Wakeup
wakeup, calls = Wakeup(), []
def handler(*_):
    calls.append(wakeup.set())
signal.signal(signal.SIGALRM, handler)
signal.setitimer(signal.ITIMER_REAL, 0.0001, 0.0001)
while len(calls) < 5_000:
    wakeup.wait(0.00001)
    wakeup.clear()
signal.setitimer(signal.ITIMER_REAL, 0)
"""


def test_a_signal_may_come_at_any_moment_of_the_wait() -> None:
    subprocess.run((sys.executable, "-c", WOKEN), timeout=START_SECONDS, check=True, env=ENVIRONMENT)


NO_MEMORY = """
from multiprocessing.process import BaseProcess
from cardwright.cli import main
starts, start = [], BaseProcess.start
def fails_the_second_time(self):
    starts.append(self)
    if len(starts) == 2:
        raise OSError("Cannot allocate memory")
    start(self)
BaseProcess.start = fails_the_second_time
main()
"""


def test_a_worker_that_cannot_be_started_for_want_of_memory_is_started_later(tmp_path: Path) -> None:
    with serve(tmp_path, program=(sys.executable, "-c", NO_MEMORY)) as server:
        kill_and_wait(server)
        assert "cannot be started: Cannot allocate memory" in (tmp_path / "server.log").read_text()
