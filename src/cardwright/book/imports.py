"""What a person does with import jobs: upload a file, choose, check, import, stop, read the report."""

from __future__ import annotations

import tempfile
import zlib
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from cardwright import limits
from cardwright.book.files.columns import gives_a_contact
from cardwright.book.files.header_finder import two_for_one
from cardwright.book.files.inspection import inspect
from cardwright.book.files.reports import HEADER
from cardwright.book.import_jobs import PIECE, ImportChoice
from cardwright.errors import ConflictError, Fault, InvalidError, Rule

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from cardwright.book.files.contents import Contents
    from cardwright.book.import_jobs import ImportJob, JobStore, Task
    from cardwright.book.ports import Place

_UNNAMED: Final = "file"


class Imports:
    """The import jobs of all accounts; `wake` is called when one waits to be run."""

    def __init__(self, jobs: JobStore, wake: Callable[[], None]) -> None:
        self._jobs = jobs
        self._wake = wake

    async def upload(self, place: Place, name: str, file: AsyncIterator[bytes], by: str) -> str:
        """Keep a file, and return the id of its job; nothing is imported yet.

        Raises InvalidError, with a fault of the field `file`, for one that is too large or holds no contact.
        """
        with tempfile.TemporaryFile() as copy:
            octets = await _copied(file, cast("BinaryIO", copy))
            contents = await inspect(cast("BinaryIO", copy))
            job = await self._jobs.add(place, _name(name), by)
            copy.seek(0)
            number = 0
            while piece := copy.read(PIECE):
                await self._jobs.put(place, job, number, piece)
                number += 1
        before = await self._jobs.remembered(place.sid, contents.header) if contents.header else None
        choice = ImportChoice(columns=contents.recognised if before is None else tuple(before))
        await self._jobs.arrived(place, job, octets, contents, choice)
        return job

    async def job(self, place: Place, job: str) -> ImportJob:
        """Return a job; NotFoundError when the campaign has none such."""
        return await self._jobs.get(place, job)

    async def list(self, place: Place) -> Sequence[ImportJob]:
        """Return the jobs of a campaign, the latest first."""
        return await self._jobs.list(place)

    async def run(self, place: Place, job: str, task: Task, choice: ImportChoice) -> None:
        """Check a file, which writes nothing, or import it; what an earlier run has told is forgotten.

        Raises InvalidError, with a fault of `column[n]` or of `columns`, for a choice of columns that cannot be, and
        ConflictError while a run is under way, or when the file is gone.
        """
        contents = (await self._jobs.get(place, job)).contents
        if contents.kind == "table":
            _check(contents, choice)
        await self._jobs.ask(place, job, task, choice)
        if contents.header:
            await self._jobs.remember(place.sid, contents.header, choice.columns)
        self._wake()

    async def go_on(self, place: Place, job: str) -> None:
        """Go on with an import that was stopped, after the last row that it has told.

        Raises ConflictError when it cannot: rows that it took without telling would be added once more.
        """
        stopped = await self._jobs.get(place, job)
        if not can_go_on(stopped):
            raise ConflictError("This import cannot go on where it was stopped")
        await self._jobs.ask(place, job, "import", stopped.choice, on=True)
        self._wake()

    async def stop(self, place: Place, job: str) -> None:
        """Stop a run; what is in stays in."""
        await self._jobs.stop(place, job)

    async def report(self, place: Place, job: str) -> AsyncIterator[bytes]:
        """Give the report of the last run as CSV, a piece at a time; NotFoundError when there is no such job."""
        await self._jobs.get(place, job)
        return self._report(place, job)

    async def _report(self, place: Place, job: str) -> AsyncIterator[bytes]:
        yield HEADER
        number = 0
        while piece := await self._jobs.piece(place, job, "report", number):
            yield zlib.decompress(piece)
            number += 1


def can_go_on(job: ImportJob) -> bool:
    """Say whether an import was stopped in the middle, and no row of it can come in twice when it goes on."""
    is_stopped = job.state == "stopped" and job.task == "import" and job.has_file
    return is_stopped and (job.choice.on_duplicate != "add" or not job.told.untold)


def _check(contents: Contents, choice: ImportChoice) -> None:
    """Raise InvalidError unless the columns of a table can go where they are to go."""
    columns = choice.columns
    if len(columns) != len(contents.columns):
        raise InvalidError([Fault("columns", Rule.CONFLICT, "The columns are not those of this file")])
    names = [column.name for column in contents.columns]
    faults = [
        Fault(f"column[{second}]", Rule.CONFLICT, f"{names[first]!r} goes there already: choose one of the two")
        for first, second in two_for_one(columns)
    ]
    if not gives_a_contact(list(columns)):
        message = "No column goes to a name, an e-mail address, a phone number or an address"
        faults.append(Fault("column[0]", Rule.REQUIRED, message))
    if faults:
        raise InvalidError(faults)


async def _copied(file: AsyncIterator[bytes], copy: BinaryIO) -> int:
    """Copy a file to the disk, and return its size; InvalidError when it is empty or too large."""
    octets = 0
    async for piece in file:
        octets += len(piece)
        if octets > limits.IMPORT_FILE.value:
            most = limits.IMPORT_FILE.value // 1024**2
            raise InvalidError([Fault("file", Rule.TOO_LONG, f"The file has more than {most} MiB")])
        copy.write(piece)
    if not octets:
        raise InvalidError([Fault("file", Rule.REQUIRED, "The file is empty")])
    copy.flush()
    copy.seek(0)
    return octets


def _name(name: str) -> str:
    """Return the name of a file as it is kept: what a text can hold, without the folders before it."""
    bare = name.replace("\\", "/").rpartition("/")[2].encode("utf-8", "replace").decode()
    shown = "".join(character for character in bare if character.isprintable()).strip()
    return shown[: limits.IMPORT_NAME.value] or _UNNAMED
