"""The report of an import: a row of a table for each row of the file, with what became of it."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from cardwright.book.files.formulas import protected
from cardwright.book.files.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cardwright.book.outcomes import Result

COLUMNS: Final = ("file", "row", "outcome", "contact", "warnings", "reason")
HEADER: Final = ",".join(COLUMNS).encode() + b"\r\n"


def cells_of(file: str, result: Result) -> list[str]:
    """Return what became of a row as cells, of which no spreadsheet takes one for a formula."""
    row, outcome, contact, warnings, reason = result
    texts = (file, str(row), outcome, contact, "; ".join(warnings), reason)
    return [protected(visible(text)) for text in texts]


def csv_of(file: str, results: Iterable[Result]) -> bytes:
    """Return rows of a report as CSV (RFC 4180), in UTF-8, without the header."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(cells_of(file, result) for result in results)
    return text.getvalue().encode("utf-8", "surrogatepass")
