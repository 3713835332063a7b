"""Collations: how texts are compared in a query (RFC 4790), each as a function that prepares a text.

Two prepared texts are equal, and one contains another, as their characters are: that is `i;octet` of their UTF-8.
"""

from __future__ import annotations

import string
import unicodedata
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

Collation = Literal["i;ascii-casemap", "i;unicode-casemap", "i;octet"]
_ASCII: Final = str.maketrans(string.ascii_lowercase, string.ascii_uppercase)


class _Titlecase(dict[int, int]):
    """The titlecase of each codepoint that UnicodeData.txt gives one, looked up once."""

    def __missing__(self, codepoint: int) -> int:
        # What is several characters long is none of UnicodeData.txt, but of SpecialCasing.txt.
        character = chr(codepoint).title()
        if len(character) > 1 or ord(character) == codepoint:
            return codepoint
        self[codepoint] = ord(character)
        return self[codepoint]


_TITLECASE: Final = _Titlecase()


def ascii_casemap(text: str) -> str:
    """Return the text with the letters of ASCII in capitals, all others as they are (RFC 4790 section 9.2)."""
    return text.upper() if text.isascii() else text.translate(_ASCII)


def unicode_casemap(text: str) -> str:
    r"""Return the text in titlecase, character by character, and then taken apart (RFC 5051 section 2).

    >>> unicode_casemap("José") == unicode_casemap("JOSE\u0301")
    True

    So `jose` is part of `José`. What has no titlecase of one character stays as it is: `ß` is not `SS`.
    """
    return text.upper() if text.isascii() else unicodedata.normalize("NFKD", text.translate(_TITLECASE))


def octet(text: str) -> str:
    """Return the text as it is (RFC 4790 section 9.3)."""
    return text


COLLATIONS: Final[dict[Collation, Callable[[str], str]]] = {
    "i;ascii-casemap": ascii_casemap,
    "i;octet": octet,
    "i;unicode-casemap": unicode_casemap,
}
