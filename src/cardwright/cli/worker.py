"""A worker process of `cardwright serve`: its limits on connections and memory, its shutdown."""

from __future__ import annotations

import asyncio
import fcntl
import itertools
import mmap
import os
import resource
import signal
import threading
import time
from typing import TYPE_CHECKING, Any, Final

from granian._granian import SocketHolder
from granian.server.mp import MPServer

from cardwright import limits, metrics
from cardwright.cli.connections import end_silent, end_slow_heads, end_unread, listener, peers_of
from cardwright.cli.log import log_in_loop
from cardwright.cli.stopping import hear_in_worker

if TYPE_CHECKING:
    import socket
    from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping

    from cardwright.app import Server
    from cardwright.http.asgi import Application, Message, Receive, Scope, Send
    from cardwright.http.exchange import Exchange, Peer

_BACKLOG: Final = 4096
"""Connections that wait to be taken; the system may have a smaller bound (net.core.somaxconn)."""
_LOOK: Final = 0.1
_STANDSTILL: Final = int(limits.STANDSTILL.value / _LOOK)
_FILES: Final = limits.CONNECTIONS.value + limits.CONNECTIONS.value // 8
"""What a worker with as many connections as it may hold has open at most."""


class Worker:
    """The application in a process of its own; made in the main process, which forks the workers."""

    def __init__(self, server: Server, address: tuple[str, int], announce: Callable[[], None]) -> None:
        self._server = server
        self._address = address
        self._announce = announce
        self._turn, end = os.pipe()  # holds one octet, and its end: the first worker to read announces the server
        os.write(end, b".")
        os.close(end)
        self._alive, self._life = os.pipe()  # ends with the main process, which alone keeps what could write to it
        self._shared = mmap.mmap(-1, 1)  # shared by the processes: not zero once a worker has started
        self._serves = False
        self._background: set[asyncio.Task[None]] = set()

    @property
    def has_started(self) -> bool:
        """Whether any worker has come so far that it serves."""
        return bool(self._shared[0])

    def run(self, worker_id: int, name: str, loader: object, _socket: object, *rest: object) -> None:
        """Be a worker, as Granian calls it after the fork, and with a listening socket of ours."""
        metrics.join(worker_id)
        holder = SocketHolder(_out_of_reach(listener(*self._address)), False, _BACKLOG)  # type: ignore[call-arg] # noqa: FBT003 - the stub of this class names no arguments: the descriptor, whether it is a Unix socket, the backlog
        MPServer._spawn_asgi_lifespan_worker(worker_id, name, loader, ((None, holder), None), *rest)  # noqa: SLF001 - what Granian itself would call

    def prepare(self) -> Application:
        """Prepare the process, and return what it serves."""
        os.close(self._life)
        threading.Thread(target=self._end_with_main, daemon=True).start()
        _bound_memory()
        heads = self._address[1], self._server.front.under_way
        threading.Thread(target=end_slow_heads, args=heads, daemon=True).start()
        if os.read(self._turn, 1):
            # In a thread of the worker: one of the main process would run while that forks.
            threading.Thread(target=self._announce, daemon=True).start()
        return self._answer

    def _answer(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] == "http":  # no coroutine of ours around it: each costs a fortieth of createcontact
            return self._server.answers(scope, receive, send)
        return self._live(scope, receive, send)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        asyncio.get_running_loop().set_exception_handler(log_in_loop)

        async def pass_on(message: Message) -> None:
            if message["type"] == "lifespan.startup.complete":
                self._shared[0] = 1
                self._hear_signals()
                self._background.add(asyncio.get_running_loop().create_task(self._serve()))
            await send(message)

        await self._server(scope, receive, pass_on)

    async def _serve(self) -> None:
        await hear_in_worker()
        self._serves = True

    def _hear_signals(self) -> None:
        """At SIGTERM, do `end_half_sent` beside what Granian does.

        The event loop learns of a signal by the descriptor that Python writes it to, so the handler itself is free.
        """
        loop = asyncio.get_running_loop()

        def half_sent() -> Coroutine[Any, Any, None]:
            return end_half_sent(self._address[1], self._server.front.under_way)

        def stop(*_: object) -> None:
            loop.call_soon_threadsafe(lambda: self._background.add(loop.create_task(half_sent())))

        signal.signal(signal.SIGTERM, stop)

    def _end_with_main(self) -> None:
        """Stop the worker when the main process was killed, and do here what that does with a worker that does not."""
        os.read(self._alive, 1)
        if self._serves:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(limits.GRACE.value)
        os._exit(1)


def connections_at_most() -> int:
    """Let this process and its workers open as many files as they need, and return how many connections one may hold.

    A quarter of the files, or as many as that takes at most, are left to the store, to photos and to logs.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < _FILES:
        soft = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return limits.CONNECTIONS.value if soft == resource.RLIM_INFINITY else min(limits.CONNECTIONS.value, soft * 3 // 4)


def _out_of_reach(listening: socket.socket) -> int:
    """Return another descriptor of the socket, which it closes: the highest free one that the worker may come to have.

    Each of Granian's threads closes the one that it is given when the worker stops, and whoever opens a file between
    gets the lowest free number. At a low one that was the database, which the next thread then closed.
    """
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    highest = _FILES if soft == resource.RLIM_INFINITY else min(_FILES, soft)
    with listening:
        while True:
            highest -= 1
            try:
                return fcntl.fcntl(listening, fcntl.F_DUPFD_CLOEXEC, highest)
            except OSError:  # whoever started the server left it open, or the system has a bound of its own
                if not highest:
                    raise


def _bound_memory() -> None:
    """Let an allocation beyond the bound fail, and not the machine; Linux counts what a process may write to."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = limits.WORKER_DATA.value
    if hard == resource.RLIM_INFINITY or most <= hard:
        resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


async def end_half_sent(port: int, under_way: Collection[Exchange]) -> None:
    """Close connections to `port` whose request or answer is under way and stands still, when the server stops.

    Granian waits for each head and each body that has begun, and for each answer to be taken, which may never be.
    Connections without a request end once the requests that did come are answered; a body of which nothing comes ends
    in 408, an answer of which nothing is taken in the middle. It goes on until it is cancelled.
    """
    await asyncio.sleep(limits.HALF_SENT.value)
    waited: dict[Exchange, Awaitable[Message | None]] = {}
    unread: dict[Peer, int] = {}
    for look in itertools.count():
        if not under_way:
            end_silent(port)
        if look % _STANDSTILL == 0:
            waited = _end_stalled(under_way, waited)
            given_up = peers_of(exchange for exchange in waited if exchange.is_gone)
            unread = end_unread(port, peers_of(under_way) - given_up, unread, given_up)
        await asyncio.sleep(_LOOK)


def _end_stalled(
    under_way: Collection[Exchange], before: Mapping[Exchange, Awaitable[Message | None]]
) -> dict[Exchange, Awaitable[Message | None]]:
    """End what waits for the part of a body, or of an answer, that it waited for before; return what is waited for."""
    parts: dict[Exchange, Awaitable[Message | None] | None] = {
        exchange: exchange.awaited or exchange.sent for exchange in under_way
    }
    waited = {exchange: part for exchange, part in parts.items() if part}
    for exchange, part in waited.items():
        if before.get(exchange) is part:
            (exchange.end_body if exchange.awaited else exchange.end_answer)()
    return waited
