r"""Escape control characters in untrusted text before it is printed to a terminal.

An imported name such as `ESC ] 0 ; … BEL` would set the title of the window, others move the cursor over what stands
there or turn the direction of the line: `visible("\x1b]0;")` is the six characters `\x1b]0;` instead.
"""

from __future__ import annotations

import codecs
import io
import re
from typing import TYPE_CHECKING, BinaryIO, Final

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_STEERS: Final = "\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069"
"""C0, DEL, C1 (ECMA-48), separators of lines and paragraphs, bidirectional controls (UAX 9)."""
_ANY: Final = re.compile(f"[{_STEERS}]")
_IN_A_FILE: Final = re.compile(f"(?![\t\n])[{_STEERS}]")


def visible(text: str) -> str:
    r"""Return one line in which every character that steers a terminal is written as its escape: `\x1b`, `\n`."""
    return _ANY.sub(_escaped, text)


def visible_json(document: str) -> str:
    r"""Return JSON that says the same, in which those characters are JSON's own escapes: `\u009b`."""
    return _ANY.sub(lambda match: f"\\u{ord(match[0]):04x}", document)


def _escaped(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode()


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
        self._terminal.write(_IN_A_FILE.sub(_escaped, text.replace("\r\n", "\n")).encode())
