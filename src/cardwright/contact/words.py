"""Text comparison: case folding, and the words that a search finds, without case and accents."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from cardwright.contact.normal_forms import normalized

_ASCII_WORD: Final = re.compile("[a-z0-9]+")
_WORD: Final = re.compile(r"[^\W_]+")
_FIRST_MARK: Final = "\u0300"
# Letters that Unicode does not take apart, as who lacks them on the keyboard writes them (after Unicode's Latin-ASCII).
_ONE: Final = str.maketrans("øłđðħŧŋıəɛɔɓɗɖƙƴƒ", "olddhtnieeobddkyf")
_PLAIN: Final = _ONE | str.maketrans({"æ": "ae", "œ": "oe", "þ": "th"})


def folded(text: str) -> str:
    """Return what two texts share that differ in case alone (Unicode default caseless matching, D145)."""
    return text.lower() if text.isascii() else normalized("NFC", normalized("NFD", text).casefold())


def words(text: str) -> list[str]:
    """Return the words of `text`, in their order, without case and accents: `José Sørensen` is found by `jose sor`."""
    if text.isascii():
        return _ASCII_WORD.findall(text.lower())
    return _WORD.findall(bare(text))


def bare(text: str) -> str:
    """Return the text without case and accents, its signs and spaces as they are: `José, Ørn` gives `jose, orn`."""
    plain = normalized("NFKD", text).casefold()
    unmarked = "".join([c for c in plain if c < _FIRST_MARK or not unicodedata.combining(c)])
    return unmarked if unmarked.isascii() else normalized("NFC", unmarked.translate(_PLAIN))
