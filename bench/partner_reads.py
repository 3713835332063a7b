"""Reads of partner contacts among 1,000, 100,000 and 1,000,000: what grows with the book, and what does not."""

from __future__ import annotations

import contextlib
import csv
import json
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from contest import Contestant, Lap, answering, conditions, lap
from load import Answer, Request, ask, load
from ours import Advertiser, advertiser, run, serve
from partner import PERSON
from report import Effort, Table, figure

if TYPE_CHECKING:
    from servers import Server

SIZES = (1_000, 100_000, 1_000_000)
CLIENTS = 16
PAGE = 100
_ONE = "one found"


class Book(NamedTuple):
    """A server with so many contacts in its store, and the milliseconds that the first answer to each read took."""

    size: int
    server: Server
    owner: Advertiser
    first: dict[str, float]

    def reads(self) -> dict[str, Request]:
        """Return what is measured, by name; contacts and pages are asked for all over the book."""
        page = f".json?PageSize={PAGE}"
        ids = range(1, self.size - 2 * PAGE)
        pages = range(self.size // PAGE // 2, self.size // PAGE)
        alike = range(self.size // 10, self.size - 1)  # all of as many digits: none begins with another
        return {
            f"retrieve, {_ONE}": contacts(self.owner, "/{id}.json", ids),
            f"first page of {PAGE}": contacts(self.owner, page),
            "page by cursor, anywhere": contacts(self.owner, f"{page}&AfterId={{id}}", ids),
            "page by number, from the middle on": contacts(self.owner, f"{page}&Page={{id}}", pages),
            f"search of a rare word, {_ONE}": contacts(self.owner, f"{page}&Search=coyote{{id}}", alike),
            f"search of a whole address, {_ONE}": contacts(
                self.owner, f"{page}&Search=wile.coyote.{{id}}@example.com", alike
            ),
            "search of a word that all have": contacts(self.owner, f"{page}&Search=acme"),
            "the same by number, from the middle on": contacts(self.owner, f"{page}&Search=acme&Page={{id}}", pages),
            "search of a letter that all have": contacts(self.owner, f"{page}&Search=c"),
            "label that half have, by cursor": contacts(self.owner, f"{page}&Label=half&AfterId={{id}}", ids),
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
        "first answer ms",
    )
    return [Table("Reads as the book grows, one worker", header, rows, conditions(CLIENTS, effort))]


def contacts(owner: Advertiser, path: str, ids: range = range(1)) -> Request:
    """Return the request for a path below the contacts."""
    return Request("GET", f"{owner.contacts}{path}", owner.headers, ids=ids)


def filled(stack: contextlib.ExitStack, data: Path, size: int) -> Book:
    """Fill a new store with so many contacts and start a server on it."""
    owner = peopled(data, size)
    server, _ = answering(Contestant("Cardwright", serve(data), contacts(owner, ".json?PageSize=1"), has_one))
    stack.enter_context(server)
    book = Book(size, server, owner, {})
    check(book)
    return book


def peopled(data: Path, size: int) -> Advertiser:
    """Import so many contacts into a new store, each with all that a create can say; return whose they are."""
    owner, people = advertiser(data), data / "people.csv"
    with people.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(PERSON))
        writer.writeheader()
        writer.writerows(map(person, range(size)))
    run(data, "import", owner.sid, "1000", str(people), "--on-duplicate", "add")
    people.unlink()
    return owner


def person(number: int) -> dict[str, str]:
    """Return the parameters of a contact."""
    labels = PERSON["Labels"] + (",Half" if number % 2 else "")
    address = f"wile.coyote.{number}@example.com"
    return {**PERSON, "LastName": f"Coyote{number}", "EmailAddress": address, "Labels": labels}


def has_one(answer: Answer) -> bool:
    """Whether the answer is a page with one contact."""
    return answer.body.count('"FirstName"') == 1


def check(book: Book) -> None:
    """Note how long each read takes the first time; RuntimeError unless it gives what it is named after."""
    for name, request in book.reads().items():
        before = time.perf_counter()
        answer = ask(book.server.port, request)
        book.first[name] = (time.perf_counter() - before) * 1_000
        found = json.loads(answer.body) if answer.media_type == "application/json" else {}
        shown = found.get("Contacts", [found])
        if len(shown) != (1 if _ONE in name else PAGE) or shown[0].get("FirstName") != PERSON["FirstName"]:
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
        figure(book.first[name]),
    )
