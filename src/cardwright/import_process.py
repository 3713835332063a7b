"""The process of one import run: the store, and the parts that an import needs, in an event loop of its own.

The server that starts it says on standard input which run it is. When that input ends, the process is to end. Its own
output ends with the run: what it does then for the next who lists by name, no other run waits for.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import socket
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Final

import msgspec

from cardwright.book.import_jobs import Run
from cardwright.book.import_run import ImportRun
from cardwright.book.requests import Query
from cardwright.book.upsert import Upsert
from cardwright.errors import CardwrightError
from cardwright.fetch import Fetcher
from cardwright.images import ContactImages, photo_slots
from cardwright.photo.workers import Workers
from cardwright.store import open_store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cardwright.book.match_keys import Match
    from cardwright.book.outcomes import OnDuplicate, Outcome
    from cardwright.book.ports import Place, Store

GARBAGE: Final = 200_000
"""Objects between two collections: thousands of rows are at hand, none of them in a circle."""


def upsert_into(
    store: Store, workers: Workers, place: Place, on_duplicate: OnDuplicate, match: Match = "name"
) -> Upsert:
    """Return an import into a campaign, for which no photo is fetched."""
    images = ContactImages(Fetcher(enabled=False), workers, photo_slots())
    return Upsert(store.imports, store.contacts, store.groups, images, place, on_duplicate=on_duplicate, match=match)


def collect_seldom() -> None:
    """Let what is here now stay, and look for garbage as seldom as an import needs it."""
    gc.freeze()
    gc.set_threshold(GARBAGE)


def main() -> None:
    """Do the run that standard input names."""
    data, run = msgspec.json.decode(sys.stdin.buffer.readline(), type=tuple[str, Run])
    collect_seldom()
    asyncio.run(_main(data, run))


async def _main(data: str, run: Run) -> None:
    async with open_store(data, create=False, older="refuse") as store:
        with closing(Workers()) as workers:  # started by the first photo
            import_run = ImportRun(store, run, _tell)
            loop, server_ended = asyncio.get_running_loop(), asyncio.Event()
            loop.add_reader(sys.stdin, _end, import_run, server_ended)  # nothing comes but its end
            try:
                await import_run.go(lambda into, how: upsert_into(into, workers, run.place, how))
                _end_output()
                await _fill_names(store, run.place, server_ended)
            finally:
                loop.remove_reader(sys.stdin)


def _end(import_run: ImportRun, server_ended: asyncio.Event) -> None:
    import_run.stop()
    server_ended.set()


async def _fill_names(store: Store, place: Place, server_ended: asyncio.Event) -> None:
    """Bring the index of names up to date, now that the run has ended: else the first list by name waits for that."""
    filling = asyncio.create_task(store.contacts.list(place, Query(order="name", page_size=1)))
    ended = asyncio.create_task(server_ended.wait())
    await asyncio.wait((filling, ended), return_when=asyncio.FIRST_COMPLETED)
    for task in (filling, ended):
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError, CardwrightError):  # whoever lists by name tries again
        await filling


def _tell(counts: Mapping[Outcome, int]) -> None:
    """Tell the server how many rows came to which outcome, as long as it hears."""
    if counts:
        try:
            sys.stdout.buffer.write(msgspec.json.encode(counts) + b"\n")
            sys.stdout.buffer.flush()
        except OSError:
            pass  # it has gone: the run ends


def _end_output() -> None:
    """Tell the server that the run has ended: it hears the end of the socket, of which the other half stays open."""
    with contextlib.suppress(OSError), socket.socket(fileno=os.dup(sys.stdout.fileno())) as output:
        output.shutdown(socket.SHUT_WR)


if __name__ == "__main__":
    main()
