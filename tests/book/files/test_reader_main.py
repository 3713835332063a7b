"""The process that reads a large file, run as a call: so a debugger, and the count of branches, can look into it."""

from __future__ import annotations

import gc
import io
import signal
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from cardwright.book.files import reader_process

if TYPE_CHECKING:
    from collections.abc import Iterator


class Directory(io.BytesIO):
    def read(self, _size: int | None = -1) -> bytes:
        raise IsADirectoryError(21, "Is a directory")


@pytest.fixture(autouse=True)
def collected(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The process changes what this one keeps: its signals, and when it collects garbage."""
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


@pytest.mark.parametrize(
    ("file", "rows", "end"),
    [
        pytest.param(io.BytesIO(b"Vorname,LastName\nWile,Coyote\nRoad,Runner\n"), 2, [[], None], id="a table"),
        pytest.param(io.BytesIO(b"BEGIN:VCARD\nFN:\xff\nTEL;:1\n"), 1, [[], None], id="half a card"),
        pytest.param(io.BytesIO(b"one,two\n1,2\n"), 0, ["--map", None], id="no known column"),
        pytest.param(Directory(), 0, [[], [21, "Is a directory"]], id="an error of the system"),
    ],
)
def test_rows_and_then_what_ended_them(
    monkeypatch: pytest.MonkeyPatch, file: io.BytesIO, rows: int, end: list[Any]
) -> None:
    output = io.BytesIO()
    argument = msgspec.json.encode(({"Vorname": "first"}, ("AC" + "0" * 32, "1000"))).decode()
    monkeypatch.setattr(sys, "argv", ["", argument])
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=file))
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(buffer=output))
    reader_process.main()
    *parts, last = parts_of(output.getvalue())
    assert sum(len(part[0]) for part in parts) == rows
    assert [part[1] for part in (*parts, last)] == [False] * len(parts) + [True]
    faults, trouble = last[2:]
    assert trouble == end[1]
    assert (end[0] in faults[0][2]) if end[0] else not faults


def parts_of(octets: bytes) -> Iterator[list[Any]]:
    """Give what was written: each part after its length in eight octets."""
    while octets:
        size = int.from_bytes(octets[:8])
        yield msgspec.msgpack.decode(octets[8 : 8 + size])
        octets = octets[8 + size :]
