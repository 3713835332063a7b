"""A file of cards as UTF-8 without its indent, read by pieces: UTF-16 and indented files take no more memory."""

from __future__ import annotations

import codecs
import io
import re
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple, Protocol

from cardwright.vcard.defects import Defect
from cardwright.vcard.reading.charsets import wide_charset
from cardwright.vcard.reading.edges import BOM

if TYPE_CHECKING:
    from collections.abc import Callable

CHUNK: Final = 1 << 20

_INDENT: Final = (
    re.compile(  # of the first card: before BEGIN, or before the property after it, where nothing is folded
        rb"(?<![^\r\n])(?:([ \t>]++)(?=BEGIN:VCARD[ \t]*[\r\n])|BEGIN:VCARD[ \t]*[\r\n]++([ \t]*+)[\w.-]+[:;])",
        re.IGNORECASE,
    )
)
# Not that of a card whose lines all have another margin: it would be taken off BEGIN alone (quirks/indented_card.py).
_MARGIN: Final = rb"(?<![^\r\n])(?:%b|[ \t]++(?=END:VCARD|BEGIN:VCARD[ \t]*[\r\n]++(?:%b|[^ \t\r\n]|\Z)))"
_USUAL: Final = b"BEGIN:VCARD\r\nVERSION:"
_INSIDE: Final = b"x"
"""Stands for what a line began with, where the rest of it comes alone."""


class OctetSource(Protocol):
    """What is read on and on."""

    def read(self, size: int, /) -> bytes:
        """Return about so many octets, none at the end alone."""


class OpenedFile(NamedTuple):
    """A file that is begun: its first octets, the source of the rest, and the defects of the whole file."""

    start: bytes
    rest: OctetSource
    defects: list[Defect]


def opened(source: BinaryIO) -> OpenedFile:
    """Return the file as it is read: in UTF-8, without a byte order mark and what its lines are indented by."""
    start: bytes = source.read(CHUNK)
    rest: OctetSource = source
    defects: list[Defect] = []
    if start.startswith(_USUAL):  # nearly always
        return OpenedFile(start, rest, defects)
    if start[:5].upper() != b"BEGIN" and (charset := wide_charset(start)):
        rest = _Changed(start, rest, _recoded(charset))
        start = rest.read(CHUNK)
        defects.append(Defect("V15", 1))
    start = start.removeprefix(BOM)
    if indent := _indent(start):
        rest = _Changed(start, rest, _Dedented(indent).change)
        start = rest.read(CHUNK)
        defects.append(Defect("V20", 1))
    return OpenedFile(start, rest, defects)


class _Changed:
    """A file whose pieces are changed as they come."""

    def __init__(self, start: bytes, rest: OctetSource, change: Callable[[bytes], bytes]) -> None:
        self._start = io.BytesIO(start)
        self._rest = rest
        self._change = change

    def read(self, size: int, /) -> bytes:
        """Return about so many octets of what the file becomes: what costs memory is done piece by piece."""
        pieces: list[bytes] = []
        missing = size
        while missing > 0:
            octets = self._start.read(CHUNK) or self._rest.read(CHUNK)
            pieces.append(self._change(octets))
            missing -= len(pieces[-1])
            if not octets:
                break
        return b"".join(pieces)


def _recoded(charset: str) -> Callable[[bytes], bytes]:
    """Return what makes UTF-8 of one piece after the other; nothing stands for the end."""
    decoder = codecs.getincrementaldecoder(charset)("replace")
    return lambda octets: decoder.decode(octets, final=not octets).encode()


class _Dedented:
    """Takes the margin off whole lines; of a line longer than a chunk, off its start."""

    def __init__(self, indent: bytes) -> None:
        self._margin = re.compile(_MARGIN % ((re.escape(indent),) * 2), re.IGNORECASE)
        self._kept = b""  # a line whose end has not come
        self._is_inside = False  # a line whose start has been given

    def change(self, octets: bytes) -> bytes:
        """Return the lines that are whole now; nothing stands for the end."""
        text = self._kept + octets
        size = whole_lines(text) if octets else len(text)
        if not size and len(text) > CHUNK:
            size = len(text) - text.endswith(b"\r")
        self._kept = text[size:]
        if not size:
            return b""
        before = _INSIDE if self._is_inside else b""
        self._is_inside = text[size - 1 : size] not in b"\r\n"
        return self._margin.sub(b"", before + text[:size])[len(before) :]


def _indent(text: bytes) -> bytes:
    """Return what every line begins with that is indented like the first card, as in a mail or a program's text."""
    match = _INDENT.search(text)
    return (match[1] or match[2] or b"") if match else b""


def whole_lines(text: bytes) -> int:
    """Return where the last line ends that certainly ends in `text`: a last CR may be half a line end."""
    return max(text.rfind(b"\n"), text.rfind(b"\r", 0, len(text) - 1)) + 1
