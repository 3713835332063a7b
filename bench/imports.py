"""Import and export of many contacts, each as a process of its own: how fast, and in how much memory."""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ours import Advertiser, advertiser
from report import Effort, Table, figure

if TYPE_CHECKING:
    from collections.abc import Iterator

CARDS_FOR = 10  # so many times fewer cards are imported than rows of a table
HEADER = (
    *("FirstName", "LastName", "EmailAddress", "Title", "Organization", "WorkPhoneNumber", "WorkPhoneNumberCountry"),
    *("CellphoneNumber", "CellphoneNumberCountry", "Labels"),
)
# Parts of names: 150 first and 240 last ones, so that many people have the same name.
_FIRST = (
    ("Al", "Be", "Cor", "Da", "El", "Fri", "Ga", "He", "Ir", "Jo", "Ka", "Lu", "Ma", "No", "Or"),
    ("an", "bert", "da", "dor", "ia", "na", "ro", "sa", "vin", "é"),
)
_LAST = (
    ("Ander", "Berg", "Cart", "Dal", "Ed", "Fish", "Gra", "Hal", "Ib", "Jen", "Kow", "Lind", "Mor", "Nash", "Ol"),
    ("sen", "son", "er", "man", "wright", "ski", "ton", "ley", "quist", "ez", "ing", "off", "well", "by", "ham", "ö"),
)
_TITLES = ("Sales Manager", "Engineer", "Head of Purchasing", "Accountant", "Support Specialist", "", "")
_COMPANIES = (
    ("Acme", "Blue", "Canyon", "Desert", "Eagle", "First", "Granite"),
    (" Supplies", " Logistics", " Works", " Partners", " & Sons", " Foods, Inc."),
)
_LABELS = ("", "VIP", "Newsletter,VIP")


class Done(NamedTuple):
    """What one command took."""

    seconds: float
    cpu: float
    mebibytes: float
    """The most that was resident."""

    def row(self, what: str, contacts: int) -> tuple[str, ...]:
        """Return the cells of a table."""
        each = f"{self.cpu / contacts * 1e6:.0f}"
        return (what, f"{contacts:,}", figure(contacts / self.seconds, 3), each, f"{self.mebibytes:.0f}")


def tables(effort: Effort) -> list[Table]:
    """Import a tenth of the rows, then all of them, and export those; cards are a tenth of that, both ways."""
    sizes = (effort.rows // 10, effort.rows)
    rows = [row for size in sizes for row in _measured(size)]
    header = ("command", "contacts", "contacts/s", "CPU µs/contact", "peak memory, MiB")
    caption = (
        f"Each once, a whole command with its start; {len(HEADER)} columns, into an empty campaign where not said "
        "otherwise. The rate goes by the clock, on all cores; CPU time is of all its processes, the memory that of the "
        "larger one."
    )
    return [Table("Import and export", header, rows, caption)]


def _measured(size: int) -> list[tuple[str, ...]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        owner, data = advertiser(folder / "data"), folder / "data"
        table = folder / "people.csv"
        write_table(table, size)
        found = [
            imported(owner, data, table, size, "created").row("import of CSV", size),
            imported(owner, data, table, size, "skipped").row("import of the same CSV again", size),
        ]
        for kind in ("csv", "json", "vcf", "jcard"):
            done = timed(data, "export", owner.sid, "1000", "--format", kind, "-o", str(folder / f"out.{kind}"))
            found.append(done.row(f"export as {kind}", size))
        return found + [_back(folder, size // CARDS_FOR, kind) for kind in ("vcf", "jcard")]


def _back(folder: Path, size: int, kind: str) -> tuple[str, ...]:
    """Import the first cards of an export into a store of its own."""
    data, file = folder / kind, folder / f"first.{kind}"
    owner = advertiser(data)
    with (folder / f"out.{kind}").open("rb") as whole, file.open("wb") as part:
        part.writelines(_first(whole, size, kind))
    return imported(owner, data, file, size, "created").row(f"import of {kind}", size)


def _first(lines: Iterator[bytes], size: int, kind: str) -> Iterator[bytes]:
    """Give the lines of so many cards."""
    if kind == "jcard":  # a line each, and one before them
        yield next(lines)
        yield from (next(lines) for _ in range(size - 1))
        yield next(lines).rstrip(b",\n") + b"\n]\n"
        return
    for line in lines:
        yield line
        size -= line.startswith(b"END:VCARD")
        if not size:
            return


def imported(owner: Advertiser, data: Path | str, file: Path, size: int, outcome: str) -> Done:
    """Import a file; raises RuntimeError unless every row has that outcome."""
    counts = file.parent / "counts.json"
    done = timed(data, "import", owner.sid, "1000", str(file), "--json", output=counts)
    if json.loads(counts.read_text())[outcome] != size:
        raise RuntimeError(f"{file.name}: not all {size} {outcome}: {counts.read_text()}")
    return done


def timed(data: Path | str, *command: str, output: Path | None = None) -> Done:
    """Run a command to its end; raises RuntimeError when it fails."""
    argv = [sys.executable, "-m", "cardwright", *command, "--data", str(data)]
    begun = time.perf_counter()
    with (output or Path(os.devnull)).open("wb") as out:
        process = subprocess.Popen(argv, stdout=out)
        _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command[:2])}: exit {process.returncode}")
    return Done(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def write_table(file: Path, size: int) -> None:
    """Write a table of so many people, the same ones every time; no two have the same address."""
    with file.open("w", encoding="utf-8", newline="") as text:
        rows = csv.writer(text)
        rows.writerow(HEADER)
        rows.writerows(people(size))


def people(size: int) -> Iterator[tuple[str, ...]]:
    """Give the rows."""
    draw = random.Random(1).choice  # noqa: S311 - the same every time is what is wanted
    for number in range(size):
        first, last, company = ("".join(map(draw, parts)) for parts in (_FIRST, _LAST, _COMPANIES))
        address = f"{first}.{last}.{number}@example.com".lower().replace("é", "e").replace("ö", "o")
        work, cell = f"805{2_000_000 + number % 7_999_999}", f"7400{number % 1_000_000:06d}" if number % 3 else ""
        person = (first, last, address, draw(_TITLES), company)
        yield (*person, work, "US", cell, "GB" if cell else "", draw(_LABELS))
