"""Look through a file of contacts before anything is imported.

A stranger's file may take long to look through, so a process of its own does it: the file is its standard input.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple, cast

import msgspec

from cardwright import limits, processes
from cardwright.book.files.contents import Column, Contents
from cardwright.book.files.encodings import text_of
from cardwright.book.files.header_finder import columns_of, unknown_header
from cardwright.book.files.jcards import elements
from cardwright.book.files.reading import counted, kind_of, opened_table, read
from cardwright.errors import Fault, InvalidError, Rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.book.files.columns import Destination
    from cardwright.book.files.tables import TableRow

_CHUNK: Final = 1024 * 1024
_BEGIN: Final = b"BEGIN:VCARD"
_EXAMPLES: Final = 3
_LOOKED_AT: Final = 200  # rows in which examples are looked for
_SHOWN: Final = 80  # characters of an example
_FEW: Final = 2  # cells that a header has of which no word is known


class _Answer(NamedTuple):
    contents: Contents | None
    faults: tuple[Fault, ...] = ()


async def inspect(file: BinaryIO) -> Contents:
    """Return what a file on the disk holds; InvalidError when it holds no contact, or takes too long."""
    argv = [sys.executable, "-P", "-m", __name__]  # -P: modules come from the installation alone
    looking = processes.start(argv, stdin=file, stdout=subprocess.PIPE, process_group=0)
    with looking as process:
        try:
            said = await asyncio.to_thread(process.communicate, timeout=limits.IMPORT_LOOK.value)
        except subprocess.TimeoutExpired:
            raise _refused("takes too long to be read") from None
        finally:
            process.kill()
    if process.returncode:
        raise _refused("cannot be read")
    contents, faults = msgspec.json.decode(said[0], type=_Answer)
    if contents is None:
        raise InvalidError(faults)
    return contents


def contents_of(file: BinaryIO) -> Contents:
    """Return what a file holds; InvalidError when it is of no known kind, or holds no contact."""
    kind = kind_of(file)
    if kind == "table":
        contents = _table(file)
    elif kind == "jcard":
        contents = Contents(kind, sum(1 for _ in elements(text_of(file))))
    else:
        next(read(file, {}), None)
        contents = Contents(kind, _begins(file))
    if not contents.rows:
        raise _refused("holds no contact")
    return contents


def _begins(file: BinaryIO) -> int:
    """Count how often a card begins."""
    file.seek(0)
    count, end = 0, b""
    while chunk := file.read(_CHUNK):
        text = end + chunk.replace(b"\0", b"").upper()
        count += text.count(_BEGIN)
        end = text[-len(_BEGIN) + 1 :]
    return count


def _table(file: BinaryIO) -> Contents:
    table = opened_table(file)
    line, mark, names, destinations = columns_of(table.first, table.delimiter) or _unknown(table.first, table.delimiter)
    if len(names) > limits.IMPORT_COLUMNS.value:
        raise _refused(f"has {len(names):,} columns; at most {limits.IMPORT_COLUMNS.value} are taken")
    rows = table.rows(line, mark)
    next(rows, None)
    first: list[TableRow] = []
    count = 0
    for count, row in counted(rows):  # noqa: B007 - how many there are
        if len(first) < _LOOKED_AT:
            first.append(row)
    columns = (
        Column(name[: limits.TEXT.value], _examples(at, first), where)
        for at, (name, where) in enumerate(zip(names, destinations, strict=True))
    )
    return Contents("table", count, tuple(columns), line, mark)


def _unknown(lines: Sequence[str], delimiter: str) -> tuple[int, str, list[str], list[Destination | None]]:
    """Return the first row as a header of which no name is known; InvalidError unless it looks like one."""
    line, mark, cells = unknown_header(lines, delimiter)
    named = [cell for cell in cells if cell.strip()]
    if len(named) < _FEW or not all(cell.strip().isprintable() and "\ufffd" not in cell for cell in named):
        raise _refused("is no vCard, CSV or jCard")
    return line, mark, cells, [None] * len(cells)


def _examples(at: int, rows: Sequence[TableRow]) -> tuple[str, ...]:
    cells = (cell for row in rows for cell in row.cells[at : at + 1] if cell.strip())
    several = dict.fromkeys(cell.strip()[:_SHOWN] for cell in cells)
    return tuple(several)[:_EXAMPLES]


def _refused(why: str) -> InvalidError:
    return InvalidError([Fault("file", Rule.FORM, f"The file {why}")])


def main() -> None:
    """Write what standard input holds."""
    try:
        answer = _Answer(contents_of(cast("BinaryIO", sys.stdin.buffer)))
    except InvalidError as error:
        answer = _Answer(None, error.faults)
    sys.stdout.buffer.write(msgspec.json.encode(answer))


if __name__ == "__main__":
    main()
