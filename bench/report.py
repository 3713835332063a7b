"""What a bench hands back, and how it is printed: markdown, on the screen or between markers of docs/benchmarks.md.

The protocol of a table module: a function `tables(effort: Effort) -> list[Table]`. `bench/run.py` lists the modules.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"


class UnavailableError(Exception):
    """Something that a contestant or a whole table needs is not on this machine; the message says what to install."""


class Effort(NamedTuple):
    """How long to measure: `rounds` rounds over all contestants, `seconds` of load each, `rows` to import."""

    rounds: int = 5
    seconds: int = 3
    rows: int = 1_000_000


class Table(NamedTuple):
    """One table of figures, ready to print. The caption says how they came about; it stands below the table."""

    title: str
    header: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    caption: str = ""

    def markdown(self) -> str:
        """Return the table as markdown: first column to the left, figures to the right."""
        rules = [":--", *["--:"] * (len(self.header) - 1)]
        lines = [f"| {' | '.join(row)} |" for row in (self.header, tuple(rules), *self.rows)]
        return "\n".join([f"**{self.title}**", "", *lines, *(["", self.caption] if self.caption else [])])


def figure(value: float, digits: int = 2) -> str:
    """Write a figure for people: `digits` significant ones, all before the point kept, thousands set off."""
    if value >= 10 ** (digits - 1):
        return f"{value:,.0f}"
    return f"{value:.{digits}g}"


def write(name: str, tables: list[Table]) -> None:
    """Put the tables between the markers of `name` in docs/benchmarks.md; raises ValueError if it has none."""
    start, end = f"<!-- bench:{name} -->", f"<!-- /bench:{name} -->"
    page = PAGE.read_text(encoding="utf-8")
    if start not in page or end not in page:
        raise ValueError(f"docs/benchmarks.md has no markers {start} … {end}")
    before, after = page.split(start)[0], page.split(end)[1]
    body = "\n\n".join(table.markdown() for table in tables)
    PAGE.write_text(f"{before}{start}\n{body}\n{end}{after}", encoding="utf-8")
