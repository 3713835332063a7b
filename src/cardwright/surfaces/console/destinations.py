"""Where a column of a table may go, as an import offers it (CW-61): the usual places, and what was recognised."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.book.files.columns import parsed
from cardwright.surfaces.console.texts import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.book.files.columns import Destination
    from cardwright.book.import_jobs import ImportJob

LEFT_OUT: Final = ""
AS_IT_IS: Final = "="
"""What was recognised, or chosen before, where no usual place says it."""
USUAL: Final = (
    *("first", "last", "name", "prefix", "middle", "suffix", "title", "organization", "department", "role"),
    *(
        "email.work",
        "email.home",
        "email.other",
        "phone.work",
        "phone.mobile",
        "phone.home",
        "phone.fax",
        "phone.other",
    ),
    *(
        f"address.{label}{part}"
        for label in ("work", "home")
        for part in ("", ".city", ".region", ".postal_code", ".country")
    ),
    *("website.homepage", "note", "labels", "partners", "birthday", "anniversary", "nickname", "uid"),
)
_TEXT_OF: Final = {parsed(name): name for name in USUAL}


class ColumnChoice(NamedTuple):
    """A column, and where it goes."""

    field: str
    name: str
    examples: Sequence[str]
    chosen: str
    options: Sequence[tuple[str, str]]
    """Value and text of each."""


def choices(job: ImportJob) -> list[ColumnChoice]:
    """Return the columns of a job's table."""
    usual = [(LEFT_OUT, text("import.left-out")), *((name, text(f"import.to.{name}")) for name in USUAL)]
    return [_choice(at, job, usual) for at in range(len(job.contents.columns))]


def _choice(at: int, job: ImportJob, usual: Sequence[tuple[str, str]]) -> ColumnChoice:
    column, goes = job.contents.columns[at], _chosen(job, at)
    kept = goes or column.recognised
    own = [(AS_IT_IS, _described(kept))] if kept and kept not in _TEXT_OF else []
    chosen = LEFT_OUT if goes is None else _TEXT_OF.get(goes, AS_IT_IS)
    name = column.name.strip() or text("import.unnamed", n=at + 1)
    return ColumnChoice(f"column-{at}", name, column.examples, chosen, [*usual, *own])


def read(job: ImportJob, typed: Sequence[str]) -> tuple[Destination | None, ...]:
    """Return where the columns go by the values that were chosen; what is no value leaves its column out."""
    return tuple(_read(job, at, value) for at, value in enumerate(typed))


def _read(job: ImportJob, at: int, value: str) -> Destination | None:
    if value == AS_IT_IS:
        return _chosen(job, at) or job.contents.columns[at].recognised
    return parsed(value) if value in USUAL else None


def _chosen(job: ImportJob, at: int) -> Destination | None:
    columns = job.choice.columns
    return columns[at] if at < len(columns) else None


def _described(one: Destination) -> str:
    """Return a destination in words: `phone: work, country`."""
    more = ", ".join(dict.fromkeys(filter(None, (one.label, one.part.replace("_", " ")))))
    return text("import.to-other", what=one.field, more=more) if more else one.field
