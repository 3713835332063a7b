"""What a command prints: one JSON document (`--json`), or lines for a person."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

from cardwright.book.files.visible import visible, visible_json
from cardwright.cli.terminal import TerminalFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cardwright.book.partners import Campaign, Partner


def say(*lines: str, to: TextIO | None = None) -> None:
    """Print lines for a person, on standard output unless told otherwise; what would steer a terminal is shown."""
    out = to or sys.stdout
    out.write("".join(f"{visible(line)}\n" for line in lines))
    out.flush()


def complain(message: str) -> None:
    """Print what is wrong, as one line on standard error."""
    if sys.stderr is not None:
        print("cardwright:", visible(" ".join(message.split())), file=sys.stderr)  # noqa: T201 - the only place


def document(value: object) -> None:
    """Print one JSON document."""
    sys.stdout.write(visible_json(json.dumps(value)) + "\n")
    sys.stdout.flush()


@contextmanager
def output_file() -> Iterator[BinaryIO]:
    """Give standard output for the octets of a file; on a terminal they are shown as text."""
    if not sys.stdout.isatty():
        yield sys.stdout.buffer
        return
    shown = TerminalFile(sys.stdout.buffer)
    yield shown  # type: ignore[misc] # a raw file is one to all who write to it
    shown.finish()


def show(record: Mapping[str, Any], *, as_json: bool) -> None:
    """Print one record: as JSON, or a line for each of its fields."""
    if as_json:
        document(record)
        return
    width = max(map(len, record), default=0)
    say(*(f"{name:{width}}  {value}" for name, value in record.items()))


def table(records: Iterable[Mapping[str, Any]], *, as_json: bool) -> None:
    """Print records: as a JSON array, or a line for each under their names."""
    rows = list(records)
    if as_json:
        document(rows)
        return
    if not rows:
        return
    texts = [list(rows[0]), *([visible(str(value)) for value in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    say(*("  ".join(f"{cell:{width}}" for cell, width in zip(text, widths, strict=True)).rstrip() for text in texts))


def named(one: Campaign | Partner) -> dict[str, str]:
    """Return what is shown of a campaign or a partner account."""
    return {"Id": one.id, "Name": one.name}
