"""`JobStore` in SQLite: the tables `import_job`, `import_piece` and `remembered_mapping`."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from cardwright import limits
from cardwright.book.files.columns import Destination
from cardwright.book.import_jobs import ENDED, Run, RunProgress, by_of, check_can_run, untold
from cardwright.book.ports import Place
from cardwright.errors import NotFoundError
from cardwright.store.instants import now
from cardwright.store.job_rows import (
    COLUMNS,
    NO_CHOICE,
    NO_CONTENTS,
    NOTHING_TOLD,
    SILENCE,
    JobRow,
    job_of,
    read,
    told_columns,
    written,
)
from cardwright.store.sqlite.job_removal import expire_some, make_room
from cardwright.store.sqlite.keys import end, key
from cardwright.store.sqlite.rows import account_number, campaign_numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import apsw

    from cardwright.book.files.contents import Contents
    from cardwright.book.import_jobs import ImportChoice, ImportJob, JobPart, State, Task
    from cardwright.store.sqlite.database import Database
    from cardwright.store.sqlite.writer import WriteConnection

_ADD: Final = f"""INSERT INTO import_job
    (campaign, id, name, octets, created, by, state, task, contents, choice, told, problems, reason, kept, stop, runner,
     since, signed)
    VALUES (?1, ?2, ?3, 0, ?5, ?4, 'arriving', '', '{NO_CONTENTS}', '{NO_CHOICE}', '{NOTHING_TOLD}', '', '', 1, 0, '',
     -1, ?5)"""  # noqa: S608 - constants
_PIECE: Final = """INSERT INTO import_piece (import_job, part, number, octets) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET octets = excluded.octets"""
_ARRIVED: Final = """UPDATE import_job SET state = 'ready', octets = ?, contents = ?, choice = ?, signed = ?
    WHERE import_job = ? AND state = 'arriving'"""
_JOB: Final = f"SELECT {COLUMNS} FROM import_job WHERE import_job = ?"  # noqa: S608 - constant
_JOBS: Final = f"""SELECT {COLUMNS} FROM import_job WHERE campaign = ? AND state <> 'arriving'
    ORDER BY created DESC, import_job DESC"""  # noqa: S608 - constant
_GET_PIECE: Final = "SELECT octets FROM import_piece WHERE import_job = ? AND part = ? AND number = ?"
_STATE: Final = "SELECT state, kept FROM import_job WHERE import_job = ?"
_WAIT: Final = """UPDATE import_job SET state = 'waiting', task = ?, choice = ?, reason = '', stop = 0, signed = ?
    WHERE import_job = ?"""
_FORGET: Final = "UPDATE import_job SET told = ?, problems = '', since = -1 WHERE import_job = ?"
_STOP: Final = """UPDATE import_job SET stop = 1, state = iif(state = 'waiting', 'stopped', state)
    WHERE import_job = ? AND state IN ('waiting', 'running')"""
_UNDER_WAY: Final = "state IN ('waiting', 'running')"  # says SQLite which index will do
_WAITING: Final = f"""SELECT import_job, job.id, campaign.id, sid, sequence FROM import_job AS job
    JOIN campaign USING (campaign) JOIN account USING (account)
    WHERE job.{_UNDER_WAY} AND job.state = 'waiting' AND account NOT IN (
      SELECT account FROM import_job JOIN campaign USING (campaign) WHERE {_UNDER_WAY} AND state = 'running')
    ORDER BY job.signed LIMIT 1"""  # noqa: S608 - constant
_BEGIN: Final = """UPDATE import_job SET state = 'running', runner = ?, signed = ?, since = iif(since < 0, ?, since)
    WHERE import_job = ?"""
_OURS: Final = "SELECT import_job, kept, stop FROM import_job WHERE id = ? AND runner = ? AND state = 'running'"
_SIGN: Final = "UPDATE import_job SET told = ?, problems = ?, signed = ? WHERE import_job = ?"
_END: Final = "UPDATE import_job SET state = ?, reason = iif(kept, ?, reason), runner = '' WHERE import_job = ?"
_SILENT: Final = f"""SELECT import_job, campaign, id, by, task, told, since, runner FROM import_job
    WHERE {_UNDER_WAY} AND state = 'running' AND (signed <= ? OR runner = ?)"""  # noqa: S608 - constant
_MADE: Final = "SELECT kind, count(*) FROM change WHERE change >= ? AND change < ? AND by = ? GROUP BY kind"
_SETTLE: Final = """UPDATE import_job SET state = 'stopped', reason = iif(kept, ?, reason), told = ?, runner = '',
    signed = ? WHERE import_job = ? AND runner = ? AND state = 'running' AND (signed <= ? OR runner = ?)"""
_REMEMBER: Final = """INSERT INTO remembered_mapping (account, header, columns, used) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET columns = excluded.columns, used = excluded.used"""
_FORGET_SOME: Final = f"""DELETE FROM remembered_mapping WHERE account = ?1 AND header IN (
    SELECT header FROM remembered_mapping WHERE account = ?1
    ORDER BY used DESC LIMIT -1 OFFSET {limits.IMPORT_MAPPINGS.value})"""  # noqa: S608 - constant


class _Silent(NamedTuple):
    """A run that ended without a word."""

    number: int
    campaign: int
    id: str
    by: str
    task: str
    told: str
    since: int
    runner: str


class SqliteJobs:
    """The port `book.import_jobs.JobStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, place: Place, name: str, by: str) -> str:
        """Begin to keep a file, and return the id of its job; nobody sees it before `arrived`."""
        job = secrets.token_hex(8)

        def unit(connection: WriteConnection) -> None:
            connection.execute(_ADD, (campaign_numbers(connection, *place)[1], job, name, by, now()))

        await self._database.write(unit)
        return job

    async def put(self, place: Place, job: str, number: int, octets: bytes) -> None:
        """Keep a piece of the file, counted from 0."""
        await self._database.write(
            lambda c: c.execute(_PIECE, (_number(c, place, job), "file", number, octets)).close()
        )

    async def arrived(self, place: Place, job: str, octets: int, contents: Contents, choice: ImportChoice) -> None:
        """Keep what the file holds, now that it is there; of too many jobs of the account the oldest go."""

        def unit(connection: WriteConnection) -> None:
            number = _number(connection, place, job)
            connection.execute(_ARRIVED, (octets, written(contents), written(choice), now(), number))
            make_room(connection, account_number(connection, place.sid))

        await self._database.write(unit)
        await self.expire()

    async def get(self, place: Place, job: str) -> ImportJob:
        """Return a job; one that has given no sign for too long is stopped first."""
        await self.settle()

        def look(connection: apsw.Connection) -> ImportJob:
            row: Any = connection.execute(_JOB, (_number(connection, place, job),)).fetchone()
            return job_of(JobRow._make(row))

        return await self._database.read(look)

    async def list(self, place: Place) -> Sequence[ImportJob]:
        """Return the jobs of a campaign as `get` does, the latest first."""
        await self.settle()

        def look(connection: apsw.Connection) -> list[ImportJob]:
            rows: Any = connection.execute(_JOBS, (campaign_numbers(connection, *place)[1],))
            return [job_of(JobRow._make(row)) for row in rows]

        return await self._database.read(look)

    async def piece(self, place: Place, job: str, part: JobPart, number: int) -> bytes | None:
        """Return a piece of the file, or of the report, which is compressed; None past the last one."""

        def look(connection: apsw.Connection) -> bytes | None:
            piece: Any = connection.execute(_GET_PIECE, (_number(connection, place, job), part, number)).get
            return piece if isinstance(piece, bytes) else None

        return await self._database.read(look)

    async def ask(self, place: Place, job: str, task: Task, choice: ImportChoice, *, on: bool = False) -> None:
        """Ask for a run; with `on` it goes on after the rows that are told, else what was told goes."""

        def unit(connection: WriteConnection) -> None:
            number = _number(connection, place, job)
            state, kept = cast("tuple[State, int]", connection.execute(_STATE, (number,)).fetchone())
            check_can_run(state, has_file=bool(kept))
            connection.execute(_WAIT, (task, written(choice), now(), number))
            if not on:
                connection.execute(_FORGET, (NOTHING_TOLD, number))
                connection.execute("DELETE FROM import_piece WHERE import_job = ? AND part = 'report'", (number,))

        await self._database.write(unit)

    async def stop(self, place: Place, job: str) -> None:
        """Stop a run: one that waits at once, one that runs within a second or two. Of one that has ended nothing."""
        await self._database.write(lambda c: c.execute(_STOP, (_number(c, place, job),)).close())

    async def take(self, runner: str) -> Run | None:
        """Begin the run that has waited for longest; None when there is none of an account that has none running."""
        if self._database.glance(lambda c: c.execute(_WAITING).fetchone()) is None:
            return None

        def unit(connection: WriteConnection) -> Run | None:
            row: Any = connection.execute(_WAITING).fetchone()
            if row is None:
                return None
            number, job, campaign, sid, sequence = row
            connection.execute(_BEGIN, (runner, now(), sequence, number))
            return Run(Place(sid, campaign), job, runner)

        return await self._database.write(unit)

    async def sign(self, run: Run, told: RunProgress, report: bytes = b"") -> bool:
        """Keep what has become known, with the last piece of the report; False when the run is to end, or not ours."""

        def unit(connection: WriteConnection) -> bool:
            number, stop = _signed(connection, run, told, report)
            return number is not None and not stop

        return await self._database.write(unit)

    async def end(self, run: Run, state: State, told: RunProgress, report: bytes = b"", reason: str = "") -> None:
        """Keep how a run ended, unless it is another's by now."""

        def unit(connection: WriteConnection) -> None:
            number, _ = _signed(connection, run, told, report)
            if number is not None:
                connection.execute(_END, (state, reason, number))

        await self._database.write(unit)

    async def settle(self, run: Run | None = None) -> None:
        """Stop the runs that gave no sign for too long, and `run`, whose process has ended without a word."""
        runner = run.runner if run else "-"  # nobody's

        def look(connection: apsw.Connection) -> list[_Silent]:
            rows: Any = connection.execute(_SILENT, (now() - SILENCE, runner))
            return [_Silent._make(row) for row in rows]

        if not self._database.glance(look):
            return
        for one in await self._database.read(look):
            told = read(one.told, RunProgress)
            if one.task == "import":
                told = untold(told, await self._made(one))
            at = now()
            values = (ENDED, written(told), at, one.number, one.runner, at - SILENCE, runner)
            await self._database.write(_setting(values))

    async def _made(self, run: _Silent) -> dict[str, int]:
        """Return how many changes of each kind a run made."""
        bounds = (key(run.campaign, run.since), end(run.campaign), by_of(run.id, run.by))
        rows: Any = await self._database.read(lambda c: c.execute(_MADE, bounds).fetchall())
        return dict(rows)

    async def expire(self) -> bool:
        """Remove some of what is too old; False when there was nothing."""
        return await self._database.write(lambda c: expire_some(c, now()))

    async def remembered(self, sid: str, header: str) -> Sequence[Destination | None] | None:
        """Return where the columns of a table with this header went last; None when there was none."""
        query = "SELECT columns FROM remembered_mapping WHERE account = ? AND header = ?"
        columns = self._database.glance(lambda c: c.execute(query, (account_number(c, sid), header)).get)
        return None if columns is None else read(str(columns), tuple[Destination | None, ...])

    async def remember(self, sid: str, header: str, columns: Sequence[Destination | None]) -> None:
        """Remember where the columns of tables with this header go."""

        def unit(connection: WriteConnection) -> None:
            account = account_number(connection, sid)
            connection.execute(_REMEMBER, (account, header, written(columns), now()))
            connection.execute(_FORGET_SOME, (account,))

        await self._database.write(unit)


def _setting(values: tuple[Any, ...]) -> Callable[[WriteConnection], None]:
    return lambda connection: connection.execute(_SETTLE, values).close()


def _number(connection: apsw.Connection, place: Place, job: str) -> int:
    _, campaign = campaign_numbers(connection, *place)
    query = "SELECT import_job FROM import_job WHERE campaign = ? AND id = ?"
    number = connection.execute(query, (campaign, job)).get if job.isascii() else None  # else it may not even be text
    if number is None:
        raise NotFoundError(f"there is no import {job}")
    return int(number)


def _signed(connection: WriteConnection, run: Run, told: RunProgress, report: bytes) -> tuple[int | None, bool]:
    """Keep what a run tells; return its number, None when it is not the runner's any more, and whether it is to end."""
    row: Any = connection.execute(_OURS, (run.job, run.runner)).fetchone()
    if row is None:
        return None, True
    number, kept, stop = row
    counts, problems = told_columns(told)
    connection.execute(_SIGN, (counts, problems if kept else "", now(), number))
    if report and kept:
        connection.execute(_PIECE, (number, "report", told.pieces - 1, report))
    return int(number), bool(stop)
