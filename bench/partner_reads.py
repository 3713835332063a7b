"""Reads of partner contacts among 1,000, 100,000 and 1,000,000: what grows with the book, and what does not."""

from __future__ import annotations

import contextlib
import json
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
_RETRIEVE, _SEARCH = "retrieve", "search, one found"
_NUMBERED = {**PERSON, "LastName": "Coyote{id}", "EmailAddress": "wile.coyote.{id}@example.com"}


class Book(NamedTuple):
    """A server with so many contacts in its store, and the id of the first of them."""

    size: int
    server: Server
    owner: Advertiser
    first: int

    def get(self, path: str, ids: range = range(1)) -> Request:
        """Return the request for a path below the contacts."""
        return Request("GET", f"{self.owner.contacts}{path}", self.owner.headers, ids=ids)

    def reads(self) -> dict[str, Request]:
        """Return what is measured, by name; contacts are asked for all over the book."""
        ids = range(self.first, self.first + self.size - 2 * PAGE)
        numbers = range(self.size // 10, self.size - 1)  # all of as many digits: none begins with another
        return {
            _RETRIEVE: self.get("/{id}.json", ids),
            f"first page of {PAGE}": self.get(f".json?PageSize={PAGE}"),
            f"page of {PAGE} by cursor, anywhere": self.get(f".json?PageSize={PAGE}&AfterId={{id}}", ids),
            _SEARCH: self.get(f".json?PageSize={PAGE}&Search=coyote{{id}}", numbers),
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
    fill(server.port, one, FILL_CLIENTS, size - 1)
    empty = Book(size, server, owner, 0)
    page = json.loads(ask(server.port, empty.get(".json?PageSize=1")).body)
    book = empty._replace(first=int(page["Contacts"][0]["Id"]))
    check(book)
    return book


def check(book: Book) -> None:
    """Raise RuntimeError unless every read gives what it is named after."""
    for name, request in book.reads().items():
        answer = ask(book.server.port, request)
        found = json.loads(answer.body) if answer.media_type == "application/json" else {}
        contacts = [found] if name == _RETRIEVE else found.get("Contacts", [])
        wanted = 1 if name in (_RETRIEVE, _SEARCH) else PAGE
        if len(contacts) != wanted or contacts[0].get("FirstName") != PERSON["FirstName"]:
            raise RuntimeError(f"{name} among {book.size} answers wrongly: {answer}")


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
