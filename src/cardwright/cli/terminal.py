"""A terminal as a file: what is written to it is shown, and steers nothing."""

from __future__ import annotations

import codecs
import io
import re
from typing import TYPE_CHECKING, BinaryIO, Final

from cardwright.book.files.visible import STEERS, escaped

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_IN_A_FILE: Final = re.compile(f"(?![\t\n])[{STEERS}]")


class TerminalFile(io.RawIOBase):
    """A binary file that writes what it is given to a terminal: as text, its line ends and tabs kept."""

    def __init__(self, terminal: BinaryIO) -> None:
        self._terminal = terminal
        self._decoder = codecs.getincrementaldecoder("utf-8")("backslashreplace")
        self._before = ""
        """A carriage return that a line feed may follow."""

    def writable(self) -> bool:
        """Say that it can be written."""
        return True

    def write(self, octets: ReadableBuffer, /) -> int:
        """Write the octets, shown."""
        given = bytes(octets)
        text = self._before + self._decoder.decode(given)
        self._before = "\r" if text.endswith("\r") else ""
        self._show(text.removesuffix(self._before))
        return len(given)

    def flush(self) -> None:
        """Hand the terminal what was written."""
        self._terminal.flush()

    def finish(self) -> None:
        """Write what waited for more."""
        self._show(self._before + self._decoder.decode(b"", final=True))
        self._before = ""

    def _show(self, text: str) -> None:
        self._terminal.write(_IN_A_FILE.sub(escaped, text.replace("\r\n", "\n")).encode())
