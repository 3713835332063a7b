"""Whatever the system around a command is like, what is wrong is one line."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

import serving
from serving import PROGRAM, START_SECONDS, command, free_port, run, wait_for

FULL = Path("/dev/full")


@pytest.mark.parametrize("arguments", [("account", "add", "\udcff"), ("check", "--data", "\udcff")])
def test_an_argument_that_is_no_text_is_wrong_usage(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "is not text" in done.stderr


def test_an_option_in_the_environment_that_is_no_text_is_wrong_usage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(serving.ENVIRONMENT, "CARDWRIGHT_DATA", "\udcff")
    done = run("check")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_a_closed_output_is_told_before_anything_is_made(tmp_path: Path) -> None:
    line = ("sh", "-c", '"$@" >&-', "sh", *PROGRAM, "account", "add", "Acme", "--data", str(tmp_path / "data"))
    done = subprocess.run(line, stderr=subprocess.PIPE, text=True, check=False, env=serving.ENVIRONMENT)
    assert (done.returncode, done.stderr) == (1, "cardwright: standard output is closed\n")
    assert not (tmp_path / "data").exists()


def test_a_pipe_that_nobody_reads_is_told(tmp_path: Path) -> None:
    command(tmp_path, "account", "add", "Acme")
    reader, writer = os.pipe()
    os.close(reader)
    line = (*PROGRAM, "account", "list", "--data", str(tmp_path))
    with os.fdopen(writer, "wb") as out:
        done = subprocess.run(line, stdout=out, stderr=subprocess.PIPE, text=True, check=False, env=serving.ENVIRONMENT)
    assert (done.returncode, done.stderr) == (1, "cardwright: Broken pipe\n")


@pytest.mark.skipif(not FULL.exists(), reason="no device that is always full")
def test_an_output_that_is_full_is_told() -> None:
    with FULL.open("wb") as full:
        done = subprocess.run(
            (*PROGRAM, "card"),
            input='{"action": "createcontact", "name": {"first-name": "Wile"}}',
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env=serving.ENVIRONMENT,
        )
    assert (done.returncode, done.stderr) == (1, "cardwright: No space left on device\n")


@pytest.mark.skipif(not FULL.exists(), reason="no device that is always full")
def test_a_server_whose_output_is_full_serves_and_tells_at_its_end(tmp_path: Path) -> None:
    port = free_port()
    line = (*PROGRAM, "serve", "--port", str(port), "--data", str(tmp_path / "data"))
    log = tmp_path / "errors"
    with FULL.open("wb") as full, log.open("wb") as errors:
        process = subprocess.Popen(line, stdout=full, stderr=errors, env=serving.ENVIRONMENT)
    try:
        wait_for(f"http://127.0.0.1:{port}", process, log)
    finally:
        process.terminate()
        status = process.wait(START_SECONDS)
    assert (status, log.read_text()) == (1, "cardwright: No space left on device\n")


def test_a_name_that_the_output_cannot_write_is_escaped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command(tmp_path, "account", "add", "Zoë")
    monkeypatch.setitem(serving.ENVIRONMENT, "PYTHONIOENCODING", "ascii")
    done = run("account", "list", data=tmp_path)
    assert (done.returncode, "Zo\\xeb" in done.stdout, done.stderr) == (0, True, "")
