"""Open the store for one command, and run its use case in an event loop."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from typing import TYPE_CHECKING, Final, TypeVar

from cardwright.cli.progress import MigrationProgress
from cardwright.cli.sources import configuration
from cardwright.errors import CardwrightError, StoreError
from cardwright.store import files_of, named, open_store

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from pathlib import Path

    from cardwright.book.ports import Store
    from cardwright.store import Older

T = TypeVar("T")

BY: Final = "command line"
"""Whom the audit trail names for what a command does."""


def with_store(
    data: str, use_case: Callable[[Store], Awaitable[T]], *, create: bool = False, older: Older = "refuse"
) -> T:
    """Return what `use_case` returns for the store that `data` names; raises what it raises.

    Raises NotFoundError when there is no store and `create` does not ask for one, StoreError for one that is damaged,
    or whose schema is older unless `older` says otherwise. SIGTERM, like Ctrl+C, cancels the use case: what it has
    begun to write it finishes, or takes back, and the program leaves with 143. A migration they end at once.
    """

    async def run() -> T:
        async with contextlib.AsyncExitStack() as stack:
            with _interruptible():
                opening = open_store(data, create=create, older=older, tell=MigrationProgress())
                store = await stack.enter_async_context(opening)
            loop, task = asyncio.get_running_loop(), asyncio.current_task()
            if task and not _hears_itself():
                loop.add_signal_handler(signal.SIGTERM, task.cancel)
            try:
                return await use_case(store)
            except (CardwrightError, OSError):
                raise
            except Exception as error:
                if faults := await store.check():  # what was read of them is not what was ever written
                    raise StoreError(f"{named(data)} is damaged: {faults[0]}; see `cardwright check`") from error
                raise

    try:
        return asyncio.run(run())
    except asyncio.CancelledError:
        raise SystemExit(128 + signal.SIGTERM) from None


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl+C end what does not await: else the event loop would hear it only afterwards."""
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.SIG_IGN and not _hears_itself():
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _hears_itself() -> bool:
    """Return whether the command hears the signals itself, as `serve` does."""
    return signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL


def kept_files(data: str) -> list[Path]:
    """Return the files that no command may write over: the configuration, and those of the store, there or not yet."""
    return [*configuration(), *files_of(data)]
