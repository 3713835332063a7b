"""Read a large file in a process of its own, while the import keeps the rows before: both cores work.

docs/adr/0011-two-processes.md says why. The process has the file as its standard input; what it writes are parts, each
after its length. It ends with the import, whatever way that ends.
"""

from __future__ import annotations

import fcntl
import gc
import signal
import struct
import subprocess
import sys
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple, cast

import msgspec

from cardwright.book.files.contents import Chosen
from cardwright.book.files.import_rows import batches
from cardwright.book.files.reading import read
from cardwright.book.import_row import ImportRow  # noqa: TC001 - msgspec reads the annotation
from cardwright.book.ports import Place
from cardwright.errors import Fault, InvalidError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping


class _Part(NamedTuple):
    """Some rows; or the end, and what ended it before that of the file."""

    rows: list[ImportRow]
    is_last: bool = False
    faults: tuple[Fault, ...] = ()
    trouble: tuple[int, str] | None = None
    """Of the system, with its number."""


_LENGTH: Final = struct.Struct("!Q")
_PIPE: Final = 1024 * 1024  # what Linux lets everybody have: some thousands of rows, read while the import is busy
_GARBAGE: Final = 200_000  # objects between collections, as in the import
_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(_Part).decode


def read_in_process(source: BinaryIO, mapping: Mapping[str, str] | Chosen, place: Place) -> Generator[list[ImportRow]]:
    """Give what `batches` gives of the rows that `read` gives, and raise what they raise.

    Raises ChildProcessError when the process was ended before the file was.
    """
    # -P: modules come from the installation, never from the folder that the command was started in
    argv = [
        sys.executable,
        "-P",
        "-m",
        "cardwright.book.files.reader_process",
        msgspec.json.encode((mapping, place)).decode(),
    ]
    # A group of its own: Ctrl-C reaches the import alone, which ends the process.
    with subprocess.Popen(argv, stdin=source, stdout=subprocess.PIPE, process_group=0) as process:  # noqa: S603 - ours
        try:
            yield from _taken(cast("BinaryIO", process.stdout))
        except EOFError:
            status = process.wait()
            raise ChildProcessError(status, f"The process that reads it has ended ({_ending(status)})") from None
        finally:
            process.kill()


def _taken(parts: BinaryIO) -> Iterator[list[ImportRow]]:
    """Give the rows of all parts; raises EOFError when there is no last one."""
    if hasattr(fcntl, "F_SETPIPE_SZ"):  # Linux
        fcntl.fcntl(parts, fcntl.F_SETPIPE_SZ, _PIPE)
    part = _Part([])
    while not part.is_last:
        part = _decode(_exactly(parts, _LENGTH.unpack(_exactly(parts, _LENGTH.size))[0]))
        yield part.rows
    if part.faults:
        raise InvalidError(part.faults)
    if part.trouble:
        raise OSError(*part.trouble)


def _exactly(file: BinaryIO, size: int) -> bytes:
    octets = file.read(size)
    if len(octets) < size:
        raise EOFError
    return octets


def _ending(status: int) -> str:
    return signal.Signals(-status).name if status < 0 else f"exit status {status}"


def main() -> None:
    """Write the rows of standard input; the argument says how its columns are meant, and the place they come to."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # the import is gone
    gc.freeze()
    gc.set_threshold(_GARBAGE)
    mapping, place = msgspec.json.decode(sys.argv[1], type=tuple[dict[str, str] | Chosen, Place])
    end = _Part([], is_last=True)
    try:
        for batch in batches(read(cast("BinaryIO", sys.stdin.buffer), mapping), place):
            _write(_Part(batch))
    except InvalidError as error:
        end = end._replace(faults=error.faults)
    except OSError as error:
        end = end._replace(trouble=(error.errno or 0, error.strerror or str(error)))
    _write(end)


def _write(part: _Part) -> None:
    octets = _encode(part)
    sys.stdout.buffer.write(_LENGTH.pack(len(octets)) + octets)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
