"""The life of a worker process (ASGI lifespan 2.0): its parts are opened before the first request, and then closed.

A start that fails ends the process with one line. A background task that dies ends it too, and a new worker takes its
place.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
import threading
import time
from typing import TYPE_CHECKING, Any, Final

from cardwright import limits
from cardwright.errors import CardwrightError
from cardwright.http.allocator import return_large_blocks

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine
    from contextlib import AbstractAsyncContextManager

    from cardwright.http.asgi import Receive, Send

GARBAGE: Final = 10_000
"""Objects between two collections of garbage: a request makes some sixty and leaves no cycle behind."""
_log: Final = logging.getLogger(__name__)


async def live(parts: Callable[[], AbstractAsyncContextManager[None]], receive: Receive, send: Send) -> None:
    """Keep the parts of the server open from the start of the process to its end."""
    await receive()
    return_large_blocks()
    async with contextlib.AsyncExitStack() as open_parts:
        try:
            await open_parts.enter_async_context(parts())
        except CardwrightError as error:
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        except Exception:  # noqa: BLE001 - whatever it is, a server that half started must not serve
            _log.exception("the start failed")
            await send({"type": "lifespan.startup.failed", "message": "the start failed"})
            return
        gc.freeze()  # what is here now stays: no collection need look at it, or write to pages that workers share
        gc.set_threshold(GARBAGE)
        await send({"type": "lifespan.startup.complete"})
        await receive()
    await send({"type": "lifespan.shutdown.complete"})


@contextlib.asynccontextmanager
async def background(*tasks: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run tasks that the worker cannot be without, until the block ends."""
    running = [asyncio.create_task(task) for task in tasks]
    for task in running:
        task.add_done_callback(_end_worker)
    try:
        yield
    finally:
        for task in running:
            task.cancel()


def _end_worker(task: asyncio.Task[None]) -> None:
    """End the process because a task of it died. It has some time to finish its requests."""
    if task.cancelled() or not (error := task.exception()):
        return
    _log.critical("a background task died, and so the worker ends", exc_info=error)
    threading.Thread(target=_exit_late, daemon=True).start()
    os.kill(os.getpid(), signal.SIGTERM)


def _exit_late() -> None:
    time.sleep(limits.GRACE.value)
    os._exit(1)
