"""Octets to text: UTF-8, else the character set that is declared, else the likeliest one."""

from __future__ import annotations

import codecs
import re
from typing import Final

from cardwright.vcard.reading.guessing import guess

# The sets that cards are seen in, `_` as `-`: Python has codecs that are no character sets, and slow ones.
_KNOWN: Final = re.compile(
    r"utf-?(?:7|8|16(?:le|be)?)|(?:us-)?ascii|latin-?1|iso-?8859-?\d\d?|(?:windows-?|cp-?|ibm-?)\d{3,4}|koi8-[ru]"
    r"|s(?:hift)?-?jis|euc-?(?:jp|kr)|iso-2022-(?:jp|kr)|gb(?:2312|k|18030)|big5(?:-?hkscs)?|mac-?roman|macintosh|tis-620"
)
# What programs mean by a name: the larger set that the named one has grown into (WHATWG, Encoding).
_MEANT: Final = {
    **dict.fromkeys(("shift-jis", "shiftjis", "sjis", "s-jis", "x-sjis", "windows-31j", "ms-kanji"), "cp932"),
    **dict.fromkeys(("gb2312", "gb-2312-80", "gbk", "x-gbk", "cp936", "windows-936"), "gb18030"),
    **dict.fromkeys(("euc-kr", "euckr", "ks-c-5601-1987", "ksc5601", "windows-949"), "cp949"),
    **dict.fromkeys(("big5", "x-x-big5", "cn-big5", "windows-950"), "cp950"),
    **dict.fromkeys(("iso-8859-1", "iso8859-1", "latin1", "latin-1"), "cp1252"),
    **dict.fromkeys(("x-euc-jp", "eucjp"), "euc-jp"),
}
_ONE_OCTET: Final = re.compile(r"(?:us-)?ascii|latin|iso-?8859|windows-?1|cp-?[18]|ibm|koi8|mac|tis")


def decode(data: bytes, declared: str = "", likely: str = "") -> tuple[str, str]:
    """Return the text of `data`, and the code of the defect if it had to be guessed, as `likely` if that is given.

    A set of single octets is not believed where the octets are UTF-8: only a false declaration comes out so.
    """
    if not declared and data.isascii():  # nearly always
        return data.decode("ascii"), ""
    charset = declared.strip("\"' ").lower().replace("_", "-")
    if data.isascii() and not charset.startswith(("iso-2022", "utf-7", "utf7", "utf-16", "utf16")):
        return data.decode("ascii"), ""
    meant = _MEANT.get(charset, charset if _KNOWN.fullmatch(charset) else "")
    order = ["utf-8"]
    if meant:
        order.insert(1 if _ONE_OCTET.match(meant) else 0, meant)
    if meant == "cp1252":  # where octets have no meaning in it they have their own in Latin-1
        order.append("latin-1")
    for name in order:
        text = _try(data, name)
        if text is not None:
            return text, "V09" if declared and not meant else ""
        if name == "utf-8" and (text := _cut(data, is_declared=charset in {"utf-8", "utf8"})):
            return text, "V22"
    return data.decode(likely or guess(data), errors="replace"), "V08" if meant or not declared else "V09"


_MARKS: Final = {  # the longer ones first: one begins another
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    b"\0\0\0": "utf-32-be",
}
_FIRST: Final = 16
_LOOKED_AT: Final = 1_000
_FEW: Final = 20  # of that many octets one is zero at least, were it for commas and line breaks alone


def wide_charset(start: bytes) -> str:
    """Return in which of UTF-16 and UTF-32 a text is written that begins so, `""` for neither.

    Marks say it; without one the zeros do, which then stand in every second octet alone.
    """
    for mark, charset in _MARKS.items():
        if start.startswith(mark):
            return charset
    if start[1:4] == b"\0\0\0":
        return "utf-32-le"
    if b"\0" not in start[:_FIRST] and start[:_FIRST].isascii():  # with zeros elsewhere, as of a text pasted in
        return ""
    start = start[:_LOOKED_AT]
    first, second = start[::2].count(0), start[1::2].count(0)
    if min(first, second) or max(first, second) * _FEW <= len(start):
        return ""
    return "utf-16-be" if first else "utf-16-le"


_BEYOND_ASCII: Final = re.compile("[^\x00-\x7f\ufffd]")
_BROKEN: Final = re.compile("\ufffd+")


def is_utf_8(data: bytes) -> bool:
    """Say whether all of it is UTF-8."""
    return _try(data, "utf-8") is not None


def is_mostly_utf_8(data: bytes) -> bool:
    """Say whether more characters beyond ASCII are whole in UTF-8 than places are broken."""
    text = data.decode("utf-8", "replace")
    return len(_BEYOND_ASCII.findall(text)) > len(_BROKEN.findall(text))


def _cut(data: bytes, *, is_declared: bool) -> str:
    """Return a text in UTF-8 of which an octet is missing, with U+FFFD in its place; `""` for what is likely none.

    Somebody cut it by octets: all else of it is UTF-8, be it that it says so or that more than one character shows it.
    """
    if is_declared and (before := _before_cut_end(data)) is not None:
        return before + "\ufffd"
    return data.decode("utf-8", "replace") if is_mostly_utf_8(data) else ""


def _before_cut_end(data: bytes) -> str | None:
    """Return what is UTF-8 before a character of which the last octets are missing; None where more is broken."""
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return None


def _try(data: bytes, charset: str) -> str | None:
    try:
        return data.decode(charset)
    except (UnicodeDecodeError, LookupError):
        return None
