"""`cardwright import`: files of contacts into a campaign."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import tomllib
from collections import Counter
from contextlib import closing, nullcontext
from itertools import takewhile
from pathlib import Path  # noqa: TC003 - the command line reads the annotation
from typing import TYPE_CHECKING, Annotated, BinaryIO, Final, cast, get_args

from cyclopts import Parameter

from cardwright import limits
from cardwright.book.files.import_rows import batches
from cardwright.book.files.reader_process import read_in_process
from cardwright.book.files.reading import read
from cardwright.book.match_keys import Match  # noqa: TC001 - the command line reads the annotation
from cardwright.book.outcomes import CHANGING, OnDuplicate, Outcome, Result
from cardwright.book.ports import Place
from cardwright.cli.arguments import DATA, CampaignId, Data, Json, Sid
from cardwright.cli.files import InputFile, UnreadError, UsageError, opened, refuse_to_overwrite, told
from cardwright.cli.opening import BY, kept_files, with_store
from cardwright.cli.output import complain, say, show
from cardwright.cli.progress import Progress
from cardwright.cli.report import report_to
from cardwright.errors import InvalidError
from cardwright.import_process import collect_seldom, upsert_into
from cardwright.photo.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping, Sequence

    from cardwright.book.import_row import ImportRow
    from cardwright.book.ports import Store
    from cardwright.book.upsert import Upsert
    from cardwright.cli.report import Report

_LARGE: Final = 4 * 1024 * 1024  # bytes of a file from which a process of its own pays: it takes 0.2 s to start
_PIECE: Final = 1024 * 1024  # bytes of a pipe that are copied at a time
_EVERY: Final = 200  # rows between two looks at the progress bar


def import_(  # noqa: PLR0913 - one for each option of the command
    sid: Sid,
    campaign: CampaignId,
    /,
    *files: InputFile,
    dry_run: bool = False,
    map_: Path | None = None,
    on_duplicate: OnDuplicate = "skip",
    match: Match = "name",
    report: Path | None = None,
    verbose: Annotated[bool, Parameter(name=["--verbose", "-v"], negative="")] = False,
    json: Json = False,
    data: Data = DATA,
) -> None:
    """Import contacts from vCard, CSV and jCard files; a row that cannot be taken never stops the rest.

    Parameters
    ----------
    files
        Files of any of the three kinds, told apart by what is in them; `-` is standard input.
    dry_run
        Say what would happen, and write nothing.
    map_
        A TOML file that says where columns go: `"Vorname" = "first"`, `"Handy" = "phone.mobile"`, `"Alter" = ""`.
    on_duplicate
        What to do with somebody who is there already: leave all as it is; add and overwrite what the file says; make
        the contact what the file says; make another one.
    match
        Who is the same: by UID, else an e-mail address in common and no other name, else a number and the same name;
        `email` or `uid`: by one of these alone.
    report
        A file for what became of each row: CSV, or JSON when it is named so.
    verbose
        Say what became of each row, in place of the progress bar; with --json on standard error.
    """
    _check_files(files, report, [*([map_] if map_ else []), *kept_files(data)])
    mapping, place = _mapping(map_), Place(sid, campaign)
    collect_seldom()
    running = _Run(files, verbose=verbose, quiet=json, dry=dry_run)

    async def run(live: Store) -> None:
        await live.partners.campaign(*place)
        async with live.dry_run(place, cards=on_duplicate in CHANGING) if dry_run else nullcontext(live) as store:
            with (
                report_to(report) if report else nullcontext() as written,
                closing(Workers()) as workers,  # started by the first photo
            ):
                to_store = upsert_into(store, workers, place, on_duplicate, match)
                await running.take(to_store, lambda file, source: _rows(file, source, mapping, place), written)

    try:
        with_store(data, run)
    finally:  # what was kept before a fault is told, too
        running.show_counts(as_json=json)
    running.tell_unread()


def _check_files(files: Sequence[Path], report: Path | None, others: Sequence[Path]) -> None:
    """Raise UsageError where there is nothing to import, or the report would take the place of what is read."""
    if not files:
        raise UsageError("FILES: name at least one file to import")
    if report:
        refuse_to_overwrite("--report", report, [*files, *others])


def _mapping(file: Path | None) -> Mapping[str, str]:
    if file is None:
        return {}
    try:
        mapping = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UnreadError(f"map: {file} is no TOML: {error}") from None
    if not all(isinstance(value, str) for value in mapping.values()):
        raise UnreadError(f'map: {file} holds lines like "Column name" = "first"')
    return mapping


class _Run:
    """One run of the command: what it counts, and whom it tells."""

    def __init__(self, files: Sequence[Path], *, verbose: bool, quiet: bool, dry: bool) -> None:
        self._files = files
        self._counts: Counter[str] = Counter()
        self._unread: list[str] = []
        """Of each file that could not be read: which, and why."""
        self._written: Report | None = None
        self._has_begun = False
        self._to_look_at = 0
        """Rows that a person should look at."""
        self._verbose = verbose
        self._quiet = quiet
        self._dry = dry
        self._fault: OSError | None = None
        """Of the report or the output: no more is read then, but what is on its way counts."""

    async def take(
        self, upsert: Upsert, rows: Callable[[Path, BinaryIO], Generator[list[ImportRow]]], written: Report | None
    ) -> None:
        """Import all files; raises OSError when what becomes of them cannot be told."""
        self._has_begun, self._written = True, written
        for file in self._files:
            await self._file(file, upsert, rows)
            if self._fault:
                raise self._fault

    def show_counts(self, *, as_json: bool) -> None:
        """Print how many rows had which outcome, unless nothing was read at all."""
        if (untold := self._to_look_at - limits.ROWS_TOLD.value) > 0:
            say(f"{untold:,} more rows were refused, or taken with a warning; --report FILE names every one")
        if self._has_begun and (self._counts or len(self._unread) < len(self._files)):
            show({outcome: self._counts[outcome] for outcome in get_args(Outcome)}, as_json=as_json)

    def tell_unread(self) -> None:
        """Raise UnreadError for the last file that could not be read, after a line for each before it."""
        *before, last = self._unread or [""]
        for line in before:
            complain(line)
        if last:
            raise UnreadError(last)

    async def _file(
        self, file: Path, upsert: Upsert, rows: Callable[[Path, BinaryIO], Generator[list[ImportRow]]]
    ) -> None:
        """Import one file; one that cannot be read is noted, and what was read of it counts."""
        try:
            with (
                _source(file) as source,
                Progress(file, source, hidden=self._verbose) as progress,
                closing(rows(file, source)) as batches_read,
            ):
                async for result in upsert.run(self._until_fault(batches_read), BY):
                    self._counts[result.outcome] += 1
                    if result.row % _EVERY == 0:
                        progress.at(source)
                    self._tell(str(file), result)
        except UnreadError as error:
            self._unread.append(str(error))

    def _until_fault(self, rows: Iterator[list[ImportRow]]) -> Iterator[list[ImportRow]]:
        return takewhile(lambda _: self._fault is None, rows)

    def _tell(self, file: str, result: Result) -> None:
        """Report a row, and say what a person should look at: one that was refused, or taken with a warning."""
        if self._fault or (self._quiet and not self._verbose and not self._written):
            return
        if self._dry and result.outcome == "created":
            result = result._replace(contact="")  # there is none yet
        try:
            if self._written:
                self._written.add(file, result)
            if self._verbose or (not self._quiet and self._is_to_be_told(result)):
                say(_line(file, result, contact=self._verbose), to=sys.stderr if self._quiet else sys.stdout)
        except OSError as error:
            self._fault = error

    def _is_to_be_told(self, result: Result) -> bool:
        """Say whether a row has a line of its own: of those to look at the first ones."""
        if result.outcome != "refused" and not result.warnings:
            return False
        self._to_look_at += 1
        return self._to_look_at <= limits.ROWS_TOLD.value


def _line(file: str, result: Result, *, contact: bool) -> str:
    """Return what became of a row as a line: `a.csv, row 3: skipped (contact 7): contact 7 has the same UID`."""
    whom = f" (contact {result.contact})" if contact and result.contact else ""
    reasons = "; ".join(filter(None, (result.reason, *result.warnings)))
    return f"{file}, row {result.row}: {result.outcome}{whom}{': ' if reasons else ''}{reasons}"


def _source(file: Path) -> BinaryIO:
    """Open a file to be read; what cannot be read twice, as a pipe, is copied to the disk first."""
    try:
        source = opened(file)
        if source.seekable():
            return source
        with source:
            copy = tempfile.TemporaryFile()  # noqa: SIM115 - whoever asked closes it
            shutil.copyfileobj(source, copy, _PIECE)
            copy.seek(0)
            return cast("BinaryIO", copy)
    except OSError as error:
        raise UnreadError(told(error, file)) from error


def _rows(file: Path, source: BinaryIO, mapping: Mapping[str, str], place: Place) -> Generator[list[ImportRow]]:
    try:
        if os.fstat(source.fileno()).st_size >= _LARGE:
            yield from read_in_process(source, mapping, place)
        else:
            yield from batches(read(source, mapping), place)
    except InvalidError as error:
        raise UnreadError(f"{file}: {error}") from error
    except OSError as error:
        raise UnreadError(told(error, file)) from error
