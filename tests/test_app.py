"""The whole application under another server, and what it does when a part of it breaks."""

from __future__ import annotations

import contextlib
import logging
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from cardwright import app
from cardwright.errors import InvalidError
from cardwright.http.exchange import current_id
from cardwright.settings import Settings
from cardwright.surfaces.createcontact.routes import CreateContact
from front_door import answered, behind_the_front, receiving, scope_of
from serving import ENVIRONMENT, command, free_port, until
from uvicorn_server import under_uvicorn

if TYPE_CHECKING:
    from pathlib import Path

    from cardwright.http.asgi import Message

JOHN = {"action": "createcontact", "name": {"first-name": "John"}}


def test_the_application_is_plain_asgi(tmp_path: Path) -> None:
    key = command(tmp_path, "account", "add", "Acme")["ApiKey"]
    with under_uvicorn(app.build(Settings(data=str(tmp_path)))) as url:
        answer = httpx2.post(f"{url}/api/v2", json=JOHN, headers={"x-api-key": key})
        assert (answer.status_code, answer.content[:11]) == (200, b"BEGIN:VCARD")
        assert [httpx2.get(url + path).status_code for path in ("/healthz", "/readyz", "/nothing")] == [200, 200, 404]


FIRST = [
    ("GET", "/Advertisers/A1/Campaigns", 401, "application/json"),
    ("GET", "/Advertisers/A1/Campaigns", 401, "application/json"),
    ("PROPFIND", "/dav/", 401, "text/plain"),
    ("PROPFIND", "/", 401, "text/plain"),
    ("GET", "/sign-in", 200, "text/html"),
    ("GET", "/docs", 200, "text/html"),
    ("GET", "/nobody/here", 404, "text/html"),
    ("GET", "/openapi.json", 200, "application/json"),
    ("GET", "/.well-known/carddav", 301, None),
    ("GET", "/healthz", 200, "application/json"),
]
"""A request to each mount, to some of them two."""


def test_what_is_loaded_by_a_first_request_answers_that_right_all_of_them_at_once(tmp_path: Path) -> None:
    def ask(url: str, method: str, path: str) -> httpx2.Response:
        return httpx2.request(method, url + path, headers={"Accept": "text/html, */*;q=0.1"})

    with under_uvicorn(app.build(Settings(data=str(tmp_path)))) as url, ThreadPoolExecutor(len(FIRST)) as threads:
        found = list(threads.map(lambda one: ask(url, one[0], one[1]), FIRST))
    for (method, path, status, kind), answer in zip(FIRST, found, strict=True):
        said = answer.headers.get("content-type")
        assert (method, path, answer.status_code, said and said.partition(";")[0]) == (method, path, status, kind)


async def test_a_websocket_finds_nobody_and_opens_nothing(tmp_path: Path) -> None:
    async def untouched(*_: object) -> Message:
        raise AssertionError("the scope is no lifespan")

    data = tmp_path / "data"
    await app.build(Settings(data=str(data)))({"type": "websocket", "path": "/api/v2"}, untouched, untouched)
    assert not data.exists()


def test_a_store_that_cannot_be_opened_fails_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with under_uvicorn(app.build(Settings(data=str(tmp_path / "file")))) as url, pytest.raises(httpx2.TransportError):
        httpx2.get(f"{url}/healthz")


async def test_a_start_that_breaks_is_a_start_that_failed(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(app.Server, "_open", broken)
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "lifespan.startup"}

    await app.build(Settings())({"type": "lifespan"}, receive, send)
    assert [message["type"] for message in sent] == ["lifespan.startup.failed"]
    assert "broken on purpose" in caplog.text


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        (Settings(rate_limit="many"), "rate-limit"),
        (Settings(fetch_allow=("10.0.0.0/33",)), "fetch-allow"),
        (Settings(trust_proxy=("10.0.0.0/33",)), "trust-proxy"),
        (Settings(idle_timeout=0), "idle-timeout"),
        (Settings(workers=0), "workers"),
        (Settings(port=70_000), "port"),
        (Settings(port=0), "port"),
    ],
)
def test_a_setting_that_is_not_right_is_named(settings: Settings, field: str) -> None:
    with pytest.raises(InvalidError) as caught:
        app.build(settings)
    assert [fault.field for fault in caught.value.faults] == [field]


class BrokenKeys:
    def account_for_key(self, key: str) -> str | None:
        raise RuntimeError(f"no account for {len(key)} characters")

    async def look_up_key(self, key: str) -> str | None: ...


FRONT = behind_the_front(CreateContact(BrokenKeys(), None))  # type: ignore[arg-type] # no photo is asked for


async def test_e900_a_fault_of_ours_is_logged_with_the_id_that_the_client_sees(
    caplog: pytest.LogCaptureFixture,
) -> None:
    body = {"type": "http.request", "body": b'{"action": "createcontact", "note": "private"}'}
    with caplog.at_level(logging.ERROR):
        start, rest = await answered(FRONT, scope_of("POST", headers=[(b"x-api-key", b"secret")]), receiving(body))
    assert start["status"] == 500
    said = httpx2.Response(500, content=rest["body"]).json()
    assert said["error-code"] == "E900"
    request_id = said["error-info"].split()[-1].rstrip(".")
    assert dict(start["headers"])[b"x-request-id"] == request_id.encode()
    assert current_id.get() == request_id.encode()  # which each line of the log has
    assert "secret" not in caplog.text
    assert "private" not in caplog.text


async def test_a_body_that_is_cut_short_is_the_clients_fault() -> None:
    start, rest = await answered(FRONT, scope_of("POST"), receiving())
    assert start["status"] == 400
    assert b"E100" in rest["body"]


# A server in whose first worker a task dies half a second after the start; what follows is the command line.
DYING = """
import asyncio, os, sys
from cardwright import app
from cardwright.cli import main

async def dies(*_):
    await asyncio.sleep(0.5)
    if os.path.exists(sys.argv[1]):
        os.unlink(sys.argv[1])
        raise RuntimeError("broken on purpose")
    await asyncio.Event().wait()

app.end_stalled_bodies = dies
main(sys.argv[2:])
"""


def test_a_worker_ends_loudly_when_a_task_in_it_dies_and_another_takes_its_place(tmp_path: Path) -> None:
    """Without the watch over credentials, for one, a key that was reset would work for ever."""
    once, log, port = tmp_path / "once", tmp_path / "log", free_port()
    once.touch()
    arguments = ("serve", "--port", str(port), "--data", str(tmp_path / "data"))
    with (
        log.open("wb") as out,
        subprocess.Popen(
            (sys.executable, "-c", DYING, str(once), *arguments), stdout=out, stderr=out, env=ENVIRONMENT
        ) as process,
    ):
        try:
            until(lambda: "Unexpected exit from worker" in log.read_text())
            until(lambda: answers(f"http://127.0.0.1:{port}/healthz"))
        finally:
            process.terminate()
    said = log.read_text()
    assert "a background task died, and so the worker ends" in said
    assert "builtins.RuntimeError" in said


def answers(url: str) -> bool:
    with contextlib.suppress(httpx2.TransportError):
        return httpx2.get(url).status_code == 200
    return False
