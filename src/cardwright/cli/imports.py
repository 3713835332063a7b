"""`cardwright import`: files of contacts into a campaign."""

from __future__ import annotations

import gc
import os
import sys
import tomllib
from collections import Counter
from contextlib import closing, nullcontext
from pathlib import Path  # noqa: TC003 - the command line reads the annotation
from typing import TYPE_CHECKING, BinaryIO, Final, get_args

from cardwright.app import ContactImages, photo_places
from cardwright.book.contact_store import Place
from cardwright.book.files.import_rows import prepared
from cardwright.book.files.reader_process import ahead
from cardwright.book.files.reading import read
from cardwright.book.upsert import Import, OnDuplicate, Outcome, Result
from cardwright.cli.opening import with_store
from cardwright.cli.output import DATA, Data, Json, say, show
from cardwright.cli.progress import Progress
from cardwright.cli.report import report_to
from cardwright.errors import CardwrightError, Fault, InvalidError, Rule
from cardwright.fetch import Fetcher
from cardwright.photo.workers import Workers
from cardwright.store.sqlite.dry_run import rehearsal
from cardwright.store.sqlite.imports import SqliteImports

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from cardwright.book.files.import_rows import Prepared
    from cardwright.cli.report import Report
    from cardwright.store.sqlite import SqliteStore

_BY: Final = "command line"
_GARBAGE: Final = 200_000  # objects between collections: thousands of rows are at hand, none of them in a circle
_LARGE: Final = 4 * 1024 * 1024  # bytes of a file from which a process of its own pays: it takes 0.2 s to start
_EVERY: Final = 200  # rows between two looks at the progress bar


class UnreadError(CardwrightError):
    """A file cannot be read; the message says which, and why."""


def import_(  # noqa: PLR0913 - one for each option of the command
    sid: str,
    campaign: str,
    /,
    *files: Path,
    dry_run: bool = False,
    map_: Path | None = None,
    on_duplicate: OnDuplicate = "skip",
    report: Path | None = None,
    json: Json = False,
    data: Data = DATA,
) -> None:
    """Import contacts from vCard, CSV and jCard files; a row that cannot be taken never stops the rest.

    Parameters
    ----------
    sid
        The account's SID.
    campaign
        The campaign's id.
    files
        Files of any of the three kinds, told apart by what is in them.
    dry_run
        Say what would happen, and write nothing.
    map_
        A TOML file that says where columns go: `"Vorname" = "first"`, `"Handy" = "phone.mobile"`, `"Alter" = ""`.
    on_duplicate
        What to do with somebody who is there already: same UID, else same e-mail address, else same number and name.
    report
        A file for what became of each row: CSV, or JSON when it is named so.
    json
        Print the counts by outcome as one JSON document.
    data
        Where the data lives.
    """
    if not files:
        raise InvalidError([Fault("files", Rule.REQUIRED, "name at least one file to import")])
    mapping = _mapping(map_)

    place = Place(sid, campaign)
    gc.freeze()  # what is here now stays
    gc.set_threshold(_GARBAGE)

    async def run(live: SqliteStore) -> _Run:
        await live.partners.campaign(*place)
        with (
            rehearsal(live, place, cards=on_duplicate == "update") if dry_run else nullcontext(live) as store,
            report_to(report) if report else nullcontext() as written,
            closing(Workers()) as workers,  # started by the first photo
        ):
            photos = ContactImages(Fetcher(enabled=False), workers, photo_places())
            importing = Import(SqliteImports(store.database), store.contacts, photos, place, on_duplicate=on_duplicate)
            running = _Run(importing, place, mapping, written, quiet=json, dry=dry_run)
            for file in files:
                await running.file(file)
            return running

    done = with_store(data, run)
    *unread, last = done.unread or [""]
    for line in unread:
        print("cardwright:", line, file=sys.stderr)  # noqa: T201 - as main does for the last
    if len(done.unread) < len(files):
        show({outcome: done.counts[outcome] for outcome in get_args(Outcome)}, as_json=json)
    if last:
        raise UnreadError(last)


def _mapping(file: Path | None) -> Mapping[str, str]:
    if file is None:
        return {}
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidError([Fault("map", Rule.FORM, f"{file} is no TOML: {error}")]) from None
    if not all(isinstance(value, str) for value in found.values()):
        raise InvalidError([Fault("map", Rule.TYPE, f'{file} holds lines like "Column name" = "first"')])
    return found


class _Run:
    """One run of the command: what it counts, and whom it tells."""

    def __init__(  # noqa: PLR0913 - what the command was given
        self,
        importing: Import,
        place: Place,
        mapping: Mapping[str, str],
        written: Report | None,
        *,
        quiet: bool,
        dry: bool,
    ) -> None:
        self.counts: Counter[str] = Counter()
        self.unread: list[str] = []
        """Of each file that could not be read: which, and why."""
        self._importing = importing
        self._place = place
        self._mapping = mapping
        self._written = written
        self._quiet = quiet
        self._dry = dry

    async def file(self, file: Path) -> None:
        """Import one file; one that cannot be read is noted, and what was read of it counts."""
        try:
            with (
                _opened(file) as source,
                Progress(file) as progress,
                closing(_rows(file, source, self._mapping, self._place)) as rows,
            ):
                async for result in self._importing.run(rows, _BY):
                    self.counts[result.outcome] += 1
                    if result.row % _EVERY == 0:
                        progress.at(source)
                    self._tell(str(file), result)
        except UnreadError as error:
            self.unread.append(str(error))

    def _tell(self, file: str, result: Result) -> None:
        """Report a row, and say what a person should look at: one that was refused, or taken with a warning."""
        if self._quiet and not self._written:
            return
        if self._dry and result.outcome == "created":
            result = result._replace(contact="")  # there is none yet
        if self._written:
            self._written.add(file, result)
        if not self._quiet and (result.outcome == "refused" or result.warnings):
            reasons = "; ".join(filter(None, (result.reason, *result.warnings)))
            say(f"{file}, row {result.row}: {result.outcome}: {reasons}")


def _opened(file: Path) -> BinaryIO:
    try:
        return file.open("rb")
    except OSError as error:
        raise UnreadError(f"{error.strerror}: {file}") from error


def _rows(file: Path, source: BinaryIO, mapping: Mapping[str, str], place: Place) -> Generator[list[Prepared]]:
    try:
        if os.fstat(source.fileno()).st_size >= _LARGE:
            yield from ahead(source, mapping, place)
        else:
            yield from prepared(read(source, mapping), place)
    except InvalidError as error:
        raise UnreadError(f"{file}: {error}") from error
    except OSError as error:
        raise UnreadError(f"{error.strerror}: {file}") from error
