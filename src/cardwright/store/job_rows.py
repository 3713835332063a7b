"""An import job as every store keeps it: columns, some of which are JSON."""

from __future__ import annotations

from typing import Any, Final, NamedTuple, TypeVar

import msgspec

from cardwright import limits
from cardwright.book.files.contents import Contents
from cardwright.book.import_jobs import ImportChoice, ImportJob, RowProblem, RunProgress, State, Task
from cardwright.store.instants import instant

T = TypeVar("T")

COLUMNS: Final = "id, name, octets, created, state, task, contents, choice, told, problems, reason, by, kept"
SILENCE: Final = limits.IMPORT_SILENCE.value * 1_000
"""Milliseconds."""
LIFE: Final = limits.IMPORT_DAYS.value * 24 * 60 * 60 * 1_000
"""Milliseconds."""
ARRIVAL: Final = 60 * 60 * 1_000
"""Milliseconds: an upload has come to its end by then, or never will."""
NO_CONTENTS: Final = msgspec.json.encode(Contents("table", 0)).decode()
NO_CHOICE: Final = msgspec.json.encode(ImportChoice()).decode()
NOTHING_TOLD: Final = msgspec.json.encode(RunProgress()).decode()


class JobRow(NamedTuple):
    """The columns of a job."""

    id: str
    name: str
    octets: int
    created: int
    state: State
    task: Task
    contents: str
    choice: str
    told: str
    problems: str
    reason: str
    by: str
    kept: int


def job_of(row: JobRow) -> ImportJob:
    """Return the job that a row says."""
    told = read(row.told, RunProgress)._replace(
        problems=read(row.problems, tuple[RowProblem, ...]) if row.problems else ()
    )
    return ImportJob(
        row.id,
        row.name,
        row.octets,
        instant(row.created),
        row.state,
        row.task,
        read(row.contents, Contents),
        read(row.choice, ImportChoice),
        told,
        row.reason,
        row.by,
        bool(row.kept),
    )


def read(text: str, kind: type[T]) -> T:
    """Return what JSON says of that type."""
    return msgspec.json.decode(text, type=kind)


def written(value: Any) -> str:  # noqa: ANN401 - any of the values above
    """Return a value as JSON."""
    return msgspec.json.encode(value).decode()


def told_columns(told: RunProgress) -> tuple[str, str]:
    """Return what is told without, and with, the words of the file: the columns `told` and `problems`."""
    return written(told._replace(problems=())), written(told.problems)
