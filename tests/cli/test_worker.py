"""What clients that are silent, slow or many can do to a worker, and how it ends beside them."""

from __future__ import annotations

import base64
import contextlib
import socket
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from cardwright.limits import CONNECTIONS, WORKER_DATA
from dav_client import account, card
from probing import beside, need_descriptors
from serving import START_SECONDS, serve, with_limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from serving import Served

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what the kernel has is read from /proc")
MANY = 2_000
TEN_THOUSAND = 10_000
MEMORY = 150
"""MiB that they may take."""
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
OPENAPI = b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that waits one second where others wait ten or thirty, and holds eight connections."""
    program = with_limits(HEAD_WAIT=1, SEND_PAUSE=1, CONNECTIONS=8)
    with serve(tmp_path_factory.mktemp("data"), "--idle-timeout", "4", program=program) as served:
        yield served


def port(server: Served) -> int:
    return int(urlsplit(server.url).port or 0)


def connect(server: Served) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port(server)), timeout=START_SECONDS)


def read(connection: socket.socket) -> bytes:
    """Return what comes until the connection ends; TimeoutError where it does not."""
    with contextlib.suppress(ConnectionResetError):
        return connection.makefile("rb").read()
    return b""


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + START_SECONDS
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.02)


@pytest.mark.parametrize("said", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\n", b"\r\n"])
def test_a_head_that_does_not_come_ends_the_connection(impatient: Served, said: bytes) -> None:
    with connect(impatient) as connection:
        connection.sendall(said)
        assert read(connection) == b""


def test_a_head_that_comes_too_slowly_ends_the_connection(impatient: Served) -> None:
    with connect(impatient) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n")
        connection.settimeout(0.1)
        until(lambda: ends(connection, b"A: b\r\n"))


def ends(connection: socket.socket, said: bytes) -> bool:
    """Say one thing more, and tell whether the connection has ended."""
    try:
        connection.sendall(said)
        return connection.recv(100) == b""
    except TimeoutError:
        return False
    except ConnectionError:
        return True


def test_a_connection_without_a_next_request_ends(impatient: Served) -> None:
    with connect(impatient) as connection:
        connection.sendall(HEALTH)
        assert read(connection).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("said", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\n"])
def test_an_idle_connection_outlasts_a_slow_head(impatient: Served, said: bytes) -> None:
    """The one that has begun a head, or never asked anything, ends first, though the other is older."""
    with connect(impatient) as idle, connect(impatient) as slow:
        idle.sendall(HEALTH)
        assert idle.recv(1000).startswith(b"HTTP/1.1 200 ")
        if said:
            slow.sendall(HEALTH)
            assert slow.recv(1000).startswith(b"HTTP/1.1 200 ")
            time.sleep(0.05)  # the kernel's clock ticks
            slow.sendall(said)
        assert read(slow) == b""
        idle.sendall(HEALTH)
        assert idle.recv(1000).startswith(b"HTTP/1.1 200 ")


def test_a_request_that_takes_longer_than_a_head_is_answered(impatient: Served) -> None:
    body = b'{"action": "createcontact", "name": {"first-name": "John"}}'
    head = f"POST /api/v2 HTTP/1.1\r\nHost: x\r\nx-api-key: {impatient.key}\r\nContent-Length: {len(body)}\r\n\r\n"
    with connect(impatient) as connection:
        connection.sendall(head.encode())
        time.sleep(2.5)
        connection.sendall(body)
        assert connection.recv(1000).startswith(b"HTTP/1.1 200 ")


def test_connections_over_the_limit_wait_until_silent_ones_are_given_up(impatient: Served) -> None:
    with contextlib.ExitStack() as open_ones:
        for _ in range(40):
            open_ones.enter_context(connect(impatient))
        connection = open_ones.enter_context(connect(impatient))
        connection.sendall(HEALTH)
        assert connection.recv(100).startswith(b"HTTP/1.1 200 ")


def tables() -> list[str]:
    """Return what the kernel has of all connections, of other programs too."""
    return Path("/proc/net/tcp").read_text().splitlines()


def test_a_client_that_takes_nothing_is_given_up(impatient: Served) -> None:
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", port(impatient)))
        ends = tuple(f":{number:04X}" for number in (port(impatient), connection.getsockname()[1]))
        connection.settimeout(0.5)
        with contextlib.suppress(TimeoutError, ConnectionError):
            while True:  # as many requests as fit: the server stops reading them when its answers are not taken
                connection.sendall(OPENAPI)
        # What the server has of it: its own port on the left, ours on the right.
        until(lambda: not any(tuple(it[-5:] for it in line.split()[1:3]) == ends for line in tables()))


def test_http_2_without_tls_is_not_spoken(server: Served) -> None:
    with connect(server) as connection:
        connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0")
        assert read(connection)[:5] in {b"", b"HTTP/"}
    upgrade = (
        b"Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n"
    )
    with connect(server) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + upgrade + b"\r\n")
        assert read(connection).startswith(b"HTTP/1.1 200 ")


def test_two_thousand_silent_connections_and_readers_that_do_not_read_stop_nobody(server: Served) -> None:
    need_descriptors(2 * MANY + 200)
    with beside(server, fresh=True) as felt, contextlib.ExitStack() as open_ones:
        for said in (b"", OPENAPI * 50):
            connections = [open_ones.enter_context(socket.socket()) for _ in range(MANY)]
            for connection in connections:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                connection.settimeout(START_SECONDS)
                connection.connect(("127.0.0.1", port(server)))
                connection.sendall(said)
        for connection in connections:
            with contextlib.suppress(ConnectionResetError):
                connection.recv(1, socket.MSG_PEEK)  # its answer has begun, and cannot go on
    assert felt.failed == 0
    assert felt.grown <= MEMORY


def test_ten_thousand_idle_connections_are_held_to_the_limit_and_others_are_served(tmp_path: Path) -> None:
    """What is over it waits in the kernel. Who is connected is served, and who comes once silent ones are given up."""
    need_descriptors(TEN_THOUSAND + 200)
    program = with_limits(HEAD_WAIT=3)
    with serve(tmp_path, program=program) as server, connect(server) as known, contextlib.ExitStack() as open_ones:
        known.sendall(HEALTH)
        assert known.recv(1000).startswith(b"HTTP/1.1 200 ")
        for _ in range(TEN_THOUSAND):
            connection = open_ones.enter_context(socket.socket())
            connection.settimeout(0)
            connection.connect_ex(("127.0.0.1", port(server)))
        known.sendall(HEALTH)
        assert known.recv(1000).startswith(b"HTTP/1.1 200 ")
        assert len(list(Path(f"/proc/{worker(server)}/fd").iterdir())) < CONNECTIONS.value + 200
        until(lambda: answers(server))
        assert server.process.poll() is None


def answers(server: Served) -> bool:
    """Say whether a new connection is served."""
    with contextlib.suppress(OSError), connect(server) as connection:
        connection.sendall(HEALTH)
        return connection.recv(1000).startswith(b"HTTP/1.1 200 ")
    return False


def test_who_asks_for_the_document_twice_over_one_connection_gets_it_once(server: Served) -> None:
    with connect(server) as connection:
        connection.sendall(OPENAPI * 2)
        assert read(connection).count(b"HTTP/1.1 200 ") == 1


def test_a_worker_may_ask_for_so_much_memory(server: Served) -> None:
    lines = Path(f"/proc/{worker(server)}/limits").read_text().splitlines()
    (data,) = [line.split()[3] for line in lines if line.startswith("Max data size")]
    assert int(data) == WORKER_DATA.value


def worker(server: Served) -> int:
    pid = server.process.pid
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


HALF_SENT = {
    "request line": b"GET / HT",
    "head": b"GET / HTTP/1.1\r\nHost: x\r\n",
    "body": b"POST /api/v2 HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{",
}


@pytest.mark.parametrize("said", HALF_SENT.values(), ids=HALF_SENT)
def test_what_is_half_sent_does_not_hold_the_end(tmp_path: Path, said: bytes) -> None:
    program = with_limits(GRACE=1_000, HEAD_WAIT=1_000, BODY_PAUSE=1_000, STANDSTILL=1)
    with serve(tmp_path, program=program) as server, connect(server) as half, connect(server) as idle:
        idle.sendall(HEALTH)
        assert idle.recv(1000).startswith(b"HTTP/1.1 200 ")
        half.sendall(said)
        time.sleep(0.2)
        server.process.terminate()
        assert server.process.wait(START_SECONDS) == 0


def test_an_answer_that_nobody_reads_does_not_hold_the_end(tmp_path: Path) -> None:
    """Who goes on reading gets all of it, however long that takes."""
    program = with_limits(GRACE=1_000, SEND_PAUSE=1_000, STANDSTILL=2)
    with serve(tmp_path, program=program) as server, socket.socket() as unread, socket.socket() as slow:
        dav = account(server)
        for number in range(4):
            dav.put(f"{number}.vcf", card("Wile Coyote", f"{number}", "NOTE:" + "x" * 4_000_000))
        pair = base64.b64encode(f"{dav.sid}:{dav.token}".encode()).decode()
        path = f"/Advertisers/{dav.sid}/Campaigns/{dav.book}/Contacts.vcf"
        for connection in (unread, slow):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096 if connection is unread else 65_536)
            connection.settimeout(START_SECONDS)
            connection.connect(("127.0.0.1", port(server)))
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {pair}\r\n\r\n".encode())
        assert slow.recv(1_000).startswith(b"HTTP/1.1 200 ")
        server.process.terminate()
        last = b""
        while more := slow.recv(100_000):
            last = (last + more)[-20:]
            time.sleep(0.015)
        assert last.endswith(b"\r\n0\r\n\r\n")
        assert server.process.wait(START_SECONDS) == 0
