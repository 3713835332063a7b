"""One run of an import job, in a process of its own: it reads the file, imports or checks, and tells what became of it.

It gives a sign every second, with what it has come to know since: a row counts as told once it is on the disk, and so
is its outcome. What ends it, a person's wish, a fault, or its server, it tells as its last word.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import time
import zlib
from collections import Counter
from contextlib import closing, nullcontext
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from cardwright import limits
from cardwright.book.files.reader_process import read_in_process
from cardwright.book.files.reports import csv_of
from cardwright.book.import_jobs import ENDED, RowProblem, RunProgress, by_of
from cardwright.book.outcomes import CHANGING
from cardwright.errors import CardwrightError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping

    from cardwright.book.files.contents import Chosen
    from cardwright.book.import_jobs import ImportJob, JobStore, Run, State
    from cardwright.book.import_row import ImportRow
    from cardwright.book.outcomes import OnDuplicate, Outcome, Result
    from cardwright.book.ports import Store
    from cardwright.book.upsert import Upsert

_SIGN: Final = 1.0  # seconds between two signs
_HELD: Final = 0.66  # of the time after which a run counts as stopped: then no more is read until a sign is given


class ImportRun:
    """A run that this process has. `counted` hears how many rows came to which outcome since it was last called."""

    def __init__(self, store: Store, run: Run, counted: Callable[[Mapping[Outcome, int]], None]) -> None:
        self._store = store
        self._jobs: JobStore = store.jobs
        self._run = run
        self._counted = counted
        self._told = RunProgress()
        self._results: list[Result] = []
        """What is not told yet."""
        self._name = ""
        self._signed = time.monotonic()
        self._is_check = False
        self._is_complete = False
        """Whether the file was read to its end."""
        self._reason: str | None = None
        """Why it is to end; None while it is not."""

    def stop(self, reason: str = ENDED) -> None:
        """End the run soon: what is on its way to the store is told, and no more is read."""
        if self._reason is None:
            self._reason = reason

    async def go(self, upsert: Callable[[Store, OnDuplicate], Upsert]) -> None:
        """Do the run to its end, and tell how it ended."""
        reason = ""
        signing = asyncio.create_task(self._keep_signing())
        try:
            await self._go(upsert)
        except CardwrightError as error:
            reason = str(error) or type(error).__name__
        except OSError as error:  # of the copy of the file, or of the process that reads it
            reason = f"the server could not copy the file to its disk and read it: {error.strerror or error}"
        finally:
            signing.cancel()
            await asyncio.wait((signing,))
        results = self._results
        told, report = self._taken()
        state: State = "finished" if self._is_complete and not reason else "stopped"
        reason = reason or ("" if self._is_complete else self._reason or "")
        with contextlib.suppress(CardwrightError):  # else whoever finds it silent stops it
            await self._jobs.end(self._run, state, told, report, _sayable(reason))
            self._count(results)

    async def _go(self, upsert: Callable[[Store, OnDuplicate], Upsert]) -> None:
        job = await self._jobs.get(self._run.place, self._run.job)
        self._name, self._told = job.name, job.told
        place, how = self._run.place, job.choice.on_duplicate
        self._is_check = job.task == "check"
        trial = self._store.dry_run(place, cards=how in CHANGING) if self._is_check else nullcontext(self._store)
        with tempfile.TemporaryFile() as made:
            file = cast("BinaryIO", made)
            await self._copy(file)
            async with trial as store:
                with closing(self._until_end(self._rows(job, file))) as rows:
                    async for result in upsert(store, how).run(rows, by_of(job.id, job.by)):
                        created = self._is_check and result.outcome == "created"
                        self._results.append(result._replace(contact="") if created else result)

    async def _copy(self, file: BinaryIO) -> None:
        """Bring the file from the store to the disk of this machine."""
        number = 0
        while piece := await self._jobs.piece(self._run.place, self._run.job, "file", number):
            file.write(piece)
            number += 1
        file.flush()
        file.seek(0)

    def _rows(self, job: ImportJob, file: BinaryIO) -> Generator[list[ImportRow]]:
        """Give the rows that are not told yet."""
        mapping: Mapping[str, str] | Chosen = {}
        if job.contents.kind == "table":
            mapping = job.contents.chosen(job.choice.columns)
        place, told = self._run.place, job.told.rows
        with closing(read_in_process(file, mapping, place)) as source:
            for batch in source:
                yield [row for row in batch if row.number > told] if told else batch

    def _until_end(self, rows: Generator[list[ImportRow]]) -> Generator[list[ImportRow]]:
        with closing(rows):
            for batch in rows:
                if not self._goes_on():
                    return
                yield batch
        self._is_complete = True

    def _goes_on(self) -> bool:
        """Say whether more is to be read: not when it gave no sign for so long that others may take it for stopped."""
        if time.monotonic() - self._signed > _HELD * limits.IMPORT_SILENCE.value:
            self.stop("it could give no sign in time")
        return self._reason is None

    async def _keep_signing(self) -> None:
        while True:
            await asyncio.sleep(_SIGN)
            before, results = self._told, self._results
            told, report = self._taken()
            try:
                if not await self._jobs.sign(self._run, told, report):
                    self.stop("")
                self._signed = time.monotonic()
            except (CardwrightError, asyncio.CancelledError) as error:  # a store may come back; `go` tells the rest
                self._told, self._results = before, results + self._results
                if isinstance(error, asyncio.CancelledError):
                    raise
                continue
            self._count(results)

    def _count(self, results: list[Result]) -> None:
        """Count rows of an import; a check is none."""
        if not self._is_check:
            self._counted(Counter(result.outcome for result in results))

    def _taken(self) -> tuple[RunProgress, bytes]:
        """Return what is known by now, and the piece of the report for what was not told yet."""
        results, self._results = self._results, []
        if not results:
            return self._told, b""
        counts = Counter(self._told.counts)
        counts.update(result.outcome for result in results)
        problems = [*self._told.problems, *_problems(results)]
        more = self._told.more + max(0, len(problems) - limits.IMPORT_PROBLEMS.value)
        shown = tuple(problems[: limits.IMPORT_PROBLEMS.value])
        self._told = RunProgress(results[-1].row, dict(counts), shown, more, self._told.untold, self._told.pieces + 1)
        return self._told, zlib.compress(csv_of(self._name, results), 1)


def _problems(results: list[Result]) -> Iterator[RowProblem]:
    for result in results:
        if result.outcome == "refused" or result.warnings:
            reason = "; ".join(filter(None, (result.reason, *result.warnings)))
            yield RowProblem(result.row, result.outcome, reason[: limits.TEXT.value * 4])


def _sayable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
