"""What systemd hears of the server (sd_notify(3))."""

from __future__ import annotations

import socket
import subprocess
import tempfile
from typing import TYPE_CHECKING

import pytest

from cardwright.cli.service_manager import notify
from serving import ENVIRONMENT, PROGRAM, START_SECONDS, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def address() -> Iterator[str]:
    """A path that fits into a socket's address, which holds 107 octets."""
    with tempfile.TemporaryDirectory() as folder:
        yield f"{folder}/notify"


def test_the_main_process_says_when_it_serves_and_when_it_stops(address: str, tmp_path: Path) -> None:
    argv = (*PROGRAM, "serve", "--port", str(free_port()), "--data", str(tmp_path / "data"))
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(address)
        manager.settimeout(START_SECONDS)
        manager.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        with subprocess.Popen(argv, stdout=subprocess.DEVNULL, env=ENVIRONMENT | {"NOTIFY_SOCKET": address}) as process:
            try:
                assert received(manager) == ("READY=1", process.pid)
                process.terminate()
                assert received(manager) == ("STOPPING=1", process.pid)
                assert process.wait(START_SECONDS) == 0
            finally:
                process.kill()


def received(manager: socket.socket) -> tuple[str, int]:
    """Return what was said, and by which process."""
    said, [(_, _, credentials)], *_ = manager.recvmsg(100, socket.CMSG_SPACE(12))
    return said.decode(), int.from_bytes(credentials[:4], "little")


def test_a_name_in_the_abstract_namespace(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind("")  # the kernel gives a name
        monkeypatch.setenv("NOTIFY_SOCKET", f"@{manager.getsockname().decode().removeprefix(chr(0))}")
        notify("READY=1")
        assert manager.recv(100) == b"READY=1"


@pytest.mark.parametrize("address", ["", "/nowhere/at/all"])
def test_nobody_who_listens_is_no_fault(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    notify("READY=1")
