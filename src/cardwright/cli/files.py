"""Safe output files: written atomically, mode 0600, and never over a file that the command reads."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import secrets
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, Final, TypeAlias

from cyclopts import Parameter

from cardwright.errors import CardwrightError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from _typeshed import ReadableBuffer

_STDIN: Final = "-"
_DEVICES: Final = ("/dev/", "/proc/")


class UsageError(CardwrightError):
    """What stands on the command line cannot be meant; the message names the option."""


class UnreadError(CardwrightError):
    """A file cannot be read, or what it holds not be taken; the message says which, and why."""


def _check_input(_: object, file: Path) -> None:
    if str(file).startswith("-") and str(file) != _STDIN:
        raise UsageError(f"Unknown option: {file}.")


InputFile: TypeAlias = Annotated[Path, Parameter(allow_leading_hyphen=True, validator=_check_input)]
"""A file to be read, or `-` for standard input."""


def opened(file: Path) -> BinaryIO:
    """Open a file to be read; OSError when it cannot be."""
    if str(file) != _STDIN:
        return file.open("rb")
    if sys.stdin is None:
        raise OSError(errno.EBADF, "standard input is closed")
    return os.fdopen(os.dup(sys.stdin.fileno()), "rb")


def told(error: OSError, file: Path | None = None) -> str:
    """Return an error of the system as one line, with the file it is about."""
    name = error.filename if file is None else file
    reason = error.strerror or str(error)
    return reason if name is None else f"{reason}: {name}"


def refuse_to_overwrite(option: str, file: Path, sources: Iterable[Path]) -> None:
    """Raise UsageError if `file` is one of `sources`, under whatever name (links, hard links).

    Neither need be there: what a store keeps beside its file comes and goes.
    """
    for source in sources:
        if _is_same(file, source):
            name = "standard input" if str(source) == _STDIN else source
            also = "" if file == source else f"{name}, which is "
            raise UsageError(f"{option}: {file} is {also}read: name another file")


@contextlib.contextmanager
def replacing(file: Path, *, keep: bool = False) -> Iterator[BinaryIO]:
    """Give a file that takes the place of `file` when the block ends: mode 0600, written beside it, then renamed.

    When the block raises, `file` stays as it was, unless `keep` asks for what was written so far. What is no file, as
    a pipe or `/dev/stdout`, is written as it is. A link stays, and what it leads to is replaced.
    """
    if _is_no_file(file):
        with io.BufferedWriter(_Output(file, file)) as out:
            yield out
        return
    target = Path(os.path.realpath(file))
    beside = target.with_name(f".{target.name[:200]}.{secrets.token_hex(4)}")
    try:
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(file)) from None
    is_kept = keep
    try:
        raw = _Output(descriptor, file)
        with io.BufferedWriter(raw) as out:
            try:
                yield out
                is_kept = True
            finally:
                if is_kept and not (raw.has_failed and raw.tell() == 0):
                    out.flush()
                    os.fsync(descriptor)
                    beside.replace(target)
    finally:
        with contextlib.suppress(FileNotFoundError):
            beside.unlink()


class _Output(io.FileIO):
    """An output whose faults name the file that was asked for, not the one beside it."""

    has_failed = False

    def __init__(self, opened: int | Path, file: Path) -> None:
        super().__init__(opened, "wb")
        self._file = file

    def write(self, octets: ReadableBuffer, /) -> int:
        """Write as much as there is room for; OSError, which names the file, when that is nothing."""
        try:
            return super().write(octets)
        except OSError as error:
            self.has_failed = True
            raise OSError(error.errno, error.strerror, str(self._file)) from None


def _is_same(file: Path, source: Path) -> bool:
    try:
        status = file.stat()
        return stat.S_ISREG(status.st_mode) and os.path.samestat(status, _stat(source))
    except OSError:  # one of them is not there
        return os.path.realpath(file) == os.path.realpath(source)


def _stat(file: Path) -> os.stat_result:
    return os.fstat(sys.stdin.fileno()) if sys.stdin and str(file) == _STDIN else file.stat()


def _is_no_file(file: Path) -> bool:
    try:
        status = file.stat()
    except OSError:
        return False  # it is not there, or may not be looked at: opening says so
    return not stat.S_ISREG(status.st_mode) or str(file).startswith(_DEVICES)
