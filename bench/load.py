"""Load on one server: wrk where it is installed, a small generator of our own where it is not.

Both keep `clients` connections open and send the next request on each when the answer to the last is there.
"""

from __future__ import annotations

import http.client
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from servers import LOAD_CORES, pinned

if TYPE_CHECKING:
    from collections.abc import Mapping

GENERATOR = "wrk" if shutil.which("wrk") else "generator.py"
"""Which one is in use; tables name it."""

_STEP = 7919  # prime, so that the ids come scattered and each about as often
_TEMPLATE = Path(__file__).with_name("wrk.lua")


class Request(NamedTuple):
    """A request to repeat. In path and body `{new}` becomes a fresh number each time, `{id}` one of `ids`, mixed."""

    method: str
    path: str
    headers: Mapping[str, str] = {}
    body: str = ""
    ids: range = range(1)
    pause: int = 0
    """Milliseconds that a client waits after an answer; with none a client asks as fast as it is answered."""

    def job(self, seed: int) -> dict[str, object]:
        """Return what a generator needs to know, as plain values."""
        return {
            "method": self.method,
            "path": self.path,
            "headers": dict(self.headers),
            "body": self.body,
            "varies": any(mark in text for mark in ("{new}", "{id}") for text in (self.path, self.body)),
            "first": self.ids.start,
            "count": len(self.ids),
            "pause": self.pause,
            "seed": seed,
            "step": _STEP,
        }


class Answer(NamedTuple):
    """One answer, for a check before anything is measured."""

    status: int
    media_type: str
    body: str


class Load(NamedTuple):
    """What one stretch of load came to; times in milliseconds."""

    requests: int
    per_second: float
    p50: float
    p99: float


def ask(port: int, request: Request, seconds: float = 10.0) -> Answer:
    """Send the request once; raises OSError or http.client.HTTPException if no answer comes."""
    seed, first = str(_seed()), str(request.ids.start)
    path, body = (text.replace("{new}", seed).replace("{id}", first) for text in (request.path, request.body))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        connection.request(request.method, path, body.encode(), dict(request.headers))
        response = connection.getresponse()
        text = response.read().decode(errors="replace")
        return Answer(response.status, response.headers.get_content_type(), text)
    finally:
        connection.close()


def load(port: int, request: Request, clients: int, seconds: int, cores: list[int] = LOAD_CORES) -> Load:
    """Put load on the server for some seconds, from these cores; raises RuntimeError if any request failed."""
    job = json.dumps({**request.job(_seed()), "port": port, "clients": clients, "seconds": seconds})
    with pinned(cores):
        found = _wrk(job, port, clients, seconds) if GENERATOR == "wrk" else _own(job)
    if found["errors"]:
        raise RuntimeError(f"{found['errors']} of {found['requests']} requests failed")
    return Load(int(found["requests"]), found["requests"] / found["seconds"], found["p50"], found["p99"])


def _wrk(job: str, port: int, clients: int, seconds: int) -> dict[str, float]:
    with tempfile.NamedTemporaryFile("w", suffix=".lua", encoding="utf-8") as script:
        script.write(f"local job = {_lua(json.loads(job))}\n{_TEMPLATE.read_text(encoding='utf-8')}")
        script.flush()
        argv = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "60s", "-s", script.name]
        printed = _run([*argv, f"http://127.0.0.1:{port}"], "")
    found: dict[str, float] = json.loads(printed.splitlines()[-1])
    return found


def _own(job: str) -> dict[str, float]:
    found: dict[str, float] = json.loads(_run([sys.executable, str(Path(__file__).with_name("generator.py"))], job))
    return found


def _run(argv: list[str], given: str) -> str:
    done = subprocess.run(argv, input=given, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{argv[0]}: {done.stderr or done.stdout}")
    return done.stdout


def _lua(value: object) -> str:
    """Write plain values as a Lua expression."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"[{_lua(key)}] = {_lua(item)}" for key, item in value.items()) + "}"
    if isinstance(value, str):
        return '"' + "".join(f"\\{byte:03d}" for byte in value.encode()) + '"'
    return json.dumps(value)


def _seed() -> int:
    """Return a number that grows faster than any server answers: microseconds since 1970."""
    return time.time_ns() // 1000
