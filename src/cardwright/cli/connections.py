"""The connections of a worker, as the kernel sees them (tcp(7)): how long a head has to come, and who is idle.

To Granian a connection that waits for its next request and one that has begun a head are the same: both have the idle
time-out. What tells them apart is in the kernel's `TCP_INFO`: whether anything came since the last answer.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import socket
import stat
import struct
import termios
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright import limits
from cardwright.http.exchange import Peer

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from cardwright.http.exchange import Exchange

_TCP: Final = (socket.AF_INET, socket.AF_INET6)
_DESCRIPTORS: Final = Path("/proc/self/fd")
_SENT_AGO: Final = 44
_RECEIVED_AGO: Final = 52
_SEGMENTS_OUT: Final = 156
"""Where `tcpi_last_data_sent`, `tcpi_last_data_recv` and `tcpi_data_segs_out` stand in `struct tcp_info`."""
_INFO: Final = 160


class _Head(NamedTuple):
    """A head that is waited for."""

    answers: int
    """The segments that were sent before it."""
    since: float


def listener(host: str, port: int) -> socket.socket:
    """Return a socket that is bound to the address and does not listen yet. Connections inherit how it is set.

    A peer that takes nothing of what waits for it is given up by the kernel (tcp(7): TCP_USER_TIMEOUT).
    """
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 1000 * limits.SEND_PAUSE.value)
    bound.bind((host, port))
    return bound


def end_slow_heads(port: int, under_way: set[Exchange]) -> None:
    """End the connections on `port` whose next head takes too long, for ever; to be run in a thread of its own.

    Not those of the requests `under_way`. Where the system does not say what a connection has done,
    heads have as long as idle connections.
    """
    if not hasattr(socket, "TCP_INFO"):
        return
    waited: dict[Peer, _Head] = {}
    while True:
        time.sleep(limits.HEAD_WAIT.value / 5)
        waited = _end_slow(port, peers_of(under_way.copy()), waited)


def end_silent(port: int) -> None:
    """End the connections on `port` through which everything was sent that was to be, and no request is under way."""
    for connection in _connections(port):
        if not _unsent(connection):
            _shut(connection)


def end_unread(
    port: int, under_way: Collection[Peer], before: Mapping[Peer, int], given_up: Collection[Peer] = ()
) -> dict[Peer, int]:
    """End the connections of which as much waits to be taken as `before`, and return how much waits of each.

    Not those of requests `under_way`: what is taken of their answers is made up for. Those that are `given_up` at once.
    """
    waits: dict[Peer, int] = {}
    for connection in _connections(port):
        peer = connection.getpeername()[:2]
        if peer not in under_way and (octets := _unsent(connection)):
            waits[peer] = octets
            if before.get(peer) == octets or peer in given_up:
                _shut(connection, socket.SHUT_RDWR)
    return waits


def peers_of(under_way: Iterable[Exchange]) -> set[Peer]:
    """Return the other ends of the connections of requests; Granian has the port as text."""
    return {(peer[0], int(peer[1])) for exchange in under_way if (peer := exchange.peer)}


def _end_slow(port: int, under_way: Collection[Peer], before: dict[Peer, _Head]) -> dict[Peer, _Head]:
    """End those that were waited for before, and too long; return those that are waited for now."""
    now, waited = time.monotonic(), dict[Peer, _Head]()
    for connection in _connections(port):
        peer = connection.getpeername()[:2]
        if peer in under_way or (answers := _begun(connection)) is None:
            continue
        head = waited[peer] = _Head(answers, now)
        if peer in before and before[peer].answers == answers:
            head = waited[peer] = before[peer]
        if now - head.since >= limits.HEAD_WAIT.value:
            _shut(connection)
    return waited


def _begun(connection: socket.socket) -> int | None:
    """Return how many segments were sent before the head that is waited for; None where the connection is idle."""
    info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO)
    sent_ago, received_ago = (struct.unpack_from("I", info, at)[0] for at in (_SENT_AGO, _RECEIVED_AGO))
    answers = int(struct.unpack_from("I", info, _SEGMENTS_OUT)[0])
    return answers if answers == 0 or received_ago < sent_ago else None


def _shut(connection: socket.socket, how: int = socket.SHUT_RD) -> None:
    with contextlib.suppress(OSError):  # it has ended
        connection.shutdown(how)


def _connections(port: int) -> Iterator[socket.socket]:
    """Yield this process's connections on `port`; none where the system has no /proc."""
    try:
        descriptors = [int(entry.name) for entry in _DESCRIPTORS.iterdir()]
    except OSError:
        return
    for descriptor in descriptors:
        with contextlib.suppress(OSError), _socket(descriptor) as connection:
            connection.getpeername()  # one that listens has none
            if connection.family in _TCP and connection.getsockname()[1] == port:
                yield connection


def _socket(descriptor: int) -> socket.socket:
    """Return a second hold on a socket; OSError where the descriptor is none."""
    if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
        raise OSError(errno.ENOTSOCK, "no socket")
    return socket.socket(fileno=os.dup(descriptor))


def _unsent(connection: socket.socket) -> int:
    (octets,) = struct.unpack("i", fcntl.ioctl(connection, termios.TIOCOUTQ, bytes(4)))
    return int(octets)
