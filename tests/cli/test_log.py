"""The log of `cardwright serve`: its levels and forms, and what it never holds."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from cardwright.cli.log import JsonLines, TextLines, log_in_loop, log_what_is_left
from cardwright.http.exchange import current_id
from cardwright.photo.__main__ import _answer
from serving import ENVIRONMENT, PROGRAM, command, free_port, run, until, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
KEYS = {"time", "level", "logger", "message"}
SECRET = "Wile"  # what no line may hold
BROKEN = f"""
from cardwright.http.health import Health
from cardwright.http.openapi import OpenApi

async def fails(self, request, response):
    try:
        raise KeyError("{SECRET}")
    except KeyError as error:
        raise ValueError(request.params["who"]) from error

async def breaks_off(self, request, response):
    send = request.scope["cardwright.exchange"].send
    await send({{"type": "http.response.start", "status": 200, "headers": []}})
    await send({{"type": "http.response.body", "body": b"half", "more_body": True}})
    raise ValueError("{SECRET}")

Health.on_get, OpenApi.on_get = fails, breaks_off
from cardwright.cli import main
main()
"""
"""The program with two resources that fail, the second in the middle of its answer."""


def logged(
    data: Path, *options: str, program: tuple[str, ...] = PROGRAM, last: Callable[[int, Path], None] | None = None
) -> list[str]:
    """Serve some requests, good and bad, and return the lines on standard error; `last` is called before the end."""
    account = command(data, "account", "add", "Acme")
    port, log = free_port(), data / "log"
    argv = (*program, "serve", "--port", str(port), "--data", str(data), *options)
    url = f"http://127.0.0.1:{port}"
    with (
        log.open("wb") as err,
        subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=err, env=ENVIRONMENT) as process,
    ):
        try:
            wait_for(url, process, log)
            with httpx2.Client(
                base_url=url, headers={"x-api-key": account["ApiKey"], "X-Request-Id": "mine"}
            ) as client:
                card = {"action": "createcontact", "name": {"first-name": SECRET}}
                client.post("/api/v2", json=card)
                client.post("/api/v2", json=card | {"photo-url": f"http://127.0.0.1/{SECRET}.jpg"})
                client.get(f"/{SECRET}?{SECRET}={SECRET}")
                client.get(f"/healthz?who={SECRET}")
                with contextlib.suppress(httpx2.TransportError):  # the broken one ends the connection
                    client.get("/openapi.json")
            if last:
                last(process.pid, log)
        finally:
            process.terminate()
    text = log.read_text()
    assert not any(secret in text for secret in (SECRET, *account.values()))
    return text.splitlines()


def fields(lines: list[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_json_is_an_object_a_line_and_nothing_else_is_on_standard_error(tmp_path: Path, workers: str) -> None:
    lines = fields(logged(tmp_path, "--log-format", "json", "--access-log", "--workers", workers))
    assert all(set(line) >= KEYS and TIME.fullmatch(line["time"]) for line in lines)
    (card,) = [line for line in lines if line.get("route") == "/api/v2" and line["status"] == 200]
    assert (card["level"], card["logger"], card["method"]) == ("info", "cardwright.access", "POST")
    assert (card["request_id"], card["milliseconds"] >= 0) == ("mine", True)
    assert re.fullmatch(r"POST /api/v2 200 [0-9.]+ ms", card["message"])


@pytest.mark.skipif(sys.platform != "linux", reason="/proc says what a process has started")
def test_what_the_main_process_says_of_its_workers_is_an_object_too(tmp_path: Path) -> None:
    def kill_one(pid: int, log: Path) -> None:
        worker = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[-1]
        os.kill(int(worker), signal.SIGKILL)
        until(lambda: "Unexpected exit" in log.read_text())

    lines = fields(logged(tmp_path, "--log-format", "json", "--workers", "2", last=kill_one))
    assert [(it["level"], it["logger"]) for it in lines if "Unexpected" in it["message"]] == [("error", "_granian")]


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_fault_of_ours_is_told_with_its_frames_and_id_and_no_word_of_what_was_sent(tmp_path: Path, form: str) -> None:
    lines = logged(tmp_path, "--log-format", form, program=(sys.executable, "-c", BROKEN))
    if form == "text":
        text = "\n".join(lines)
        assert re.search(rf"^{TIME.pattern} ERROR \S+: .*, request mine$", text, re.MULTILINE)
        assert re.search(
            r"in fails\n(.*\n)*builtins.KeyError\nfrom which came\n(.*\n)*builtins.ValueError$", text, re.MULTILINE
        )
        assert "in breaks_off" in text
        return
    found = [line for line in fields(lines) if "exception" in line]
    assert {line["request_id"] for line in found} == {"mine"}
    assert any("in fails" in line["exception"] for line in found)
    assert any("in breaks_off" in line["exception"] for line in found)


@pytest.mark.parametrize(("level", "told"), [("debug", True), ("info", False), ("warning", False), ("error", False)])
def test_debug_says_why_a_photo_was_not_fetched(tmp_path: Path, level: str, told: bool) -> None:  # noqa: FBT001 - a column
    lines = fields(logged(tmp_path, "--log-format", "json", "--log-level", level, "--access-log"))
    reasons = [line for line in lines if line["logger"] == "cardwright.fetch"]
    assert [(line["level"], line["request_id"]) for line in reasons] == [("debug", "mine")] * told
    assert any(line["logger"] == "cardwright.access" for line in lines)  # at every level


LEVELS = ["debug", "info", "warning", "error"]


@pytest.mark.parametrize("setting", ["--log-level", "--log-format"])
def test_an_unknown_level_or_form_is_wrong_usage_that_names_those_there_are(tmp_path: Path, setting: str) -> None:
    done = run("serve", setting, "loud", data=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert all(one in done.stderr for one in (LEVELS if "level" in setting else ["text", "json"]))


def test_what_was_sent_is_told_at_debug_alone() -> None:
    failed = (ValueError, ValueError(SECRET), None)
    record = logging.LogRecord("a", logging.ERROR, "", 0, "failed", (), failed)
    for lines in TextLines, JsonLines:
        assert SECRET not in lines(says_all=False).format(record)
        assert SECRET in lines(says_all=True).format(record)


def test_a_text_line_is_one_line_whatever_the_message_and_the_reason_of_the_system_is_told() -> None:
    error = OSError(28, "No space left on device")
    record = logging.LogRecord("a", logging.ERROR, "", 0, "a\n\x1b[2Jb", (), (OSError, error, None))
    record.created = time.time()
    current_id.set(b"seven")
    line, last = TextLines(says_all=False).format(record).splitlines()
    assert line.endswith(r" ERROR a: a\n\x1b[2Jb, request seven")
    assert last == "builtins.OSError: No space left on device"


def test_an_exception_that_nobody_took_is_told_without_its_task(caplog: pytest.LogCaptureFixture) -> None:
    class NoLoop:
        pass

    log_in_loop(NoLoop(), {"message": SECRET, "exception": ZeroDivisionError()})  # type: ignore[arg-type]
    (record,) = caplog.records
    assert (SECRET in caplog.text, record.exc_info and record.exc_info[0]) == (False, ZeroDivisionError)


def test_what_nothing_catches_goes_to_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for module, hook in ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook")):
        monkeypatch.setattr(module, hook, None)  # what is set now comes back after the test
    try:
        log_what_is_left()
        for raised in (ZeroDivisionError(SECRET), SystemExit(1)):
            thread = threading.Thread(target=throw, args=(raised,))
            thread.start()
            thread.join()
        sys.excepthook(ZeroDivisionError, ZeroDivisionError(SECRET), None)
        sys.unraisablehook(Unraisable())  # type: ignore[arg-type] - looks like it
    finally:
        logging.captureWarnings(capture=False)
    assert [(it.levelname, it.name) for it in caplog.records] == [
        ("ERROR", "cardwright"),
        ("CRITICAL", "cardwright"),
        ("ERROR", "cardwright"),
    ]


class Unraisable:
    """What the interpreter hands over."""

    exc_value = ZeroDivisionError(SECRET)


def throw(error: BaseException) -> None:
    raise error


def test_a_fault_of_the_photo_process_says_where_and_nothing_of_the_image() -> None:
    said, image = _answer({"task": SECRET}, b"")
    assert (list(said), image) == (["fault"], b"")
    assert re.fullmatch(r"KeyError in __main__\.py, line \d+", said["fault"])
