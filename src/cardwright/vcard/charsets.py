"""Octets to text: UTF-8, else the character set that is declared, else the likeliest one."""

from __future__ import annotations

import re
from typing import Final

# The sets that cards are seen in: Python has codecs that are no character sets, and slow ones.
_KNOWN: Final = re.compile(
    r"utf-?(?:7|8|16(?:le|be)?)|us-ascii|ascii|latin-?1|iso-?8859-?\d\d?|(?:windows-?|cp)\d{3,4}|koi8-[ru]"
    r"|s(?:hift)?[_-]?jis|x-sjis|euc-(?:jp|kr)|iso-2022-(?:jp|kr)|gb(?:2312|k|18030)|big5|mac-?roman|macintosh|tis-620"
)
_ALIASES: Final = {"x-sjis": "cp932", "shift_jis": "cp932", "sjis": "cp932", "shift-jis": "cp932"}
_ONE_OCTET: Final = re.compile(r"(?:us-)?ascii|latin|iso-?8859|windows|cp\d|koi8|mac|tis")
_JAPANESE: Final = "\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef"
_NOT_JAPANESE: Final = re.compile(
    f"[^\x00-\x7f{_JAPANESE}]|[A-Za-z][{_JAPANESE}]|[{_JAPANESE}][A-Za-z]|(?<![\uff61-\uff9f])[\uff61-\uff9f](?![\uff61-\uff9f])"
)


def decode(data: bytes, declared: str = "", likely: str = "") -> tuple[str, str]:
    """Return the text of `data`, and the code of the defect if it had to be guessed, as `likely` if that is given.

    A single-octet set is not believed where the octets are UTF-8: only a false declaration comes out so.
    """
    charset = declared.lower()
    if data.isascii() and not charset.startswith(("iso-2022", "utf-7", "utf7", "utf-16", "utf16")):
        return data.decode("ascii"), ""
    known = _KNOWN.fullmatch(charset)
    order = ["utf-8"]
    if known:
        order.insert(1 if _ONE_OCTET.match(charset) else 0, _ALIASES.get(charset, charset))
    for name in order:
        text = _try(data, name)
        if text is not None:
            return text, "V09" if declared and not known else ""
    return data.decode(likely or guess(data), errors="replace"), "V08" if known or not declared else "V09"


def guess(data: bytes) -> str:
    """Return the likeliest character set of octets that are not UTF-8: Shift_JIS, Windows-1252 or Latin-1.

    Shift_JIS is taken where every character comes out Japanese and none touches a Latin letter, which the accented
    letters of a Western text would.
    """
    text = _try(data, "cp932")
    if text is not None and not _NOT_JAPANESE.search(text):
        return "cp932"
    return "latin-1" if _try(data, "cp1252") is None else "cp1252"


def _try(data: bytes, charset: str) -> str | None:
    try:
        return data.decode(charset)
    except (UnicodeDecodeError, LookupError):
        return None
