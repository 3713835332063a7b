"""Import jobs that go: with their time, with their campaign, for room, and what they hold once a contact is erased.

The pieces of a file are many megabytes, which are overwritten on the disk: they go a slice at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright import limits
from cardwright.book.import_jobs import ERASED
from cardwright.store.job_rows import ARRIVAL, LIFE, NO_CONTENTS

if TYPE_CHECKING:
    from cardwright.store.sqlite.writer import WriteConnection

_SLICE: Final = 4  # pieces, of 1 MiB at most
_OLD: Final = """SELECT import_job FROM import_job WHERE signed <= ? AND state NOT IN ('waiting', 'running')
    AND (state = 'arriving' OR signed <= ?) LIMIT 1"""
_STALE: Final = """SELECT import_job FROM import_job JOIN import_piece USING (import_job) WHERE kept = 0 LIMIT 1"""
_OF_CAMPAIGN: Final = "SELECT import_job FROM import_job WHERE campaign = ? LIMIT 1"
_PIECES: Final = f"""DELETE FROM import_piece WHERE rowid IN (
    SELECT rowid FROM import_piece WHERE import_job = ? LIMIT {_SLICE})"""  # noqa: S608 - constant
_ROOM: Final = f"""UPDATE import_job SET signed = 0 WHERE import_job IN (
    SELECT import_job FROM import_job JOIN campaign USING (campaign)
    WHERE account = ? AND state NOT IN ('arriving', 'waiting', 'running')
    ORDER BY import_job.created DESC, import_job DESC LIMIT -1 OFFSET {limits.IMPORT_JOBS.value})"""  # noqa: S608 - constant
_ERASE: Final = """UPDATE import_job SET kept = 0, stop = 1, name = '', contents = ?, problems = '', reason = ?,
    state = iif(state = 'running' OR (state = 'finished' AND task = 'import'), state, 'stopped')
    WHERE campaign = ?"""


def make_room(connection: WriteConnection, account: int) -> None:
    """Give up the oldest jobs of an account that has too many: `expire_some` removes them."""
    connection.execute(_ROOM, (account,))


def expire_some(connection: WriteConnection, at: int) -> bool:
    """Remove a slice of an import job that has expired, of an abandoned upload, or of what was erased."""
    old = connection.execute(_OLD, (at - ARRIVAL, at - LIFE)).get
    if old is not None:
        return _goes(connection, int(old))
    stale = connection.execute(_STALE).get
    return stale is not None and _pieces_go(connection, int(stale))


def jobs_go(connection: WriteConnection, campaign: int) -> bool:
    """Remove a slice of a campaign's jobs; False when there are none."""
    job = connection.execute(_OF_CAMPAIGN, (campaign,)).get
    return job is not None and _goes(connection, int(job))


def erase(connection: WriteConnection, campaign: int) -> None:
    """Let go of what the jobs of a campaign may say of a contact that is erased; their pieces go by `erased_go`."""
    connection.execute(_ERASE, (NO_CONTENTS, ERASED, campaign))


def erased_go(connection: WriteConnection) -> bool:
    """Remove a slice of the pieces of such jobs; False when there are none."""
    stale = connection.execute(_STALE).get
    return stale is not None and _pieces_go(connection, int(stale))


def _goes(connection: WriteConnection, job: int) -> bool:
    if not _pieces_go(connection, job):
        connection.execute("DELETE FROM import_job WHERE import_job = ?", (job,))
    return True


def _pieces_go(connection: WriteConnection, job: int) -> bool:
    connection.execute(_PIECES, (job,))
    return bool(connection.changes())
