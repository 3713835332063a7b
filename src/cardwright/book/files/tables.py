"""CSV (RFC 4180) as rows of cells: a row with a quote too many is refused alone, and the rows after it are read."""

from __future__ import annotations

import csv
import re
import threading
from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from cardwright import limits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import TextIO

_LINES: Final = limits.ROW_LINES.value  # a note that is longer could not be kept anyway
_LARGE: Final = limits.ROW_SIZE.value
_LONGEST: Final = limits.LINE.value
_CELLS: Final = limits.ROW_CELLS.value
_HEADER: Final = limits.HEADER_SIZE.value

_QUOTED: Final = re.compile('"[^"]*"')
_parsing: Final = threading.Lock()


class TableRow(NamedTuple):
    """The cells of one row."""

    cells: Sequence[str]
    fault: str = ""
    """Why it cannot be read; `""` when it could."""


class _Form(NamedTuple):
    """How the rows of a table are written."""

    delimiter: str
    has_blanks: bool
    """Whether blanks stand before quotes, as in `"Last Name", "First Name"`: then they are no text of a cell."""


def lines_of(text: TextIO) -> Iterator[str]:
    """Give the lines of a text; of one that is too long only so much that it can be told."""
    while line := text.readline(_LONGEST + 1):
        yield line
        rest = line
        while len(rest) > _LONGEST and not rest.endswith(("\n", "\r")):
            rest = text.readline(_LONGEST + 1)


class _UnendingError(Exception):
    """A row takes more lines than any that is meant, or a line that has too much."""


class _Lines:
    """Lines, some of which can be given back; `taken` are those of the row at hand."""

    def __init__(self, lines: Iterable[str], delimiter: str) -> None:
        self._lines = iter(lines)
        self._delimiter = delimiter
        self._again: deque[str] = deque()
        self._size = 0
        self.number = 0
        self.taken: list[str] = []

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self.taken.append(line)
        self._size += len(line)
        if len(line) > _CELLS and _fault(line, self._delimiter):
            raise _UnendingError
        if len(line) > _LONGEST or (len(self.taken) > 1 and (len(self.taken) > _LINES or self._size > _LARGE)):
            raise _UnendingError
        return line

    def peek(self) -> str:
        """Return the first line, `""` for none, which comes all the same."""
        self._again.extend(islice(self._lines, 1))
        return self._again[0] if self._again else ""

    def begin(self) -> int:
        """Begin another row, and return the number of its line."""
        self.number += len(self.taken)
        self.taken, self._size = [], 0
        return self.number + 1

    def give_back(self) -> str:
        """Give back all lines of the row but the first, and return that."""
        first, *rest = self.taken
        self._again.extendleft(reversed(rest))
        self.taken = [first]
        return first


def rows_of(lines: Iterable[str], delimiter: str, before: int = 0) -> Iterator[TableRow]:
    """Give the rows, the header among them; empty lines are passed over, `before` lines have been read already.

    A quote that opens a cell and is not closed, or so late that whole rows would stand in the cell, spoils its own
    line alone: reading goes on at the next. Quotes that stand wrongly within a line are read as they can be.
    """
    taken = _Lines(lines, delimiter)
    taken.number = before
    form = _form(taken.peek(), delimiter)
    reader = _reader(taken, form, strict=True)
    width = 0
    while True:
        number = taken.begin()
        try:
            cells = _next(reader)
            spoilt = width and len(taken.taken) > 1 and len(cells) != width and _holds_rows(taken.taken, form, width)
        except StopIteration:
            return
        except (csv.Error, _UnendingError):
            spoilt = True
        if spoilt:
            row = _alone(taken.give_back(), form, number)
            reader = _reader(taken, form, strict=True)
        else:
            row = TableRow(cells)
        if row.cells or row.fault:
            width = width or len(row.cells)
            yield row


def row_alone(lines: Sequence[str], delimiter: str) -> list[str]:
    """Return the first row that the lines make, with the lines that its quotes take; `[]` when it cannot be read.

    Nor is one read that is too long for a header.
    """
    if lines and len(lines[0]) > _HEADER:
        return []
    try:
        return _loosely(lines, _form(lines[0] if lines else "", delimiter))
    except csv.Error:
        return []


def _holds_rows(lines: Sequence[str], form: _Form, width: int) -> bool:
    """Say whether what follows the first line would be rows as wide as the header: a cell has swallowed them."""
    return any(len(_loosely([line], form)) == width for line in lines[1:])


def _alone(line: str, form: _Form, number: int) -> TableRow:
    """Return the row that a line makes without those after it."""
    if fault := _fault(line, form.delimiter):
        return TableRow((), f"line {number} has {fault}")
    lines = iter([line, ""])
    try:
        cells = _next(_reader(lines, form))
    except csv.Error as error:
        return TableRow((), f"line {number}: {error}")
    if next(lines, None) is None:  # that was more of the cell
        return TableRow(
            (), f'line {number} opens a quote (") that is not closed: close it, or write "" for a quote in a cell'
        )
    return TableRow(cells)


def _fault(line: str, delimiter: str) -> str:
    """Return what a line has too much of, `""` for one that is read."""
    if len(line) > _LONGEST:
        return f"more than {_LONGEST:,} characters"
    return f"more than {_CELLS:,} of {delimiter!r}" if line.count(delimiter) > _CELLS else ""


def _loosely(lines: Iterable[str], form: _Form) -> list[str]:
    try:
        return _next(_reader(lines, form))
    except StopIteration:
        return []


def _form(first: str, delimiter: str) -> _Form:
    """Return the form of a table with this first line; what is within quotes does not count."""
    return _Form(delimiter, re.search(rf'(?:^|{re.escape(delimiter)}) +"', _QUOTED.sub('"', first)) is not None)


def _reader(lines: Iterable[str], form: _Form, *, strict: bool = False) -> Iterator[list[str]]:
    return csv.reader(lines, delimiter=form.delimiter, skipinitialspace=form.has_blanks, strict=strict)


def _next(reader: Iterator[list[str]]) -> list[str]:
    """Return the next row, whose cells may be as large as ours may.

    The module has one bound for everybody who uses it: it is ours for this row alone, and one thread's at a time.
    """
    with _parsing:
        before = csv.field_size_limit(limits.CELL.value)
        try:
            return next(reader)
        finally:
            csv.field_size_limit(before)
