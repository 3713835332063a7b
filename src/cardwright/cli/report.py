"""The report of an import: a line for each row, or an object."""

from __future__ import annotations

import csv
import json
from typing import IO, TYPE_CHECKING, Final, Protocol, Self

if TYPE_CHECKING:
    from pathlib import Path

    from cardwright.book.upsert import Result

_COLUMNS: Final = ("file", "row", "outcome", "contact", "warnings", "reason")
_write: Final = json.JSONEncoder(ensure_ascii=False).encode


class Report(Protocol):
    """A file that says what became of each row."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *_: object) -> None: ...
    def add(self, file: str, result: Result) -> None:
        """Write what became of a row of `file`."""


def report_to(file: Path) -> Report:
    """Open a report: JSON if it is named so, else CSV; OSError if it cannot be written."""
    return (_Json if file.suffix.lower() == ".json" else _Csv)(file)


class _Csv:
    """A line for each row, written as it comes."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("w", encoding="utf-8", newline="")
        self._rows = csv.writer(self._file)
        self._rows.writerow(_COLUMNS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, file: str, result: Result) -> None:
        row, outcome, contact, warnings, reason = result
        self._rows.writerow((file, row, outcome, contact, "; ".join(warnings), reason))


class _Json:
    """An array with an object for each row, written as it comes."""

    def __init__(self, file: Path) -> None:
        self._file: IO[str] = file.open("w", encoding="utf-8")
        self._before = "["

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.write("[]\n" if self._before == "[" else "\n]\n")
        self._file.close()

    def add(self, file: str, result: Result) -> None:
        self._file.write(f"{self._before}\n{_write(dict(zip(_COLUMNS, (file, *result), strict=True)))}")
        self._before = ","
