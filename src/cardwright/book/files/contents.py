"""What is known of a file of contacts before anything is imported: its kind, its rows, the columns of a table."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import msgspec

from cardwright.book.files.columns import Destination  # noqa: TC001 - msgspec reads the annotation

if TYPE_CHECKING:
    from collections.abc import Sequence

FileKind: TypeAlias = Literal["vcard", "jcard", "table"]


class Chosen(NamedTuple):
    """A header that was found before, and where a person wants each of its columns to go."""

    line: int
    delimiter: str
    destinations: tuple[Destination | None, ...]


class Column(NamedTuple):
    """A column of a table."""

    name: str
    examples: tuple[str, ...] = ()
    """The first cells in it that say something."""
    recognised: Destination | None = None
    """Where it goes by its name."""


class Contents(NamedTuple):
    """What a file holds."""

    kind: FileKind
    rows: int
    """Of cards, how often one begins."""
    columns: tuple[Column, ...] = ()
    line: int = 0
    """Where the header of a table stands."""
    delimiter: str = ""

    @property
    def recognised(self) -> tuple[Destination | None, ...]:
        """Where the columns go by their names."""
        return tuple(column.recognised for column in self.columns)

    @property
    def header(self) -> str:
        """What tells the header from every other, `""` for a file that has none."""
        names = msgspec.json.encode([column.name for column in self.columns])
        return hashlib.sha256(names).hexdigest() if self.columns else ""

    def chosen(self, destinations: Sequence[Destination | None]) -> Chosen:
        """Return how the file is read when its columns go there."""
        return Chosen(self.line, self.delimiter, tuple(destinations))
