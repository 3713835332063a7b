"""Import jobs that go: with their time, for room, and what they hold once a contact is erased."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright import limits
from cardwright.book.import_jobs import ERASED
from cardwright.store.job_rows import ARRIVAL, LIFE, NO_CONTENTS

if TYPE_CHECKING:
    from cardwright.store.postgres.driver import Connection

NOW: Final = "(extract(epoch FROM statement_timestamp()) * 1000)::bigint"
"""The clock of the database, which a distributed engine reads once for all nodes: it takes no volatile function."""
_OLD: Final = f"""SELECT account, id FROM import_job WHERE signed <= {NOW} - {ARRIVAL}
    AND state NOT IN ('waiting', 'running') AND (state = 'arriving' OR signed <= {NOW} - {LIFE})
    ORDER BY signed LIMIT 1 FOR UPDATE"""  # noqa: S608 - constants
_PIECES: Final = "DELETE FROM import_piece WHERE account = $1 AND job = $2"
_JOB: Final = "DELETE FROM import_job WHERE account = $1 AND id = $2"
_ROOM: Final = f"""UPDATE import_job SET signed = 0 WHERE account = $1 AND id IN (
    SELECT id FROM import_job WHERE account = $1 AND state NOT IN ('arriving', 'waiting', 'running')
    ORDER BY created DESC, id DESC OFFSET {limits.IMPORT_JOBS.value})"""  # noqa: S608 - constant
_ERASE: Final = """UPDATE import_job SET kept = false, stop = true, name = '', contents = $3, problems = '',
    reason = $4, state = CASE WHEN state = 'running' OR (state = 'finished' AND task = 'import') THEN state
      ELSE 'stopped' END
    WHERE account = $1 AND campaign = $2"""
_OF_CAMPAIGN: Final = "DELETE FROM import_piece WHERE account = $1 AND campaign = $2"


async def make_room(connection: Connection, account: int) -> None:
    """Give up the oldest jobs of an account that has too many: `expire_some` removes them."""
    await connection.execute(_ROOM, account)


async def expire_some(connection: Connection) -> bool:
    """Remove a job that is too old, or an upload that was given up."""
    if old := await connection.row(_OLD):
        await connection.execute(_PIECES, *old)
        await connection.execute(_JOB, *old)
        return True
    return False


async def erase(connection: Connection, account: int, campaign: int) -> None:
    """Let go of the files and reports of a campaign's import jobs, for they may speak of a contact that is erased."""
    await connection.execute(_ERASE, account, campaign, NO_CONTENTS, ERASED)
    await connection.execute(_OF_CAMPAIGN, account, campaign)
