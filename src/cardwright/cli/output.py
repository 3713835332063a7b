"""What a command prints: one JSON document, or lines for a person."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from cyclopts import Parameter

from cardwright.settings import DATA

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Data: TypeAlias = Annotated[str, Parameter(help="Where the data lives: a folder, made on first use.")]
Json: TypeAlias = Annotated[bool, Parameter(negative="", help="Print one JSON document.")]

__all__ = ["DATA", "Data", "Json", "say", "show", "table"]


def say(line: str) -> None:
    """Print one line for a person."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def show(record: Mapping[str, Any], *, as_json: bool) -> None:
    """Print one record: as JSON, or a line for each of its fields."""
    if as_json:
        say(json.dumps(record))
        return
    width = max(map(len, record), default=0)
    for name, value in record.items():
        say(f"{name:{width}}  {value}")


def table(records: Iterable[Mapping[str, Any]], *, as_json: bool) -> None:
    """Print records: as a JSON array, or a line for each under their names."""
    rows = list(records)
    if as_json:
        say(json.dumps(rows))
        return
    if not rows:
        return
    texts = [list(rows[0]), *([str(value) for value in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    for text in texts:
        say("  ".join(f"{cell:{width}}" for cell, width in zip(text, widths, strict=True)).rstrip())
