"""How far a long command is: the progress bars of an import and a move, and the lines of a migration."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, BinaryIO, Final, Self

from cardwright.book.files.visible import visible
from cardwright.cli.output import say

if TYPE_CHECKING:
    from pathlib import Path

    from cardwright.book.migration_step import MigrationStep
    from cardwright.store.moving import MoveStep

_PAUSE: Final = 2  # seconds between two lines about one step


class _Bar:
    """A bar on standard error, where that is a terminal."""

    def __init__(self, what: str, total: int | None, *, hidden: bool = False) -> None:
        self._bar = None
        if not hidden and sys.stderr.isatty():
            from rich.console import Console
            from rich.markup import escape
            from rich.progress import Progress

            self._bar = Progress(console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task(escape(visible(what)), total=total)

    def __enter__(self) -> Self:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()


class Progress(_Bar):
    """How much of a file is read."""

    def __init__(self, file: Path, source: BinaryIO, *, hidden: bool = False) -> None:
        super().__init__(file.name, os.fstat(source.fileno()).st_size, hidden=hidden)

    def at(self, source: BinaryIO) -> None:
        """Show how far `source` has been read; it is closed once that is the whole of a table."""
        if self._bar and not source.closed:
            self._bar.update(self._task, completed=source.tell())


class MoveProgress(_Bar):
    """How many rows of a move were looked at."""

    def __init__(self) -> None:
        super().__init__("", None)

    def __call__(self, step: MoveStep) -> None:
        """Show how far it is."""
        if self._bar:
            what = f"{'Compare' if step.compares else 'Copy'} {step.table}"
            self._bar.update(self._task, advance=step.rows, total=step.total, description=what)


class MigrationProgress:
    """Lines on standard error about a store that is brought up to date.

    `Schema 7 of 21 (match keys)` as a step begins, then `Schema 7 of 21 (match keys): 31,000 of 90,000 contacts`.
    A store without contacts is done at once, and nothing is said.
    """

    def __init__(self) -> None:
        self._said = 0.0

    def __call__(self, step: MigrationStep) -> None:
        """Say how far it is: of each step that it begins, and every other second how far that is."""
        now = time.monotonic()
        if step.contacts and (not step.done or now - self._said >= _PAUSE):
            self._said = now
            contacts = f": {step.done:,} of {step.contacts:,} contacts" if step.done else ""
            say(f"Schema {step.schema} of {step.last} ({step.what}){contacts}", to=sys.stderr)
