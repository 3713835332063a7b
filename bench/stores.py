"""The store on PostgreSQL beside the one in a folder: durable creates, an import, and reads among few and many."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final, NamedTuple

import partner
from cardwright.book import accounts, partners
from cardwright.book.ports import Draft, Place
from cardwright.book.requests import Query
from cardwright.contact.model import Contact, Email, Name, Phone
from cardwright.contact.uid import new_uid
from cardwright.store import open_store
from contest import Contestant, conditions, lap, running
from imports import HEADER, imported, write_table
from load import load
from ours import advertiser, serve
from report import Effort, Table, UnavailableError, figure
from servers import CORES, cpu_seconds

sys.path.append(str(Path(__file__).parent.parent / "tests"))  # the PostgreSQL server is started as in the tests
from postgres import cluster, why_not

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from cardwright.book.ports import Store
    from contest import Lap
    from ours import Advertiser
    from postgres import Cluster

CLIENTS: Final = 64
FEW: Final = 1_000
TIMES: Final = 30
_SAFE: Final = (
    *("listen_addresses=", "fsync=on", "synchronous_commit=on", "shared_buffers=256MB"),
    *("min_wal_size=4GB", "max_wal_size=4GB"),
)
_LOG: Final = """SELECT count(pg_switch_wal()) FROM (
      SELECT pg_logical_emit_message(false, 'bench', '') AS place FROM generate_series(1, 256) OFFSET 0
    ) AS written WHERE place IS NOT NULL"""
_PERSON: Final = Contact(
    Name("Wile", "Coyote"),
    title="Acme Partner Manager",
    phones=(Phone("8051234567", "work", "US"), Phone("8059876543", "mobile", "US")),
    emails=(Email("wile.coyote@example.com", "work"),),
    labels=("Main Contact", "Acme Partner"),
)
_STORES: Final = ("SQLite", "PostgreSQL")


class Seen(NamedTuple):
    """One round of a server, and PostgreSQL's CPU for each request in microseconds."""

    lap: Lap
    database: float


def tables(effort: Effort) -> list[Table]:
    """Measure both stores in turns; PostgreSQL commits to its disk each time, as a folder does."""
    if reason := why_not():
        raise UnavailableError(reason)
    with tempfile.TemporaryDirectory() as name, seasoned() as server:
        folder = Path(name)
        found = [_creates(folder, server, effort), _many_accounts(server, effort)]
        with _filled(folder, server, FEW) as few, _filled(folder, server, effort.rows) as many:
            found += [_imports(many, effort.rows), _reads(few, many, effort.rows)]
        return found


@contextlib.contextmanager
def seasoned() -> Iterator[Cluster]:
    """Run a PostgreSQL server whose log has all of its files, as that of one that has run for a while.

    A new server makes another every 16 MB, writes zeros to all of it and waits for the disk, within somebody's commit;
    later it takes one that it needs no more.
    """
    with cluster(_SAFE) as server:
        server.run(_LOG, seconds=600)
        server.run("CHECKPOINT", seconds=600)  # those are needed no more
        yield server


def _creates(folder: Path, server: Cluster, effort: Effort) -> Table:
    """Measure creates over HTTP, with one worker and with two."""
    with contextlib.ExitStack() as stack:
        contestants = []
        for workers in (1, 2):
            addresses = (str(folder / f"creates{workers}"), stack.enter_context(server.database()))
            for store, data in zip(_STORES, addresses, strict=True):
                name = f"{store}, {'one worker' if workers == 1 else 'two workers'}"
                request = partner.create(advertiser(data), partner.PERSON)
                command = serve(data, workers=workers, cores=CORES)
                contestants.append(Contestant(name, command, request, partner.is_created))
        seen = _rounds(contestants, server, effort)
    usual = [one.lap.load.per_second for one in seen[contestants[0].name]]
    rows = []
    for name, rounds in seen.items():
        speeds = [one.lap.load.per_second for one in rounds]
        rows.append(
            (
                name,
                figure(median(speeds)),
                f"{median(map(float.__truediv__, speeds, usual)):.2f}",
                figure(median(one.lap.load.p99 for one in rounds)),
                figure(median(one.lap.cpu for one in rounds), 3),
                figure(median(one.database for one in rounds), 3),
            )
        )
    header = ("one more contact, on disk", "requests/s", "to SQLite, one", "p99 ms", "server CPU µs/request")
    cores = f"servers, PostgreSQL and generator share {len(CORES)} cores, and nothing is pinned"
    caption = conditions(CLIENTS, effort, cores=cores)
    return Table("Durable creates on both stores", (*header, "PostgreSQL's"), rows, caption)


def _rounds(contestants: list[Contestant], server: Cluster, effort: Effort) -> dict[str, list[Seen]]:
    seen: dict[str, list[Seen]] = {contestant.name: [] for contestant in contestants}
    with running(contestants) as servers:
        for contestant, one in servers:
            load(one.port, contestant.request, CLIENTS, 1, CORES)
        for _ in range(effort.rounds):
            for contestant, one in servers:
                before = cpu_seconds(server.process)
                found = lap(one, contestant.request, CLIENTS, effort.seconds, CORES)
                used = cpu_seconds(server.process) - before
                seen[contestant.name].append(Seen(found, used * 1e6 / max(found.load.requests, 1)))
            servers.append(servers.pop(0))
    return seen


def _many_accounts(server: Cluster, effort: Effort) -> Table:
    """Measure what PostgreSQL pays for a create of one of 64 accounts, without HTTP."""
    with server.database() as address:
        counts, costs = zip(*asyncio.run(_by_many(address, server, effort)), strict=True)
    row = ("64 accounts, a client each", figure(median(counts)), figure(median(costs), 3))
    rounds = f"{effort.rounds} rounds" if effort.rounds > 1 else "one round"
    caption = (
        f"The store alone, in one process, with PostgreSQL on the same cores; {rounds} of {effort.seconds} s, medians."
    )
    return Table(
        "PostgreSQL: creates of many accounts", ("creates", "per second", "PostgreSQL's CPU µs"), [row], caption
    )


async def _by_many(address: str, server: Cluster, effort: Effort) -> list[tuple[float, float]]:
    async with open_store(address) as store:
        owners = [await _owner(store, f"Bench {number}") for number in range(CLIENTS)]
        found = []
        for _ in range(effort.rounds):
            before, end = cpu_seconds(server.process), time.monotonic() + effort.seconds
            made = await asyncio.gather(*(_until(end, store, sid) for sid in owners))
            used = cpu_seconds(server.process) - before
            found.append((sum(made) / effort.seconds, used * 1e6 / sum(made)))
        return found


async def _owner(store: Store, name: str) -> str:
    sid = (await accounts.add_account(store.accounts, name)).sid
    await partners.add_campaign(store.partners, sid, "1000", "Acme")
    await partners.add_partner(store.partners, sid, "10000", "Acme Partner")
    return sid


async def _until(end: float, store: Store, sid: str) -> int:
    made = 0
    while time.monotonic() < end:
        draft = Draft(_PERSON._replace(uid=new_uid()), ("10000",))
        await store.contacts.create(Place(sid, "1000"), draft, "bench")
        made += 1
    return made


class Filled(NamedTuple):
    """So many contacts in a store, and how long their import took."""

    data: str
    owner: Advertiser
    seconds: float
    cpu: float
    mebibytes: float
    database: float = 0
    """PostgreSQL's CPU seconds for that."""


@contextlib.contextmanager
def _filled(folder: Path, server: Cluster, size: int) -> Iterator[list[Filled]]:
    """Import so many people into a store of each kind."""
    table = folder / f"{size}.csv"
    write_table(table, size)
    with server.database() as address:
        filled = []
        for data in (str(folder / f"filled{size}"), address):
            owner = advertiser(data)
            before = cpu_seconds(server.process)
            done = imported(owner, data, table, size, "created")
            filled.append(Filled(data, owner, *done, cpu_seconds(server.process) - before))
        yield filled


def _imports(many: list[Filled], size: int) -> Table:
    rows = [
        (
            store,
            f"{size:,}",
            figure(size / one.seconds, 3),
            f"{one.cpu / size * 1e6:.0f}",
            f"{one.database / size * 1e6:.0f}",
            f"{one.mebibytes:.0f}",
        )
        for store, one in zip(_STORES, many, strict=True)
    ]
    header = ("import of CSV", "contacts", "contacts/s", "CPU µs/contact", "PostgreSQL's", "peak memory, MiB")
    return Table(
        "Import on both stores",
        header,
        rows,
        f"Each once: a whole import with its start, {len(HEADER)} columns, and the CPU time of both its processes; the "
        "memory is that of the larger one. PostgreSQL shares the cores with them.",
    )


def _reads(few: list[Filled], many: list[Filled], size: int) -> Table:
    """Measure reads of the store itself, without HTTP."""
    rows = []
    for store, small, large in zip(_STORES, few, many, strict=True):
        waits = [asyncio.run(read_times(one, count)) for one, count in ((small, FEW), (large, size))]
        rows += [(f"{what}, {store}", *(figure(wait[what]) for wait in waits)) for what in waits[0]]
    caption = f"The store alone, in one process: medians of {TIMES}; a total is there from the first time on."
    return Table("Reads on both stores, ms", ("read", f"among {FEW:,}", f"among {size:,}"), rows, caption)


async def read_times(filled: Filled, size: int) -> dict[str, float]:
    """Return how long reads take, in milliseconds, among so many contacts."""
    async with open_store(filled.data) as store:
        place = Place(filled.owner.sid, "1000")
        listed = partial(store.contacts.list, place)
        reads: dict[str, Callable[[int], Awaitable[object]]] = {
            "first page of 100": lambda _: listed(Query(page_size=100)),
            "page of 100 from the middle": lambda at: listed(Query(page_size=100, page=size // 200 - at % 5)),
            "changes since the last but ten": lambda _: store.changes.after(place, size - 10, 100),
            "search of a word and its total, again": lambda _: listed(Query(search="engineer", page_size=100)),
            "search of one person": lambda at: listed(Query(search=f"{7_400_000_000 + at}", page_size=100)),
        }
        return {name: await _wait(read) for name, read in reads.items()}


async def _wait(read: Callable[[int], Awaitable[object]]) -> float:
    await read(0)
    waits = []
    for at in range(TIMES):
        begun = time.perf_counter()
        await read(at)
        waits.append(1e3 * (time.perf_counter() - begun))
    return median(waits)
