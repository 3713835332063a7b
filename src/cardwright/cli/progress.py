"""The progress bar of an import: how much of a file has been read."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, BinaryIO, Self

from cardwright.cli.terminal import visible

if TYPE_CHECKING:
    from pathlib import Path


class Progress:
    """A bar on standard error, where that is a terminal, for how much of a file is read."""

    def __init__(self, file: Path, source: BinaryIO, *, hidden: bool = False) -> None:
        self._bar = None
        if not hidden and sys.stderr.isatty():
            from rich.console import Console  # noqa: PLC0415 - takes 50 ms, for a person who looks on
            from rich.markup import escape  # noqa: PLC0415 - as above
            from rich.progress import Progress  # noqa: PLC0415 - as above

            self._bar = Progress(console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task(escape(visible(file.name)), total=os.fstat(source.fileno()).st_size)

    def __enter__(self) -> Self:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()

    def at(self, source: BinaryIO) -> None:
        """Show how far `source` has been read."""
        if self._bar:
            self._bar.update(self._task, completed=source.tell())
