"""The application under uvicorn, in a thread of the test."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING

import uvicorn

from serving import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cardwright.http.asgi import Application


@contextlib.contextmanager
def under_uvicorn(application: Application) -> Iterator[str]:
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(application, port=port, log_level="critical", ws="none"))  # type: ignore[arg-type]

    def run() -> None:
        with contextlib.suppress(SystemExit):  # how uvicorn says that the start has failed
            server.run()

    thread = threading.Thread(target=run)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
