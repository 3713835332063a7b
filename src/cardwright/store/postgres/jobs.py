"""`JobStore` in PostgreSQL: the tables `import_job`, `import_piece` and `remembered_mapping`.

Times are the database's: the clocks of the servers may differ.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright import limits
from cardwright.book.files.columns import Destination
from cardwright.book.import_jobs import ENDED, Run, RunProgress, by_of, check_can_run, untold
from cardwright.book.ports import Place
from cardwright.errors import NotFoundError
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
from cardwright.store.postgres.job_removal import NOW, expire_some, make_room
from cardwright.store.postgres.numbers import account_number, campaign_numbers, lock, sayable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from cardwright.book.files.contents import Contents
    from cardwright.book.import_jobs import ImportChoice, ImportJob, JobPart, State, Task
    from cardwright.store.postgres.database import Database
    from cardwright.store.postgres.driver import Connection

_KEY: Final = "account = $1 AND id = $2"
_ADD: Final = f"""INSERT INTO import_job
    (account, campaign, id, name, octets, created, by, state, task, contents, choice, told, problems, reason, kept,
     stop, runner, since, signed)
    VALUES ($1, $2, $3, $4, 0, {NOW}, $5, 'arriving', '', '{NO_CONTENTS}', '{NO_CHOICE}', '{NOTHING_TOLD}', '', '',
     true, false, '', -1, {NOW})"""  # noqa: S608 - constants
_PIECE: Final = """INSERT INTO import_piece (account, campaign, job, part, number, octets)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (account, job, part, number) DO UPDATE SET octets = excluded.octets"""
_ARRIVED: Final = f"""UPDATE import_job SET state = 'ready', octets = $3, contents = $4, choice = $5, signed = {NOW}
    WHERE {_KEY} AND state = 'arriving'"""  # noqa: S608 - constants
_JOB: Final = f"SELECT {COLUMNS} FROM import_job WHERE {_KEY}"  # noqa: S608 - constants
_JOBS: Final = f"""SELECT {COLUMNS} FROM import_job WHERE account = $1 AND campaign = $2 AND state <> 'arriving'
    ORDER BY created DESC, id DESC"""  # noqa: S608 - constant
_GET_PIECE: Final = "SELECT octets FROM import_piece WHERE account = $1 AND job = $2 AND part = $3 AND number = $4"
_STATE: Final = f"SELECT state, kept FROM import_job WHERE {_KEY} FOR UPDATE"  # noqa: S608 - constant
_WAIT: Final = f"""UPDATE import_job SET state = 'waiting', task = $3, choice = $4, reason = '', stop = false,
    signed = {NOW} WHERE {_KEY}"""  # noqa: S608 - constants
_FORGET: Final = f"UPDATE import_job SET told = $3, problems = '', since = -1 WHERE {_KEY}"  # noqa: S608 - constant
_NO_REPORT: Final = "DELETE FROM import_piece WHERE account = $1 AND job = $2 AND part = 'report'"
_STOP: Final = f"""UPDATE import_job SET stop = true, state = CASE state WHEN 'waiting' THEN 'stopped' ELSE state END
    WHERE {_KEY} AND state IN ('waiting', 'running')"""  # noqa: S608 - constant
_WAITING: Final = """SELECT account, id FROM import_job AS job WHERE state = 'waiting' AND NOT EXISTS (
      SELECT FROM import_job AS other WHERE other.account = job.account AND other.state = 'running')
    ORDER BY signed LIMIT 1"""
# Asked for before: what changes a table that is on every node does not read one that is not.
_LAST: Final = """SELECT campaign.sequence FROM campaign JOIN import_job USING (account, campaign)
    WHERE campaign.account = $1 AND import_job.id = $2"""
_BEGIN: Final = f"""UPDATE import_job SET state = 'running', runner = $3, signed = {NOW},
    since = CASE WHEN since < 0 THEN $4 ELSE since END
    WHERE {_KEY} AND state = 'waiting'
    AND NOT EXISTS (SELECT FROM import_job WHERE account = $1 AND state = 'running')"""  # noqa: S608 - constants
_PLACE: Final = """SELECT sid, campaign.id FROM import_job JOIN campaign USING (account, campaign)
    JOIN account USING (account) WHERE account = $1 AND import_job.id = $2"""
_OURS: Final = f"""SELECT campaign, kept, stop FROM import_job
    WHERE {_KEY} AND runner = $3 AND state = 'running' FOR UPDATE"""  # noqa: S608 - constant
_SIGN: Final = f"UPDATE import_job SET told = $3, problems = $4, signed = {NOW} WHERE {_KEY}"  # noqa: S608 - constants
_END: Final = f"""UPDATE import_job SET state = $3, reason = CASE WHEN kept THEN $4 ELSE reason END, runner = ''
    WHERE {_KEY}"""  # noqa: S608 - constant
_IS_SILENT: Final = f"state = 'running' AND (signed <= {NOW} - {SILENCE} OR runner = $1)"
_SILENT: Final = f"""SELECT account, campaign, id, by, task, told, since, runner FROM import_job
    WHERE {_IS_SILENT}"""  # noqa: S608 - constants
_MADE: Final = """SELECT kind::text, count(*) FROM change
    WHERE account = $1 AND campaign = $2 AND sequence > $3 AND by = $4 GROUP BY kind"""
_SETTLE: Final = f"""UPDATE import_job SET state = 'stopped', reason = CASE WHEN kept THEN $4 ELSE reason END,
    told = $5, runner = '', signed = {NOW} WHERE account = $2 AND id = $3 AND runner = $6 AND {_IS_SILENT}"""  # noqa: S608 - constants
_KINDS: Final = {"c": "created", "u": "updated"}
_REMEMBER: Final = f"""INSERT INTO remembered_mapping (account, header, columns, used) VALUES ($1, $2, $3, {NOW})
    ON CONFLICT (account, header) DO UPDATE SET columns = excluded.columns, used = excluded.used"""  # noqa: S608 - constant
_FORGET_SOME: Final = f"""DELETE FROM remembered_mapping WHERE account = $1 AND header IN (
    SELECT header FROM remembered_mapping WHERE account = $1
    ORDER BY used DESC OFFSET {limits.IMPORT_MAPPINGS.value})"""  # noqa: S608 - constant


class _Silent(NamedTuple):
    """A run that ended without a word."""

    account: int
    campaign: int
    id: str
    by: str
    task: str
    told: str
    since: int
    runner: str


class PostgresJobs:
    """The port `book.import_jobs.JobStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, place: Place, name: str, by: str) -> str:
        """Begin to keep a file, and return the id of its job; nobody sees it before `arrived`."""
        job = secrets.token_hex(8)

        async def unit(connection: Connection) -> None:
            numbers = await campaign_numbers(connection, place)
            await connection.execute(_ADD, *numbers, job, name.replace("\0", ""), by)

        await self._database.write(unit)
        return job

    async def put(self, place: Place, job: str, number: int, octets: bytes) -> None:
        """Keep a piece of the file, counted from 0."""

        async def unit(connection: Connection) -> None:
            account, campaign = await _numbers(connection, place, job)
            await connection.execute(_PIECE, account, campaign, job, "file", number, octets)

        await self._database.write(unit)

    async def arrived(self, place: Place, job: str, octets: int, contents: Contents, choice: ImportChoice) -> None:
        """Keep what the file holds, now that it is there; of too many jobs of the account the oldest go."""

        async def unit(connection: Connection) -> None:
            account, _ = await _numbers(connection, place, job)
            await connection.execute(_ARRIVED, account, job, octets, written(contents), written(choice))
            await make_room(connection, account)

        await self._database.write(unit)
        await self.expire()

    async def get(self, place: Place, job: str) -> ImportJob:
        """Return a job; one that has given no sign for too long is stopped first."""
        await self.settle()

        async def look(connection: Connection) -> ImportJob:
            account, _ = await _numbers(connection, place, job)
            row = await connection.row(_JOB, account, job)
            return job_of(JobRow._make(row or ()))

        return await self._database.read(look)

    async def list(self, place: Place) -> Sequence[ImportJob]:
        """Return the jobs of a campaign as `get` does, the latest first."""
        await self.settle()

        async def look(connection: Connection) -> list[ImportJob]:
            rows = await connection.rows(_JOBS, *await campaign_numbers(connection, place))
            return [job_of(JobRow._make(row)) for row in rows]

        return await self._database.read(look)

    async def piece(self, place: Place, job: str, part: JobPart, number: int) -> bytes | None:
        """Return a piece of the file, or of the report, which is compressed; None past the last one."""

        async def look(connection: Connection) -> bytes | None:
            account, _ = await _numbers(connection, place, job)
            piece: bytes | None = await connection.value(_GET_PIECE, account, job, part, number)
            return piece

        return await self._database.read(look)

    async def ask(self, place: Place, job: str, task: Task, choice: ImportChoice, *, on: bool = False) -> None:
        """Ask for a run; with `on` it goes on after the rows that are told, else what was told goes."""

        async def unit(connection: Connection) -> None:
            account, _ = await _numbers(connection, place, job)
            state, kept = await connection.row(_STATE, account, job) or ("", False)
            check_can_run(state, has_file=kept)
            await connection.execute(_WAIT, account, job, task, written(choice))
            if not on:
                await connection.execute(_FORGET, account, job, NOTHING_TOLD)
                await connection.execute(_NO_REPORT, account, job)

        await self._database.write(unit)

    async def stop(self, place: Place, job: str) -> None:
        """Stop a run: one that waits at once, one that runs within a second or two. Of one that has ended nothing."""

        async def unit(connection: Connection) -> None:
            account, _ = await _numbers(connection, place, job)
            await connection.execute(_STOP, account, job)

        await self._database.write(unit)

    async def take(self, runner: str) -> Run | None:
        """Begin the run that has waited for longest; None when there is none of an account that has none running."""
        row = await self._database.read(lambda c: c.row(_WAITING))
        if row is None:
            return None
        account, job = row

        async def unit(connection: Connection) -> Run | None:
            try:
                await lock(connection, account)
            except NotFoundError:
                return None
            last = await connection.value(_LAST, account, job)
            if last is None or not await connection.execute(_BEGIN, account, job, runner, last):
                return None
            sid, campaign = await connection.row(_PLACE, account, job) or ("", "")
            return Run(Place(sid, campaign), job, runner)

        return await self._database.write(unit)

    async def sign(self, run: Run, told: RunProgress, report: bytes = b"") -> bool:
        """Keep what has become known, with the last piece of the report; False when the run is to end, or not ours."""

        async def unit(connection: Connection) -> bool:
            account, stop = await _signed(connection, run, told, report)
            return account is not None and not stop

        return await self._database.write(unit)

    async def end(self, run: Run, state: State, told: RunProgress, report: bytes = b"", reason: str = "") -> None:
        """Keep how a run ended, unless it is another's by now."""

        async def unit(connection: Connection) -> None:
            account, _ = await _signed(connection, run, told, report)
            if account is not None:
                await connection.execute(_END, account, run.job, state, reason.replace("\0", ""))

        await self._database.write(unit)

    async def settle(self, run: Run | None = None) -> None:
        """Stop the runs that gave no sign for too long, and `run`, whose process has ended without a word."""
        runner = run.runner if run else "-"  # nobody's
        for row in await self._database.read(lambda c: c.rows(_SILENT, runner)):
            one = _Silent._make(row)
            told = read(one.told, RunProgress)
            if one.task == "import":
                told = untold(told, await self._made(one))
            values = (runner, one.account, one.id, ENDED, written(told), one.runner)
            await self._database.write(_setting(*values))

    async def _made(self, run: _Silent) -> dict[str, int]:
        """Return how many changes of each kind a run made."""
        values = (run.account, run.campaign, run.since, by_of(run.id, run.by))
        rows = await self._database.snapshot(lambda c: c.rows(_MADE, *values))
        return {_KINDS[kind]: count for kind, count in rows if kind in _KINDS}

    async def expire(self) -> bool:
        """Remove some of what is too old; False when there was nothing."""
        return await self._database.write(expire_some)

    async def remembered(self, sid: str, header: str) -> Sequence[Destination | None] | None:
        """Return where the columns of a table with this header went last; None when there was none."""
        query = "SELECT columns FROM remembered_mapping WHERE account = $1 AND header = $2"

        async def look(connection: Connection) -> Sequence[Destination | None] | None:
            columns = await connection.value(query, await account_number(connection, sid), header)
            return None if columns is None else read(str(columns), tuple[Destination | None, ...])

        return await self._database.read(look)

    async def remember(self, sid: str, header: str, columns: Sequence[Destination | None]) -> None:
        """Remember where the columns of tables with this header go."""

        async def unit(connection: Connection) -> None:
            account = await account_number(connection, sid)
            await connection.execute(_REMEMBER, account, header, written(columns))
            await connection.execute(_FORGET_SOME, account)

        await self._database.write(unit)


def _setting(*values: object) -> Callable[[Connection], Awaitable[int]]:
    return lambda connection: connection.execute(_SETTLE, *values)


async def _numbers(connection: Connection, place: Place, job: str) -> tuple[int, int]:
    """Return the numbers of a job's account and campaign; NotFoundError when there is no such job."""
    account, campaign = await campaign_numbers(connection, place)
    query = f"SELECT 1 FROM import_job WHERE {_KEY} AND campaign = $3"  # noqa: S608 - constant
    if not sayable(job) or await connection.value(query, account, job, campaign) is None:
        raise NotFoundError(f"there is no import {job}")
    return account, campaign


async def _signed(connection: Connection, run: Run, told: RunProgress, report: bytes) -> tuple[int | None, bool]:
    """Keep what a run tells; return its account, None when the run is another's by now, and whether it is to end."""
    account = await account_number(connection, run.place.sid)
    row = await connection.row(_OURS, account, run.job, run.runner)
    if row is None:
        return None, True
    campaign, kept, stop = row
    counts, problems = told_columns(told)
    await connection.execute(_SIGN, account, run.job, counts, problems if kept else "")
    if report and kept:
        await connection.execute(_PIECE, account, campaign, run.job, "report", told.pieces - 1, report)
    return account, bool(stop)
