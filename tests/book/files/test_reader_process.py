"""A large file is read in a process of its own: the same rows, warnings and errors as without, and a clear end."""

from __future__ import annotations

import fcntl
import io
import os
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from cardwright.book.files.import_rows import batches
from cardwright.book.files.reader_process import read_in_process
from cardwright.book.files.reading import read
from cardwright.book.ports import Place
from cardwright.cards import write_contact
from cardwright.contact.model import Contact
from cardwright.errors import InvalidError
from store.acme import RICH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import BinaryIO

    from cardwright.book.import_row import ImportRow

Processes = list[subprocess.Popen[bytes]]

PLACE = Place("AC" + "0" * 32, "1000")
MAPPING = {"Vorname": "first"}
HALF = r"""[["vcard",[["version",{},"text","4.0"],["fn",{},"text","a\ud800b"],["rev",{},"timestamp","\ud800"],
    ["photo",{},"uri","data:image/\ud800;base64,AAAA"]]],["vcard",[["\ud800",{},"text",{}]]]]"""
FILES: dict[str, bytes] = {
    "cards": write_contact(RICH) * 300 + write_contact(Contact()),
    "a card that is not whole": b"BEGIN:VCARD\nFN:\xff\nTEL;:1\n",
    "a table": b"Vorname,LastName,EmailAddress,CellphoneNumber,CellphoneNumberCountry,Labels\n"
    + b"Wile,Coyote,wile.coyote@example.com,8059876543,US,VIP,more\n" * 600
    + b"Road,Runner,no address,,,\n",
    "a partner account that is no text": b'FirstName,Accounts\nWile,"[""\\ud800""]"\n',
    "half a surrogate pair in JSON": HALF.encode(),
    "a table of no known column": b"one,two\n1,2\n",
    "none of the three": b'"',
    "nothing": b"",
}


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Processes:
    """The processes, as they are started."""
    processes: Processes = []
    start = subprocess.Popen

    def noted(argv: list[str], *, stdin: BinaryIO, stdout: int, process_group: int) -> subprocess.Popen[bytes]:
        processes.append(start(argv, stdin=stdin, stdout=stdout, process_group=process_group))
        return processes[-1]

    monkeypatch.setattr(subprocess, "Popen", noted)
    return processes


def given(rows: Callable[[], Iterator[list[ImportRow]]]) -> tuple[list[ImportRow], str]:
    """Return all rows, and what ended them."""
    found: list[ImportRow] = []
    try:
        for handful in rows():
            found += handful
    except InvalidError as error:
        return found, str(error)
    return found, ""


def opened(folder: Path, data: bytes) -> BinaryIO:
    file = folder / "file"
    file.write_bytes(data)
    return file.open("rb")


@pytest.mark.parametrize("data", FILES.values(), ids=FILES)
def test_the_rows_are_those_that_are_read_without(tmp_path: Path, data: bytes) -> None:
    here = given(lambda: batches(read(io.BytesIO(data), MAPPING), PLACE))
    with opened(tmp_path, data) as file:
        assert given(lambda: read_in_process(file, MAPPING, PLACE)) == here
    assert here[0] or here[1]


def test_where_a_pipe_has_a_size_of_its_own_the_rows_are_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(fcntl, "F_SETPIPE_SZ")  # Linux alone has it
    with opened(tmp_path, FILES["cards"]) as file:
        rows, _ = given(lambda: read_in_process(file, MAPPING, PLACE))
    assert len(rows) == 301


def test_how_far_the_file_is_read_can_be_seen(tmp_path: Path) -> None:
    with opened(tmp_path, FILES["cards"]) as file:
        list(read_in_process(file, {}, PLACE))
        assert file.tell() == len(FILES["cards"])


def test_an_error_of_the_system_is_raised_here(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    descriptor = os.open(tmp_path / "file", os.O_WRONLY)
    with os.fdopen(descriptor, "wb") as file, pytest.raises(OSError, match="Bad file descriptor"):
        list(read_in_process(file, {}, PLACE))


def test_a_process_that_is_killed_is_an_error_after_the_rows_before(tmp_path: Path, started: Processes) -> None:
    with opened(tmp_path, FILES["cards"] * 100) as file:
        rows = read_in_process(file, {}, PLACE)
        assert next(rows)
        started[0].send_signal(signal.SIGKILL)
        with pytest.raises(ChildProcessError, match=r"The process that reads it has ended \(SIGKILL\)"):
            list(rows)


def test_the_process_ends_with_the_import(tmp_path: Path, started: Processes) -> None:
    with opened(tmp_path, FILES["cards"] * 100) as file:
        rows = read_in_process(file, {}, PLACE)
        next(rows)
        rows.close()
    assert started[0].returncode == -signal.SIGKILL
