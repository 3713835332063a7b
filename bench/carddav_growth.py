"""CardDAV as the book grows: from 2,000 to 10,000 cards, and from 1,000 to as many contacts as are asked for."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from carddav import CARDS, PUTS, READS, Line, ours, query, serving
from contest import compete, conditions
from partner_reads import peopled, person
from report import Table, figure

if TYPE_CHECKING:
    from contest import Contestant
    from dav_peers import Peer
    from load import Request
    from report import Effort

TIMES, FEW = 5, 1_000
QUERY, SYNC = (next(line for line in READS if line.name.startswith(name)) for name in ("query", "sync after"))


def tables(effort: Effort) -> list[Table]:
    """Measure each line on books of both sizes, then among few and many contacts."""
    small = min(CARDS, effort.rows)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = [row for line in (QUERY, SYNC, *PUTS) for row in grown(line, folder, (small, TIMES * small), effort)]
        rows += among(folder, sorted({min(FEW, effort.rows), effort.rows}), effort)
    figures = ("requests/s", "p99 ms", "server CPU µs/request", "time to that of the smallest", "by CPU")
    caption = f"{conditions(1, effort)} 16 connections where a line says so. One worker, SQLite."
    return [Table("CardDAV as the book grows", ("Cardwright", "cards", *figures), rows, caption)]


def grown(line: Line, folder: Path, sizes: tuple[int, ...], effort: Effort) -> list[tuple[str, ...]]:
    """Return a row for each size of ours, measured in turns."""
    found = []
    for size in sizes:
        peer = ours(folder / f"{line.clients}-{line.name[:5]}-{size}", size)
        found.append(peer.in_use(line.request(peer, size), line.right)._replace(name=f"{size:,}"))
    return _rows(line.name, found, line.clients, effort)


def among(folder: Path, sizes: list[int], effort: Effort) -> list[tuple[str, ...]]:
    """Return the rows of what is asked most, among so many contacts each, imported from a table."""
    peers = {}
    for size in sizes:
        data = folder / f"among-{size}"
        peers[size] = serving(data, peopled(data, size))
    rows = []
    for line in (SYNC, QUERY._replace(request=_one_of)):
        found = []
        for size, peer in peers.items():
            found.append(peer.in_use(line.request(peer, size), line.right)._replace(name=f"{size:,}"))
        rows += _rows(line.name, found, line.clients, effort)
    return rows


def _one_of(peer: Peer, count: int) -> Request:
    return query(peer, person(count // 2)["EmailAddress"])


def _rows(line: str, found: list[Contestant], clients: int, effort: Effort) -> list[tuple[str, ...]]:
    outcomes = compete(found, clients, effort)
    smallest = outcomes[found[0].name]
    return [
        (
            line,
            size,
            figure(outcome.per_second),
            figure(outcome.p99),
            figure(outcome.cpu, 3),
            f"{smallest.speed_of(outcome):.2f}",
            f"{smallest.thrift_of(outcome):.2f}",
        )
        for size, outcome in outcomes.items()
    ]
