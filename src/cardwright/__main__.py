"""`python -m cardwright`, and what the command `cardwright` calls."""

from __future__ import annotations

import gc
import os
import signal
import sys
from typing import Final

_GARBAGE: Final = 100_000
"""Objects between two collections of garbage: what a start loads is fewer, and all of it stays."""


def main() -> None:
    """Run the program; Ctrl+C ends it without a word, also while its parts are loaded; a server ends with 0."""
    gc.set_threshold(_GARBAGE)
    if "serve" in sys.argv:  # until `serve` hears them itself
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _leave)
    try:
        from cardwright import cli  # noqa: PLC0415 - takes a while, in which Ctrl+C may come
    except KeyboardInterrupt:
        sys.exit(130)
    cli.main()


def _leave(*_: object) -> None:
    """End with 0 at once: an exception can be lost in a callback of the import system, and nothing is made yet."""
    os._exit(0)


if __name__ == "__main__":
    main()
