"""Reads of partner contacts among 1,000, 100,000 and 1,000,000: what grows with the book, and what does not."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from contest import Contestant, Lap, answering, conditions, lap
from load import Request, ask, fill, load
from ours import Advertiser, advertiser, serve
from partner import PERSON, create, is_created
from report import Effort, Table, figure

if TYPE_CHECKING:
    from servers import Server

SIZES = (1_000, 100_000, 1_000_000)
CLIENTS, FILL_CLIENTS = 16, 64
PAGE = 100
_NUMBERED = {**PERSON, "LastName": "Coyote{id}", "EmailAddress": "wile.coyote.{id}@example.com"}


class Book(NamedTuple):
    """A server with so many contacts in its store, and the id of the first of them."""

    size: int
    server: Server
    owner: Advertiser
    first: int

    def reads(self) -> dict[str, Request]:
        """Return what is measured, by name. Contacts are looked for all over the book."""
        owner, ids = self.owner, range(self.first, self.first + self.size)
        numbers = range(self.size)
        return {
            "retrieve": Request("GET", f"{owner.contacts}/{{id}}.json", owner.headers, ids=ids),
            f"list, {PAGE} a page, anywhere": Request(
                "GET", f"{owner.contacts}.json?PageSize={PAGE}&AfterId={{id}}", owner.headers, ids=ids
            ),
            "search, one found": Request(
                "GET", f"{owner.contacts}.json?PageSize={PAGE}&Search=coyote{{id}}", owner.headers, ids=numbers
            ),
        }


def tables(effort: Effort) -> list[Table]:
    """Fill a store of each size, then measure each read at all sizes in turns."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        books = [filled(stack, Path(folder) / str(size), size) for size in SIZES]
        rows = [row for name in books[0].reads() for row in compared(name, books, effort)]
    header = (
        "partner contacts",
        "contacts",
        "requests/s",
        "p99 ms",
        "server CPU µs/request",
        f"speed of that at {SIZES[0]:,}",
    )
    return [Table("Reads as the book grows, one worker", header, rows, conditions(CLIENTS, effort))]


def filled(stack: contextlib.ExitStack, data: Path, size: int) -> Book:
    """Start a server on a new store and create so many contacts in it."""
    owner = advertiser(data)
    one = create(owner, _NUMBERED)._replace(ids=range(size))
    server, _ = answering(Contestant("Cardwright", serve(data), one, is_created))
    stack.enter_context(server)
    first = int(ask(server.port, one).body.rpartition("/")[2].split('"')[0]) - 1
    fill(server.port, one, FILL_CLIENTS, size - 2)
    return Book(size, server, owner, first)


def compared(name: str, books: list[Book], effort: Effort) -> list[tuple[str, ...]]:
    """Return a row for each size, measured in turns."""
    laps: list[list[Lap]] = [[] for _ in books]
    for book in books:
        load(book.server.port, book.reads()[name], CLIENTS, 1)
    for _ in range(effort.rounds):
        for book, found in zip(books, laps, strict=True):
            found.append(lap(book.server, book.reads()[name], CLIENTS, effort.seconds))
    return [_row(name, book, found, laps[0]) for book, found in zip(books, laps, strict=True)]


def _row(name: str, book: Book, laps: list[Lap], smallest: list[Lap]) -> tuple[str, ...]:
    return (
        name,
        f"{book.size:,}",
        figure(median(each.load.per_second for each in laps)),
        figure(median(each.load.p99 for each in laps)),
        figure(median(each.cpu for each in laps), 3),
        f"{median(a.load.per_second / b.load.per_second for a, b in zip(laps, smallest, strict=True)):.2f}",
    )
