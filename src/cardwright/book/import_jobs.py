"""Import jobs: a file that was uploaded, how it is to be imported, and what has become of its rows.

The file, the choices and the report stand in the store, so that any worker of any machine can go on with them. A run,
of a check that writes nothing or of the import itself, belongs to one process at a time, which gives a sign every
second; who gave none for 30 seconds has ended, whatever ended it, and its job is stopped on every server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple, Protocol, TypeAlias, get_args

from cardwright.book.files.columns import Destination  # noqa: TC001 - msgspec reads the annotation
from cardwright.book.files.contents import Contents  # noqa: TC001 - as above
from cardwright.book.outcomes import OnDuplicate, Outcome
from cardwright.book.ports import Place  # noqa: TC001 - as above
from cardwright.errors import ConflictError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

State: TypeAlias = Literal["arriving", "ready", "waiting", "running", "finished", "stopped"]
"""`arriving` until the whole file is there, `ready` until a run is asked for, `waiting` until one begins."""
Task: TypeAlias = Literal["", "check", "import"]
JobPart: TypeAlias = Literal["file", "report"]
OUTCOMES: Final = get_args(Outcome)
PIECE: Final = 1024 * 1024
"""Octets of a piece of a file."""
ENDED: Final = "the server that ran it was stopped, or its process ended"
ERASED: Final = "a contact of this campaign was erased, and with it every file and report that may name it"


class ImportChoice(NamedTuple):
    """How a file is to be imported."""

    on_duplicate: OnDuplicate = "skip"
    columns: tuple[Destination | None, ...] = ()
    """Where the columns of a table go; None for one that is left out."""


class RowProblem(NamedTuple):
    """A row that a person should look at: refused, or taken with a warning."""

    row: int
    outcome: Outcome
    reason: str


class RunProgress(NamedTuple):
    """What is known of a run; all of it is on the disk."""

    rows: int = 0
    """The last row that has an outcome."""
    counts: dict[Outcome, int] = {}  # noqa: RUF012 - never changed
    problems: tuple[RowProblem, ...] = ()
    """The first ones."""
    more: int = 0
    """How many rows with a problem there are beside these."""
    untold: dict[str, int] = {}  # noqa: RUF012 - never changed
    """Contacts that a run created or updated before it ended without a word: no row of the report names them."""
    pieces: int = 0
    """Of the report."""


class ImportJob(NamedTuple):
    """An uploaded file, and the run of it that was asked for last."""

    id: str
    name: str
    """Of the file; `""` once that went because a contact was erased."""
    octets: int
    created: datetime
    state: State
    task: Task
    """What the run is."""
    contents: Contents
    choice: ImportChoice
    told: RunProgress
    reason: str
    """Why it stopped; `""` for a person's wish."""
    by: str
    """Whose changes an import makes, as the history names them."""
    has_file: bool

    @property
    def is_under_way(self) -> bool:
        """Whether a run waits or runs."""
        return self.state in {"waiting", "running"}

    @property
    def rows(self) -> int:
        """How many rows there are, as far as is known."""
        known = self.told.rows if self.state == "finished" else max(self.contents.rows, self.told.rows)
        return known or self.contents.rows


class Run(NamedTuple):
    """A run that one process has."""

    place: Place
    job: str
    runner: str
    """What names it: a later run of the same job has another."""


class JobStore(Protocol):
    """Where import jobs are kept. A method that names a job raises NotFoundError when the campaign has none such."""

    async def add(self, place: Place, name: str, by: str) -> str:
        """Begin to keep a file, and return the id of its job; nobody sees it before `arrived`."""

    async def put(self, place: Place, job: str, number: int, octets: bytes) -> None:
        """Keep a piece of the file, counted from 0."""

    async def arrived(self, place: Place, job: str, octets: int, contents: Contents, choice: ImportChoice) -> None:
        """Keep what the file holds, now that it is there; of too many jobs of the account the oldest go."""

    async def get(self, place: Place, job: str) -> ImportJob:
        """Return a job; one that has given no sign for too long is stopped first."""

    async def list(self, place: Place) -> Sequence[ImportJob]:
        """Return the jobs of a campaign as `get` does, the latest first."""

    async def piece(self, place: Place, job: str, part: JobPart, number: int) -> bytes | None:
        """Return a piece of the file, or of the report, which is compressed; None past the last one."""

    async def ask(self, place: Place, job: str, task: Task, choice: ImportChoice, *, on: bool = False) -> None:
        """Ask for a run; with `on` it goes on after the rows that are told, else what is told of an earlier one goes.

        Raises ConflictError while one is under way, or the file is gone.
        """

    async def stop(self, place: Place, job: str) -> None:
        """Stop a run: one that waits at once, one that runs within a second or two. Of one that has ended nothing."""

    async def take(self, runner: str) -> Run | None:
        """Begin the run that has waited for longest; None when there is none of an account that has none running."""

    async def sign(self, run: Run, told: RunProgress, report: bytes = b"") -> bool:
        """Keep what has become known, with the last piece of the report; False when the run is to end, or not ours.

        A sign that failed may be given again, with more: its piece takes the place of the one before.
        """

    async def end(self, run: Run, state: State, told: RunProgress, report: bytes = b"", reason: str = "") -> None:
        """Keep how a run ended, unless it is another's by now."""

    async def settle(self, run: Run | None = None) -> None:
        """Stop the runs that gave no sign for too long, and `run`, whose process has ended without a word.

        What they changed is counted, whether or not they came to tell it.
        """

    async def expire(self) -> bool:
        """Remove some of what is too old; False when there was nothing."""

    async def remembered(self, sid: str, header: str) -> Sequence[Destination | None] | None:
        """Return where the columns of a table with this header went last; None when there was none."""

    async def remember(self, sid: str, header: str, columns: Sequence[Destination | None]) -> None:
        """Remember where the columns of tables with this header go."""


def check_can_run(state: State, *, has_file: bool) -> None:
    """Raise ConflictError for a job that cannot be run now."""
    if state in {"waiting", "running"}:
        raise ConflictError("This file is being checked or imported already")
    if not has_file:
        raise ConflictError("The file has gone, because a contact of this campaign was erased: upload it again")


def by_of(job: str, by: str) -> str:
    """Return whom the history names for what an import changes."""
    return f"{by}, import {job}"


def untold(told: RunProgress, made: Mapping[str, int]) -> RunProgress:
    """Return what is told, with how many contacts were changed beyond it: `made` counts all changes by their kind."""
    beyond = {kind: made.get(kind, 0) - told.counts.get(kind, 0) for kind in ("created", "updated")}
    return told._replace(untold={kind: count for kind, count in beyond.items() if count > 0})
