"""`cardwright import`: files of contacts into a campaign."""

from __future__ import annotations

import csv
import json as json_format
import sys
import tomllib
from collections import Counter
from contextlib import ExitStack
from pathlib import Path  # noqa: TC003 - the command line reads the annotation
from typing import IO, TYPE_CHECKING, BinaryIO, Final, Protocol, Self, get_args

from cardwright.app import ContactImages
from cardwright.book.contact_store import Place
from cardwright.book.imports import Import, OnDuplicate, Outcome, Result
from cardwright.book.incoming import read
from cardwright.cli.opening import with_store
from cardwright.cli.output import DATA, Data, Json, say, show
from cardwright.errors import Fault, InvalidError, Rule
from cardwright.fetch import Fetcher
from cardwright.photo.workers import Workers
from cardwright.store.sqlite.imports import SqliteImports

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cardwright.store.sqlite import SqliteStore

_COLUMNS: Final = ("file", "row", "outcome", "contact", "warnings", "reason")
_BY: Final = "command line"
_EVERY: Final = 200  # rows between two looks at the progress bar


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

    async def run(store: SqliteStore) -> Counter[str]:
        await store.partners.campaign(sid, campaign)
        workers = Workers()  # started by the first photo
        importing = Import(
            SqliteImports(store.database),
            store.contacts,
            ContactImages(Fetcher(enabled=False), workers),
            Place(sid, campaign),
            on_duplicate=on_duplicate,
            dry_run=dry_run,
        )
        try:
            return await _import_all(importing, files, mapping, report, quiet=json)
        finally:
            workers.close()

    counts = with_store(data, run)
    show({outcome: counts[outcome] for outcome in get_args(Outcome)}, as_json=json)


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


async def _import_all(
    importing: Import, files: tuple[Path, ...], mapping: Mapping[str, str], report: Path | None, *, quiet: bool
) -> Counter[str]:
    """Import the files, each opened before the first is read, and return how many rows came to what."""
    counts: Counter[str] = Counter()
    with ExitStack() as stack:
        opened = [stack.enter_context(file.open("rb")) for file in files]
        written = stack.enter_context(_report(report)) if report else None
        for file, source in zip(files, opened, strict=True):
            with _Progress(file) as progress:
                async for result in importing.run(read(source, mapping), _BY):
                    counts[result.outcome] += 1
                    if counts.total() % _EVERY == 0:
                        progress.at(source)
                    if written:
                        written.add(str(file), result)
                    if not quiet and (result.outcome == "refused" or result.warnings):
                        _tell(str(file), result)
    return counts


def _tell(file: str, result: Result) -> None:
    """Say what a person should look at: a row that was refused, or taken with a warning."""
    reasons = "; ".join(filter(None, (result.reason, *result.warnings)))
    say(f"{file}, row {result.row}: {result.outcome}: {reasons}")


class _Progress:
    """A bar on standard error, where that is a terminal, for how much of a file is read."""

    def __init__(self, file: Path) -> None:
        self._bar = None
        if sys.stderr.isatty():
            from rich.console import Console  # noqa: PLC0415 - takes 50 ms, for a person who looks on
            from rich.progress import Progress  # noqa: PLC0415 - as above

            self._bar = Progress(console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task(file.name, total=file.stat().st_size)

    def __enter__(self) -> Self:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()

    def at(self, source: BinaryIO) -> None:
        if self._bar:
            self._bar.update(self._task, completed=source.tell())


class _Report(Protocol):
    def __enter__(self) -> Self: ...
    def __exit__(self, *_: object) -> None: ...
    def add(self, file: str, result: Result) -> None: ...


def _report(file: Path) -> _Report:
    return (_JsonReport if file.suffix.lower() == ".json" else _CsvReport)(file)


class _CsvReport:
    """A line for each row, written as it comes."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("w", encoding="utf-8", newline="")
        self._rows = csv.writer(self._file)
        self._rows.writerow(_COLUMNS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, file: str, result: Result) -> None:
        row, outcome, contact, warnings, reason = result
        self._rows.writerow((file, row, outcome, contact, "; ".join(warnings), reason))


class _JsonReport:
    """An array with an object for each row, written as it comes."""

    def __init__(self, file: Path) -> None:
        self._file: IO[str] = file.open("w", encoding="utf-8")
        self._before = "["

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.write("[]\n" if self._before == "[" else "\n]\n")
        self._file.close()

    def add(self, file: str, result: Result) -> None:
        self._file.write(self._before + "\n")
        json_format.dump(dict(zip(_COLUMNS, (file, *result), strict=True)), self._file, ensure_ascii=False)
        self._before = ","
