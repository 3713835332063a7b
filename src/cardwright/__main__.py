"""`python -m cardwright`, and what the command `cardwright` calls."""

from __future__ import annotations

import signal
import sys


def main() -> None:
    """Run the program; Ctrl+C ends it without a word, also while its parts are loaded; a server ends with 0."""
    if "serve" in sys.argv:
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # until `serve` hears it itself
    try:
        from cardwright import cli  # noqa: PLC0415 - takes a while, in which Ctrl+C may come
    except KeyboardInterrupt:
        sys.exit(0 if "serve" in sys.argv else 130)
    cli.main()


if __name__ == "__main__":
    main()
