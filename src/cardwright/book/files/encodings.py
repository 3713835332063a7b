"""Find out the encoding of a table or a jCard, and open the file as text."""

from __future__ import annotations

import codecs
import io
import re
from functools import partial
from typing import BinaryIO, Final, NamedTuple

from cardwright import vcard

_START: Final = 4096
_CHUNK: Final = 1024 * 1024
_BESIDE: Final = 100  # octets on either side of a broken one that say what its line is written in
_NEWLINE: Final = re.compile(rb"[\r\n]")


class Encoding(NamedTuple):
    """How the octets of a file become text."""

    charset: str
    errors: str = "replace"
    """What becomes of octets that are none."""


def text_of(file: BinaryIO, newline: str | None = None) -> io.TextIOWrapper:
    """Return a file that can seek as text; `newline` is that of `io.TextIOWrapper`."""
    charset, errors = encoding_of(file)
    return io.TextIOWrapper(file, charset, errors, newline)


def encoding_of(file: BinaryIO) -> Encoding:
    """Return what the file is written in: what its first octets say, UTF-8 if all of it is, else the likeliest.

    One that is UTF-8 for the most part is that: elsewhere somebody cut a text by octets, or pasted one in.
    """
    start = file.read(_START)
    file.seek(0)
    if start.startswith(codecs.BOM_UTF8):
        return Encoding("utf-8-sig")
    if wide := vcard.wide_charset(start):
        return Encoding(wide)
    decoder = codecs.getincrementaldecoder("utf-8")()
    chunk, is_utf_8 = b"", False
    try:
        while more := file.read(_CHUNK):
            is_utf_8 = is_utf_8 or not chunk.isascii()
            chunk = more
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _of_broken(chunk, is_utf_8=is_utf_8)
    finally:
        file.seek(0)
    return Encoding("utf-8")


def _of_broken(chunk: bytes, *, is_utf_8: bool) -> Encoding:
    """Return the encoding of a file that has a chunk which is no UTF-8; what is before it may show that the rest is."""
    charset = vcard.guess_charset(b"\n".join(line for line in chunk.splitlines() if not vcard.is_utf_8(line)))
    if not (is_utf_8 or vcard.is_mostly_utf_8(chunk)):
        return Encoding(charset)
    errors = f"cardwright-{charset}"
    codecs.register_error(errors, partial(_mended, charset))
    return Encoding("utf-8", errors)


def _mended(charset: str, error: UnicodeError) -> tuple[str, int]:
    """Return what stands for octets that are no UTF-8, and where the text goes on: U+FFFD in a line that is UTF-8."""
    assert isinstance(error, UnicodeDecodeError)  # noqa: S101 - tells the type checker
    octets, start, end = error.object, error.start, error.end
    before = _NEWLINE.split(octets[max(0, start - _BESIDE) : start])[-1]
    after = _NEWLINE.split(octets[end : end + _BESIDE])[0]
    beside = (before + b" " + after).decode("utf-8", "ignore")
    return octets[start:end].decode(charset, "replace") if beside.isascii() else "\ufffd", end
