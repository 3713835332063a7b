"""`cardwright serve`: what it says at the start, where its settings come from, and how it ends."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import resource
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
import pytest

import serving
from cardwright import limits
from cardwright.cli import main
from peers import images
from pictures import jpeg
from serving import PROGRAM, START_SECONDS, command, free_port, run, serve, until

if TYPE_CHECKING:
    from collections.abc import Iterable

    from peers.images import Request
    from serving import Served

JOHN = {"action": "createcontact", "name": {"first-name": "John"}}
OBRIEN = {"action": "createcontact", "name": {"last-name": "O'Brien"}}


def ask(server: Served, body: object) -> httpx2.Response:
    return httpx2.post(f"{server.url}/api/v2", json=body, headers={"x-api-key": server.key}, timeout=START_SECONDS)


def failed(done: subprocess.CompletedProcess[str], said: str) -> None:
    """It said so in one line on standard error, and left with 1."""
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), done
    assert done.stderr.startswith("cardwright: ")
    assert said in done.stderr


def test_an_empty_store_gets_an_account_and_a_curl_line_that_works(tmp_path: Path) -> None:
    argv = (*PROGRAM, "serve", "--port", str(free_port()), "--data", str(tmp_path / "new" / "folder"))
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, env=serving.ENVIRONMENT) as process:
        try:
            assert process.stdout
            lines = iter(process.stdout.readline, "")
            before: list[str] = []
            curl = next(line for line in lines if line.strip().startswith("curl") or before.append(line))
            assert "campaign 1000 and partner account 10000" in before[0]
            _, _, url, _, header, _, body = shlex.split(curl)
            name, _, key = header.partition(": ")
            answer = httpx2.post(url, content=body, headers={name: key})
            assert (answer.status_code, answer.content[:11]) == (200, b"BEGIN:VCARD")
            assert "docs/first-steps.md" in next(line for line in lines if line.strip())
            assert "listens on http://127.0.0.1:" in next(line for line in lines if "listens" in line)
            console = next(line for line in lines if "console is at" in line)
            assert re.search(r"http://127\.0\.0\.1:\d+/ in a browser: sign in with an AccountSID", console)
        finally:
            process.terminate()
    (account,) = json.loads(run("account", "list", "--json", data=tmp_path / "new" / "folder").stdout)
    assert re.fullmatch("[0-9A-Za-z]+", account["AccountSID"])


def test_a_store_with_an_account_shows_no_secrets_and_a_port_has_one_server(tmp_path: Path) -> None:
    with serve(tmp_path, "--workers", "2") as server:
        until(lambda: b"console is at" in (tmp_path / "server.log").read_bytes())
        failed(run("serve", "--port", server.url.rpartition(":")[2], data=tmp_path), "Address already in use")
    assert (tmp_path / "server.log").read_bytes().count(b"\n") == 2, "where it listens, and its console"


def test_a_port_in_use_is_one_line_and_exit_1(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        failed(
            run("serve", "--port", str(port), data=tmp_path),
            f"cannot listen on 127.0.0.1 port {port}: Address already in use; choose another with --port",
        )


def test_of_two_servers_that_start_at_once_on_one_port_one_serves(tmp_path: Path) -> None:
    argv = (*PROGRAM, "serve", "--port", str(free_port()), "--data")
    with (
        (tmp_path / "log").open("w") as log,
        subprocess.Popen((*argv, str(tmp_path / "one")), stdout=log, stderr=log, env=serving.ENVIRONMENT) as one,
        subprocess.Popen((*argv, str(tmp_path / "two")), stdout=log, stderr=log, env=serving.ENVIRONMENT) as two,
    ):
        try:
            until(lambda: one.poll() is not None or two.poll() is not None)
        finally:
            one.terminate()
            two.terminate()
    assert "Address already in use" in (tmp_path / "log").read_text()
    assert not ((tmp_path / "one").exists() and (tmp_path / "two").exists())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--host", "192.0.2.1"), "cannot listen on 192.0.2.1"),
        (("--host", "no-such-host.invalid"), "cannot listen on no-such-host.invalid"),
        (("--config", "no such file"), "no such file"),
    ],
)
def test_a_setting_that_cannot_be_is_one_line_and_exit_1(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    failed(run("serve", *arguments, "--port", str(free_port()), data=tmp_path), said)
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("host", "where"),
    [
        ("localhost", "http://127.0.0.1:{port}"),
        ("0.0.0.0", "every interface, port {port}"),  # noqa: S104 - what is tested
    ],
)
def test_it_says_where_it_listens(tmp_path: Path, host: str, where: str) -> None:
    with serve(tmp_path, "--host", host) as server:
        log = tmp_path / "server.log"
        until(lambda: b"listens" in log.read_bytes())
        assert f"Cardwright listens on {where.format(port=server.url.rpartition(':')[2])};" in log.read_text()


def test_the_first_account_is_shown_when_the_start_fails_after_it_was_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr("granian.server.Server.serve", fail)
    with pytest.raises(SystemExit):
        main(["serve", "--port", str(free_port()), "--data", str(tmp_path)])
    said = capsys.readouterr()
    (account,) = json.loads(run("account", "list", "--json", data=tmp_path).stdout)
    assert account["AccountSID"] in said.out
    assert "AuthToken" in said.out
    assert said.err == "cardwright: Too many open files\n"


@pytest.mark.parametrize("arguments", [("serve", "--port", str(free_port())), ("check",)])
def test_a_data_path_that_is_a_file_is_one_line_and_exit_1(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "file").write_text("no folder")
    failed(run(*arguments, data=tmp_path / "file"), "file")


def test_the_command_line_beats_the_environment_and_that_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("file", "environment", "flag"):
        command(tmp_path / name, "account", "add", name)
    config = tmp_path / "cardwright.toml"
    config.write_text(f"data = {json.dumps(str(tmp_path / 'file'))}\njson = true\nworkers = 2\n")

    def listed(*arguments: str) -> str:
        (account,) = json.loads(run("account", "list", "--config", str(config), *arguments).stdout)
        return str(account["Name"])

    assert listed() == "file"
    monkeypatch.setitem(serving.ENVIRONMENT, "CARDWRIGHT_DATA", str(tmp_path / "environment"))
    assert listed() == "environment"
    assert listed("--data", str(tmp_path / "flag")) == "flag"


def test_serve_takes_its_settings_from_all_three(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "cardwright.toml"
    config.write_text('names = "any"\nrate-limit = "1/hour"\nfetch-allow = ["127.0.0.1/32", "::1/128"]\nport = 1\n')
    monkeypatch.setitem(serving.ENVIRONMENT, "CARDWRIGHT_RATE_LIMIT", "2/hour")
    with images.serving() as source, serve(tmp_path, "--config", str(config)) as server:
        source.replies["/john.jpg"] = images.ok(jpeg())
        with_photo = ask(server, {**OBRIEN, "photo-url": source.url("/john.jpg")})
        assert (with_photo.status_code, b"PHOTO" in with_photo.content) == (200, True)
        assert [ask(server, OBRIEN).status_code for _ in range(2)] == [200, 429]


def test_a_request_under_way_when_sigterm_comes_is_answered(tmp_path: Path) -> None:
    asked, told = threading.Event(), threading.Event()

    def reply(request: Request) -> Iterable[bytes | float]:
        asked.set()
        while not told.is_set():
            yield 0.01
        yield from images.ok(jpeg())(request)

    answers: list[httpx2.Response] = []
    with images.serving() as source, serve(tmp_path, "--workers", "2", "--fetch-allow", "127.0.0.1/32") as server:
        source.replies["/john.jpg"] = reply
        body = {**JOHN, "photo-url": source.url("/john.jpg")}
        request = threading.Thread(target=lambda: answers.append(ask(server, body)))
        request.start()
        try:
            assert asked.wait(START_SECONDS)
            server.process.terminate()
            until(lambda: not listens(server))
        finally:
            told.set()
            request.join()
        assert server.process.wait(START_SECONDS) == 0
    assert [(answer.status_code, b"PHOTO" in answer.content) for answer in answers] == [(200, True)]
    assert b"Traceback" not in (tmp_path / "server.log").read_bytes()


@pytest.mark.skipif(sys.platform != "linux", reason="/proc says what a process has started")
@pytest.mark.parametrize("everybody", [True, False], ids=["Ctrl+C", "SIGTERM"])
@pytest.mark.parametrize("wait", [0.0, 0.05, 0.1, 0.15, 0.2, 0.6, "0", "0.03", "0.1", "0.2", "0.4"])
def test_a_server_that_is_stopped_while_it_starts_ends_with_0_and_kills_no_worker(
    tmp_path: Path,
    wait: float | str,
    everybody: bool,  # noqa: FBT001 - a terminal sends Ctrl+C to every process, systemd SIGTERM to one
) -> None:
    """`wait` is since Python's start is over, as a text since there are workers."""
    data = tmp_path / "data"
    argv = (*PROGRAM, "serve", "--workers", "2", "--port", str(free_port()), "--data", str(data))
    with (
        (tmp_path / "log").open("w+") as log,
        subprocess.Popen(argv, stdout=log, stderr=log, env=serving.ENVIRONMENT, process_group=0) as process,
    ):
        try:
            if isinstance(wait, str):
                until(lambda: len(below(process.pid)) == 2)
            else:
                until(lambda: catches(process.pid, signal.SIGTERM))
            time.sleep(float(wait))
            if everybody:
                os.killpg(process.pid, signal.SIGINT)
            else:
                process.terminate()
            assert process.wait(START_SECONDS) == 0
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    said = (tmp_path / "log").read_text()
    assert [word for word in ("Traceback", "Killing", "Unexpected", "ERROR") if word in said] == [], said
    made = json.loads(run("account", "list", "--json", data=data).stdout or "[]")
    assert all(account["AccountSID"] in said for account in made)


@pytest.mark.skipif(sys.platform != "linux", reason="/proc says which files a process has open")
@pytest.mark.parametrize("program", [PROGRAM, ("prlimit", "--nofile=256", *PROGRAM)], ids=["many", "few"])
def test_no_file_is_given_the_number_of_the_socket_that_listens(tmp_path: Path, program: tuple[str, ...]) -> None:
    """Two threads close it at the end: the number is free between, and the system gives the lowest that is free."""
    with serve(tmp_path, "--workers", "2", program=program) as server:
        for worker in below(server.process.pid):
            soft, _ = resource.prlimit(worker, resource.RLIMIT_NOFILE)
            number = min(soft, limits.CONNECTIONS.value * 9 // 8) - 1
            until(partial(listens_at, worker, number))
            assert max(int(it.name) for it in Path(f"/proc/{worker}/fd").iterdir()) == number


@pytest.mark.skipif(sys.platform != "linux", reason="prlimit is Linux's")
def test_a_server_starts_though_the_highest_number_is_taken(tmp_path: Path) -> None:
    leave = "import os, sys; os.dup2(0, 255); os.execvp(sys.argv[1], sys.argv[1:])"
    program = (sys.executable, "-c", leave, "prlimit", "--nofile=256", *PROGRAM)
    with serve(tmp_path, program=program) as server:
        (worker,) = below(server.process.pid)
        until(partial(listens_at, worker, 254))


def listens_at(pid: int, number: int) -> bool:
    """Return whether the file of a process with the number is a socket that listens (proc(5), /proc/net/tcp)."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    try:
        name = Path(f"/proc/{pid}/fd/{number}").readlink().name
    except FileNotFoundError:  # it is still starting
        return False
    return name in {f"socket:[{row[9]}]" for row in rows if row[3] == "0A"}


def catches(pid: int, number: int) -> bool:
    """Return whether the process has a handler for the signal."""
    status = Path(f"/proc/{pid}/status").read_text()
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt:"))
    return bool(int(caught.split()[1], 16) >> (number - 1) & 1)


def listens(server: Served) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))):
        return True
    return False


@pytest.mark.skipif(sys.platform != "linux", reason="/proc says what a process has started")
def test_a_killed_main_process_leaves_no_worker(tmp_path: Path) -> None:
    with images.serving() as source, serve(tmp_path, "--workers", "2", "--fetch-allow", "127.0.0.1/32") as server:
        source.replies["/john.jpg"] = images.ok(jpeg())
        assert ask(server, {**JOHN, "photo-url": source.url("/john.jpg")}).status_code == 200
        processes = below(server.process.pid)
        assert len(processes) >= 3  # two workers, and one that renders photos
        server.process.kill()
        try:
            until(lambda: not listens(server))
            until(lambda: not any(map(runs, processes)))
        finally:
            for process in filter(runs, processes):
                os.kill(process, signal.SIGKILL)


@pytest.mark.skipif(sys.platform != "linux", reason="/proc says what a process has started")
@pytest.mark.parametrize("wait", [0, 0.05, 0.1, 0.2])
def test_a_main_process_killed_while_its_workers_start_leaves_none(tmp_path: Path, wait: float) -> None:
    argv = (*PROGRAM, "serve", "--workers", "2", "--port", str(free_port()), "--data", str(tmp_path))
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL, env=serving.ENVIRONMENT) as process:
        processes: set[int] = set()
        try:
            until(lambda: len(below(process.pid)) == 2)
            processes = below(process.pid)
            time.sleep(wait)
        finally:
            process.kill()
        try:
            until(lambda: not any(map(runs, processes)))
        finally:
            for it in filter(runs, processes):
                os.kill(it, signal.SIGKILL)


def below(pid: int) -> set[int]:
    """The processes that a process has started, and those that they have."""
    found: set[int] = set()
    for it in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # the thread has ended
            found.update(map(int, it.read_text().split()))
    return found.union(*map(below, found))


def runs(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


@pytest.mark.parametrize("place", ["flag", "file", "environment"])
def test_no_fetch_refuses_photos_wherever_it_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    config = tmp_path / "cardwright.toml"
    config.write_text('no-fetch = true\nfetch-allow = "::1/128, 127.0.0.1/32"\n')
    if place == "environment":
        monkeypatch.setitem(serving.ENVIRONMENT, "CARDWRIGHT_NO_FETCH", "1")
    options = {"flag": ("--no-fetch",), "file": ("--config", str(config)), "environment": ()}[place]
    with images.serving() as source, serve(tmp_path, "--fetch-allow", "127.0.0.1/32", *options) as server:
        source.replies["/john.jpg"] = images.ok(jpeg())
        answer = ask(server, {**JOHN, "photo-url": source.url("/john.jpg")})
        assert answer.status_code == 400
        assert not source.requests


def test_networks_come_one_by_one_or_between_commas_and_spaces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(serving.ENVIRONMENT, "CARDWRIGHT_FETCH_ALLOW", "::1/128,127.0.0.1/32 10.0.0.0/8")
    with images.serving() as source, serve(tmp_path) as server:
        source.replies["/john.jpg"] = images.ok(jpeg())
        assert b"PHOTO" in ask(server, {**JOHN, "photo-url": source.url("/john.jpg")}).content
