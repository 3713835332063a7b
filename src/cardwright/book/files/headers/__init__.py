"""The headers of known programs: one TOML file for each program and language.

A file says where its columns come from (`source`), and their destinations as `--map` writes them, so that a mapping
that served once can be put here. `needs`, where there are some, are columns of which one must be there: without them
the names are too common to tell the program by. A header that stands twice has a list: the first, then the second;
one that goes nowhere, whatever its name seems to say, has an empty text. Under `[unless]` stand columns that count
only in a table without another, and under `[beside]` words of two meanings, that count only in one with one of others.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.book.files.column_names import bare
from cardwright.book.files.columns import Destination, parsed, placed

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

_DIGITS: Final = re.compile("[0-9]+")


class Program(NamedTuple):
    """The columns of one program in one language."""

    name: str
    language: str
    source: str
    columns: Mapping[str, Sequence[Destination]]
    """By bare name; of one that stands several times, in their order, and none of one that goes nowhere."""
    needs: frozenset[str]
    unless: Mapping[str, str]
    """Columns that count only in a table without another, by bare names."""
    beside: Mapping[str, frozenset[str]]
    """Columns that count only in a table with one of others, by bare names."""

    def hits(self, names: Sequence[str]) -> int:
        """Return how many of the bare names are columns of this program; 0 where one that it needs is missing."""
        if self.needs and self.needs.isdisjoint(names):
            return 0
        return sum(name in self.columns for name in names)

    def places(self, name: str, names: Container[str]) -> Sequence[Destination]:
        """Return where a column of this program goes in a table with these bare names; nowhere if it does not count."""
        others = self.beside.get(name)
        counts = self.unless.get(name) not in names and (others is None or any(other in names for other in others))
        return self.columns[name] if counts else ()


@cache
def programs() -> Sequence[Program]:
    """Return all programs, in the order of their files."""
    files = (file for file in resources.files(__package__).iterdir() if file.name.endswith(".toml"))
    return tuple(_program(file.read_text(encoding="utf-8")) for file in sorted(files, key=lambda file: file.name))


def _program(text: str) -> Program:
    said = tomllib.loads(text)
    times = Counter(str(where) for where in said["columns"].values())
    columns = {
        bare(header): ()
        if not where
        else (placed(parsed(where), _number(header) if times[where] > 1 else ""),)
        if isinstance(where, str)
        else tuple(map(parsed, where))
        for header, where in said["columns"].items()
    }
    return Program(
        said["program"],
        said["language"],
        said["source"],
        columns,
        frozenset(map(bare, said.get("needs", ()))),
        {bare(second): bare(best) for second, best in said.get("unless", {}).items()},
        {bare(word): frozenset(map(bare, others)) for word, others in said.get("beside", {}).items()},
    )


def _number(header: str) -> str:
    """Return the number in the name of a column, such as `E-mail 2: Adresse`, `""` for none."""
    match = _DIGITS.search(header)
    return match[0] if match else ""
