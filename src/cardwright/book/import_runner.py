"""The runner of import jobs in a server: it begins the runs that wait, one at a time in a worker.

Each runs in a process of its own (docs/adr/0035-import-jobs.md), so that requests go on as if there were none. It ends
with its worker: the socket between them is its standard input, and both learn by its end that the other one is gone.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import socket
import time
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from cardwright import metrics, processes
from cardwright.book.outcomes import Outcome
from cardwright.errors import CardwrightError

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Sequence

    from cardwright.book.import_jobs import JobStore, Run

_LOOK: Final = 1.0  # seconds between two looks for a run that waits
_EXPIRY: Final = 60.0  # seconds between two looks for what is too old
_GRACE: Final = 8.0  # seconds in which a process ends that is told to: less than its worker has
_PAUSE: Final = 0.01  # seconds between two looks whether a process has ended
_log: Final = logging.getLogger(__name__)
_counts: Final = msgspec.json.Decoder(dict[Outcome, int])


class _Child(NamedTuple):
    """A process, and our end of the socket that is its standard input and output."""

    process: subprocess.Popen[bytes]
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


class ImportRunner:
    """Runs what waits; `command` starts the process of a run, and `data` is the store that it opens."""

    def __init__(self, jobs: JobStore, command: Sequence[str], data: str) -> None:
        self._jobs = jobs
        self._command = command
        self._data = data
        self._woken = asyncio.Event()
        self._expired = 0.0
        self._task: asyncio.Task[None] | None = None
        self._filling: _Child | None = None
        """Whose run has ended: it brings the index of names up to date until it has done, or another run begins."""

    def wake(self) -> None:
        """Look for a run at once."""
        self._woken.set()

    def start(self) -> None:
        """Begin to look for runs."""
        self._task = asyncio.create_task(self._keep_running())

    async def aclose(self) -> None:
        """End the run that is under way, as a person stops it, and look for no more."""
        if self._task:
            self._task.cancel()
            await asyncio.wait((self._task,))

    async def _keep_running(self) -> None:
        try:
            await self._run_all()
        finally:
            await asyncio.shield(self._end_filling())

    async def _run_all(self) -> None:
        while True:
            self._woken.clear()
            run = None
            try:
                await self._tidy()
                run = await self._jobs.take(secrets.token_hex(16))
                if run:
                    await self._end_filling()  # this run does it at its end
                    await self._run(run)
            except CardwrightError as error:  # of the store, which tells its operator
                _log.debug("no import is begun: %s", error)
            except OSError as error:
                _log.error("the process of an import does not start: %s", error)
            except ValueError as error:  # what it writes is no count of rows; it has been ended
                _log.error("the process of an import said what nobody understands: %s", error)
            if not run:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), _LOOK)

    async def _tidy(self) -> None:
        """Stop the runs that are silent, let go of a process that has ended, and remove what is too old."""
        if self._filling and self._filling.process.poll() is not None:
            await self._end_filling()
        await self._jobs.settle()
        if time.monotonic() > self._expired:
            while await self._jobs.expire():
                pass
            self._expired = time.monotonic() + _EXPIRY

    async def _run(self, run: Run) -> None:
        """Let a process do a run; whatever ended it, the run has ended then."""
        try:
            ours, process = self._started()
            child = _Child(process, *await asyncio.open_connection(sock=ours))
            try:
                child.writer.write(msgspec.json.encode((self._data, run)) + b"\n")
                await _follow(child.reader)
            except BaseException:
                await asyncio.shield(_ended(child))
                raise
            self._filling = child
        finally:
            with contextlib.suppress(CardwrightError):
                await asyncio.shield(self._jobs.settle(run))

    async def _end_filling(self) -> None:
        """End the process of a run that has ended, if it is there still."""
        if child := self._filling:
            self._filling = None
            await _ended(child)

    def _started(self) -> tuple[socket.socket, subprocess.Popen[bytes]]:
        """Start a process, and return it with our end of what lies between."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                end = theirs.fileno()
                return ours, processes.start(self._command, stdin=end, stdout=end, process_group=0)
            except OSError:
                ours.close()
                raise


async def _follow(reader: asyncio.StreamReader) -> None:
    """Count the rows of which a process tells, until it ends."""
    while line := await reader.readline():
        for outcome, rows in _counts.decode(line).items():
            metrics.IMPORT_ROWS.count(outcome, by=rows)


async def _ended(child: _Child) -> None:
    """Tell a process to end, and return once it has."""
    with contextlib.suppress(OSError, RuntimeError):
        child.writer.write_eof()
    with contextlib.suppress(TimeoutError, OSError, ValueError):
        async with asyncio.timeout(_GRACE):
            await _follow(child.reader)
            while child.process.poll() is None:  # noqa: ASYNC110 - nothing tells
                await asyncio.sleep(_PAUSE)
    child.process.kill()
    child.process.wait()
    child.writer.close()
