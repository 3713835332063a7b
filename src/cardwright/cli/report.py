"""The report of an import (`--report`): a CSV line or a JSON object for each row."""

from __future__ import annotations

import csv
import io
import json
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Final, Protocol

from cardwright.book.files.reports import COLUMNS, cells_of
from cardwright.book.files.visible import visible_json
from cardwright.cli.files import replacing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cardwright.book.outcomes import Result

_write: Final = json.JSONEncoder(ensure_ascii=False).encode


class Report(Protocol):
    """A file that says what became of each row."""

    def add(self, file: str, result: Result) -> None:
        """Write what became of a row of `file`."""

    def end(self) -> None:
        """Write what belongs at the end."""


@contextmanager
def report_to(file: Path) -> Iterator[Report]:
    """Give a report, JSON if it is named so, else CSV; it is there when the block ends, whatever way that ends."""
    with replacing(file, keep=True) as octets:
        text = io.TextIOWrapper(octets, "utf-8", newline="")
        report: Report = (_Json if file.suffix.lower() == ".json" else _Csv)(text)
        try:
            yield report
        finally:
            report.end()
            text.detach()


class _Csv:
    """A line for each row, written as it comes; no cell is a formula."""

    def __init__(self, file: IO[str]) -> None:
        self._rows = csv.writer(file)
        self._rows.writerow(COLUMNS)

    def add(self, file: str, result: Result) -> None:
        self._rows.writerow(cells_of(file, result))

    def end(self) -> None:
        """Write nothing: every line stands for itself."""


class _Json:
    """An array with an object for each row, written as it comes."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._before = "["

    def add(self, file: str, result: Result) -> None:
        row = _write(dict(zip(COLUMNS, (file, *result), strict=True)))
        self._file.write(f"{self._before}\n{visible_json(row)}")
        self._before = ","

    def end(self) -> None:
        self._file.write("[]\n" if self._before == "[" else "\n]\n")
