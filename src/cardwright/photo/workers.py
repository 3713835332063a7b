"""The photo functions for a server: in processes of their own, so many at once, off the event loop.

Processes and not threads (docs/adr/0006-photos.md): threads that render hold the interpreter often enough to slow other
requests beyond bounds; a decoder that crashes or is taken over has little in reach; and its memory can be capped.
"""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import sys
import time
from typing import TYPE_CHECKING, Any, Final, Self

from cardwright import limits, metrics, processes
from cardwright.errors import Rule
from cardwright.fair_semaphore import FairSemaphore
from cardwright.photo.faults import too_large, unreadable
from cardwright.photo.kinds import Accepted, ImageKind

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Collection

_logger = logging.getLogger(__name__)

_MAX_ANSWER: Final = 64 * 1024 * 1024
_ALL: Final = tuple(ImageKind)


class Workers:
    """`at_once` processes, each started when it is first needed and kept: 35 MB when idle, more while it decodes.

    Photos beyond that wait their turn, accounts in turn; BusyError when it does not come in time. A photo that takes
    longer than `seconds`, or ends its process, is no image.
    """

    def __init__(self, at_once: int = 1, *, seconds: float = limits.PHOTO_TIME.value) -> None:
        self._turns = FairSemaphore(at_once, each=at_once, seconds=limits.PHOTO_TURN.value)
        self._seconds = seconds
        self._idle: list[_Worker] = []

    async def render(
        self,
        data: bytes,
        *,
        formats: Collection[ImageKind],
        box: int = limits.PHOTO_EDGE.value,
        limit: int = limits.PHOTO_IN_CARD.value,
        account: str = "",
    ) -> bytes:
        """Return what `render.render` returns; raises InvalidError as it does."""
        task = {"task": "render", "formats": list(formats), "box": box, "limit": limit}
        _, jpeg = await self._done(task, data, formats, account)
        return jpeg

    async def shrink(self, jpeg: bytes, limit: int, account: str = "") -> bytes | None:
        """Return what `render.shrink` returns."""
        if len(jpeg) <= limit:
            return jpeg
        said, smaller = await self._done({"task": "shrink", "limit": limit}, jpeg, _ALL, account)
        return smaller if said["fits"] else None

    async def accept(self, data: bytes | memoryview, formats: Collection[ImageKind], account: str = "") -> Accepted:
        """Return what `accept.accept` returns; raises InvalidError as it does."""
        said, image = await self._done({"task": "accept", "formats": list(formats)}, data, formats, account)
        return Accepted(said["media_type"], image, said["width"], said["height"])

    def close(self) -> None:
        """End the processes that wait for work."""
        while self._idle:
            self._idle.pop().end()

    async def _done(
        self, task: dict[str, Any], data: bytes | memoryview, formats: Collection[ImageKind], account: str
    ) -> tuple[dict[str, Any], bytes]:
        """Return a worker's answer. A worker that was left in the middle of one is ended: its next would be wrong."""
        async with self._turns.taken(account):
            worker = await self._worker()
            began = time.monotonic()
            try:
                async with asyncio.timeout(self._seconds):
                    said, image = await worker.answer(task, data)
            except (OSError, EOFError, ValueError, TimeoutError) as error:
                worker.end()
                _logger.warning("a photo ended its process: %s", error or type(error).__name__)
                raise unreadable(formats) from error
            except BaseException:  # the request was given up
                worker.end()
                raise
            metrics.PHOTO_SECONDS.observe(time.monotonic() - began, task["task"])
            self._idle.append(worker)
        if rule := said.get("rule"):
            raise too_large() if rule == Rule.PHOTO_TOO_LARGE else unreadable(formats)
        return said, image

    async def _worker(self) -> _Worker:
        """Return an idle worker that is still alive, or a new one."""
        while self._idle:
            worker = self._idle.pop()
            if worker.is_alive():
                return worker
            worker.end()
        return await _Worker.start()


class _Worker:
    """One process, and the socket that is its input and output."""

    def __init__(
        self, process: subprocess.Popen[bytes], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._process = process
        self._reader = reader
        self._writer = writer

    @classmethod
    async def start(cls) -> Self:
        """Return a worker that has said it is ready; raises RuntimeError when it does not come up: a fault of ours."""
        ours, theirs = socket.socketpair()
        with theirs:  # -P: modules come from the installation, never from the folder that the server was started in
            process = processes.start(
                [sys.executable, "-P", "-m", "cardwright.photo"], stdin=theirs.fileno(), stdout=theirs.fileno()
            )
        worker = cls(process, *await asyncio.open_connection(sock=ours))
        try:
            ready = await worker._reader.readline()
        except BaseException:
            worker.end()
            raise
        if ready != b"ready\n":
            worker.end()
            raise RuntimeError("the process for photos does not start")
        return worker

    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    async def answer(self, task: dict[str, Any], data: bytes | memoryview) -> tuple[dict[str, Any], bytes]:
        """Return the answer; raises OSError, EOFError or ValueError when none comes that makes sense."""
        self._writer.write(json.dumps(task | {"octets": len(data)}).encode() + b"\n")
        self._writer.write(data)
        await self._writer.drain()
        said: dict[str, Any] = json.loads(await self._reader.readline())
        if fault := said.get("fault"):
            raise ValueError(fault)
        if not 0 <= said["octets"] <= _MAX_ANSWER:
            raise ValueError("an answer out of bounds")
        return said, await self._reader.readexactly(said["octets"])

    def end(self) -> None:
        """End the process at once."""
        self._writer.close()
        self._process.kill()
        self._process.wait()
