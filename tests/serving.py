"""Start the real server for a test, and speak to it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import httpx2

from forked_commands import forked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PROGRAM = (sys.executable, "-m", "cardwright")
START_SECONDS = 30
# Settings of the person who runs the tests must not reach the server under test, nor what hides an output not flushed.
# What is tested are the sources beside these tests, whichever are installed.
ENVIRONMENT = {
    name: value for name, value in os.environ.items() if not name.startswith(("CARDWRIGHT_", "OTEL_", "PYTHON"))
} | {"PYTHONPATH": str(Path(__file__).parent.parent / "src")}


class Served(NamedTuple):
    """A running server, with the credentials of one account."""

    url: str
    sid: str
    token: str
    key: str
    data: Path
    process: subprocess.Popen[bytes]
    store: str
    """What `--data` names: the folder, or an address of PostgreSQL."""


def run(*arguments: str, data: Path | str | None = None, text: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command line to its end; a server, and what reads standard input, start as people start them."""
    where = ("--data", str(data)) if data else ()
    if text is None and "serve" not in arguments:
        return forked([*arguments, *where], ENVIRONMENT)
    return subprocess.run(
        (*PROGRAM, *arguments, *where), input=text, capture_output=True, text=True, check=False, env=ENVIRONMENT
    )


def command(data: Path | str, *arguments: str) -> dict[str, str]:
    """Run the command line with --json and return what it says."""
    done = run(*arguments, "--json", data=data)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert isinstance(said, dict)
    return said


def free_port() -> int:
    """Return a port that nobody has: none of those that the system gives to connections, which may come first."""
    while True:
        port = secrets.choice(range(10_000, 32_768))  # the same in no two tests, whatever seeds they set
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


def with_limits(**values: int) -> tuple[str, ...]:
    """Return the program with other limits than those of `cardwright.limits`, so that a test need not wait."""
    lines = [f"limits.{name} = limits.{name}._replace(value={value})" for name, value in values.items()]
    code = "\n".join(["from cardwright import limits", *lines, "from cardwright.cli import main", "main()"])
    return sys.executable, "-c", code


@contextlib.contextmanager
def serve(data: Path, *options: str, program: tuple[str, ...] = PROGRAM, store: str = "") -> Iterator[Served]:
    """Run `cardwright serve` over `store`, else the folder `data`, until the block ends, with an account of its own."""
    store = store or str(data)
    account = command(store, "account", "add", "Acme")
    with started(data, *options, program=program, address=store) as (url, process):
        yield Served(url, account["AccountSID"], account["AuthToken"], account["ApiKey"], data, process, store)


@contextlib.contextmanager
def started(
    data: Path, *options: str, program: tuple[str, ...] = PROGRAM, address: str = ""
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Run `cardwright serve` over `data` until the block ends; its processes are a group of their own.

    With an address the store is there, and `data` holds the log alone.
    """
    port = free_port()
    log = data / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            (*program, "serve", "--port", str(port), "--data", address or str(data), *options),
            stdout=out,
            stderr=subprocess.STDOUT,
            env=ENVIRONMENT,
            process_group=0,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(url, process, log)
        yield url, process
    finally:
        process.terminate()
        process.wait(START_SECONDS)


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return once the server is ready."""
    begun = time.monotonic()
    while (passed := time.monotonic() - begun) < START_SECONDS and process.poll() is None:
        with contextlib.suppress(httpx2.TransportError):
            if httpx2.get(f"{url}/readyz").status_code == 200:
                return
        time.sleep(min(max(0.02, passed / 5), 0.1))  # a client of HTTP takes time from the server that starts
    raise AssertionError(f"the server did not start: {log.read_text()}")


def until(true: Callable[[], bool], pause: float = 0.01) -> None:
    """Return as soon as it is true; where asking takes a server's time, and no moment must be met, pause for longer."""
    end = time.monotonic() + START_SECONDS
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(pause)


def unfolded(card: bytes) -> list[str]:
    """Return the content lines of a card."""
    return re.sub(b"\r\n[ \t]", b"", card).decode().split("\r\n")[:-1]
