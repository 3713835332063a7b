"""Supervise the workers of `cardwright serve`: restart those that die or use too much memory, with a growing pause."""

from __future__ import annotations

import contextlib
import os
import queue
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from granian.constants import HTTPModes, Interfaces, Loops, RuntimeModes, SSLProtocols
from granian.http import HTTP1Settings
from granian.log import LogLevels, logger
from granian.server.mp import MPServer

from cardwright import limits
from cardwright.cli import log
from cardwright.cli.service_manager import notify

if TYPE_CHECKING:
    from cardwright.cli.stopping import Stop
    from cardwright.cli.tls import Tls
    from cardwright.cli.worker import Worker
    from cardwright.settings import Settings

_STEADY: Final = 60.0
"""Seconds that a worker lives so that its death is no longer counted with those before."""
_THREADS: Final = 2
"""Threads of a worker that take connections, and read and write those that they have taken: of thousands that come in
the same instant, each has half."""
_START_LOOK: Final = 0.05
"""Seconds between two looks whether a worker serves."""
_MOMENT: Final = 0.001
"""Seconds in which another thread has its turn."""
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")


class Wakeup:
    """An event that a signal handler may set at any time, as `threading.Event` cannot be.

    Its handler would wait for a lock that the thread which it interrupts holds: a signal in the wrong microsecond
    left a server that nothing but SIGKILL ended.
    """

    def __init__(self) -> None:
        self._set: queue.SimpleQueue[None] = queue.SimpleQueue()  # its put() is reentrant, as documented

    def set(self) -> None:
        """End the wait, or the next one."""
        self._set.put(None)

    def wait(self, timeout: float) -> None:
        """Return when it is set, or after `timeout` seconds."""
        with contextlib.suppress(queue.Empty):
            self._set.get(timeout=timeout)

    def clear(self) -> None:
        """Forget what was set."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._set.get_nowait()


class Supervisor(MPServer):
    """Granian's server, which holds to the bounds of ours and does not give up on workers that die.

    A worker that dies is replaced at once; the second time within a minute after a second, then after two, four, and
    so on to half a minute. Where none has ever served, the start has failed and the server ends.
    """

    def __init__(self, settings: Settings, tls: Tls | None, worker: Worker, connections: int, stop: Stop) -> None:
        super().__init__(
            "cardwright",
            address=settings.host,
            port=settings.port,
            interface=Interfaces.ASGI,
            workers=settings.workers,
            loop=Loops.uvloop,
            websockets=False,
            http=HTTPModes.http1,
            http1_settings=HTTP1Settings(
                header_read_timeout=1000 * settings.idle_timeout, max_buffer_size=limits.HEAD.value
            ),
            ssl_cert=tls.certificate if tls else None,
            ssl_key=tls.key if tls else None,
            ssl_protocol_min=SSLProtocols.tls12,
            runtime_mode=RuntimeModes.st,
            runtime_threads=_THREADS,
            backpressure=connections // _THREADS,
            log_level=LogLevels.error if settings.log_level == "error" else LogLevels.warning,
            log_dictconfig=log.configuration(settings),
            workers_kill_timeout=limits.GRACE.value,
        )
        self.main_loop_interrupt = Wakeup()  # type: ignore[assignment] # Granian sets it in its signal handlers
        self._worker = worker
        self._stop = stop
        self._deaths: dict[int, int] = {}
        self._due: dict[int, float] = {}
        self._is_told = False

    def run(self) -> None:
        """Serve until a signal ends it; SystemExit with 1 where the start fails."""
        self.serve(spawn_target=self._worker.run, target_loader=self._worker.prepare, wrap_loader=False)

    def shutdown(self, exit_code: int = 0) -> None:
        """Stop the workers; a server that was told to stop ends with 0, whatever became of one that was starting."""
        if self.interrupt_signal:
            self.interrupt_children.clear()
        notify("STOPPING=1")
        super().shutdown(exit_code)  # type: ignore[no-untyped-call] # Granian has no types there

    def _stop_workers(self) -> None:
        """End the workers, and kill those that do not end in time.

        Granian looks at each once: on a busy machine it takes one for alive that has ended, and another thread waited
        for, and says that it refused to stop.
        """
        workers: list[Any] = self.wrks
        for worker in workers:
            worker.terminate()
        end = time.monotonic() + limits.GRACE.value
        for worker in workers:
            while worker.is_alive() and (left := end - time.monotonic()) > 0:
                worker.join(left)
                time.sleep(_MOMENT)
            if worker.is_alive():
                logger.warning("Killing worker-%d, which did not stop in time", worker.idx + 1)
                worker.kill()
                worker.join()
        workers.clear()

    def _serve_loop(self, spawn_target: Any, target_loader: Any) -> None:  # noqa: ANN401 - Granian's own
        self.interrupt_signal = self.interrupt_signal or self._stop.is_asked
        while not self.interrupt_signal:
            self.main_loop_interrupt.wait(self._pause())
            self.main_loop_interrupt.clear()
            if self._worker.has_started and not self._is_told:
                self._is_told = True
                notify("READY=1")
            if self.reload_signal:
                self._reload(spawn_target, target_loader)  # type: ignore[no-untyped-call] # Granian has no types there
            self._plan_restarts()
            if self.interrupt_children:  # the start has failed: Granian ends with 1 then
                return
            now = time.monotonic()
            for index in [index for index, at in self._due.items() if at <= now]:
                del self._due[index]
                self._replace(index, spawn_target, target_loader)
            for large in [it for it in self.wrks if _memory(it) > limits.WORKER_MEMORY.value]:
                logger.warning("worker-%d has grown over %d octets", large.idx + 1, limits.WORKER_MEMORY.value)
                self._replace(large.idx, spawn_target, target_loader, delay=self.respawn_interval)

    def _pause(self) -> float:
        look = limits.MEMORY_LOOK.value if self._is_told else _START_LOOK
        return max(0.0, min([look, *(at - time.monotonic() for at in self._due.values())]))

    def _plan_restarts(self) -> None:
        """Decide when the workers that have died start anew; leave them in `interrupt_children` if none ever served."""
        if not self._worker.has_started:
            return
        while self.interrupt_children:
            self._plan(self.interrupt_children.pop())

    def _plan(self, index: int) -> None:
        now = time.monotonic()
        steady = now - self.wrks[index].birth > _STEADY
        deaths = self._deaths[index] = 1 if steady else self._deaths.get(index, 0) + 1
        pause = min(2 ** min(deaths - 2, 10), limits.RESTART_PAUSE.value) if deaths > 1 else 0
        if pause:
            logger.warning("worker-%d starts again in %d s: it has died %d times in a row", index + 1, pause, deaths)
        self._due[index] = now + pause

    def _replace(self, index: int, spawn_target: Any, target_loader: Any, delay: float = 0) -> None:  # noqa: ANN401 - Granian's own
        """Start a worker anew, and after `delay` end the one that was there; try again later where none can start."""
        old = self.wrks[index]
        try:
            self._respawn_workers([index], spawn_target, target_loader, delay=delay)
        except (OSError, MemoryError) as error:
            logger.error("worker-%d cannot be started: %s", index + 1, error)
            self.wrks.insert(index, old)  # Granian had taken it out
            self._plan(index)


def _memory(worker: Any) -> int:  # noqa: ANN401 - Granian's own
    """Return the octets that a worker has for itself; 0 where that cannot be told, and for one that has ended."""
    with contextlib.suppress(OSError, ValueError):
        _, resident, shared, *_ = Path(f"/proc/{worker.inner.pid}/statm").read_text().split()
        return (int(resident) - int(shared)) * _PAGE
    return 0
