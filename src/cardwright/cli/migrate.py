"""`cardwright migrate`: the schema of the store brought up to date, or all of it moved into another."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from cardwright.cli.arguments import DATA, Data, Json
from cardwright.cli.files import UsageError
from cardwright.cli.opening import with_store
from cardwright.cli.output import document, say, show, table
from cardwright.cli.progress import MoveProgress
from cardwright.store import moved, named

if TYPE_CHECKING:
    from cardwright.book.ports import Store
    from cardwright.store.moving import Moved


def migrate(
    *,
    from_: Annotated[str, Parameter(name="--from")] = "",
    to: str = "",
    json: Json = False,
    data: Data = DATA,
) -> None:
    """Bring the schema of the store up to date, as `serve` does when it starts; no other command does.

    With --from and --to: move everything into another store, which must be empty, and compare both. Cut short, the same
    command goes on where it was.

    Parameters
    ----------
    from_
        The store to move, a folder or a `postgresql://` address: it is only read, and no server may use it.
    to
        The store to move it to: made if it is not there.
    """
    if bool(from_) != bool(to):
        raise UsageError("--from and --to go together: name the store to move, and where to")
    if from_:
        _move(from_, to, json=json)
        return
    before, now = with_store(data, _schemas, older="migrate")
    show({"SchemaBefore": before, "Schema": now}, as_json=json)


async def _schemas(store: Store) -> tuple[int, int]:
    return store.schemas


def _move(source: str, target: str, *, json: bool) -> None:
    tables = [
        {"Table": one.table, "Rows": one.rows, "Digest": one.digest} for one in asyncio.run(_moved(source, target))
    ]
    if json:
        document({"From": named(source), "To": named(target), "Tables": tables})
    else:
        table(tables, as_json=False)
        say(f"Everything of {named(source)} is in {named(target)}, and equal.")


async def _moved(source: str, target: str) -> list[Moved]:
    """Move, until SIGTERM ends that, as Ctrl+C does: what was copied stays."""
    task = asyncio.current_task()
    if task:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    with MoveProgress() as progress:
        try:
            return await moved(source, target, progress)
        except asyncio.CancelledError:
            raise SystemExit(128 + signal.SIGTERM) from None
