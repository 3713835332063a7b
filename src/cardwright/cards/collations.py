"""Collations: how texts are compared in a query (RFC 4790), each as a function that prepares a text.

Two prepared texts are equal, and one contains another, as their characters are: that is `i;octet` of their UTF-8.
"""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal

from cardwright.contact.normal_forms import normalized

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Collation = Literal["i;ascii-casemap", "i;unicode-casemap", "i;octet"]
_PIECE: Final = 64 * 1024
"""Characters that are prepared in one go: meanwhile no other thread has a turn."""


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
    if text.isascii():
        return text.upper()
    return "".join([_ascii_upper(text[at : at + _PIECE]) for at in range(0, len(text), _PIECE)])


def _ascii_upper(text: str) -> str:
    """Do it by octets: to translate a text character by character takes twenty times as long."""
    return text.encode("utf-8", "surrogatepass").upper().decode("utf-8", "surrogatepass")


def unicode_casemap(text: str) -> str:
    r"""Return the text in titlecase, character by character, and then taken apart (RFC 5051 section 2).

    >>> unicode_casemap("José") == unicode_casemap("JOSE\u0301")
    True

    So `jose` is part of `José`. What has no titlecase of one character stays as it is: `ß` is not `SS`.
    """
    if text.isascii():
        return text.upper()
    in_titlecase = [text[at : at + _PIECE].translate(_TITLECASE) for at in range(0, len(text), _PIECE)]
    return "".join([normalized("NFKD", piece) for piece in _pieces("".join(in_titlecase))])


def _pieces(text: str) -> Iterator[str]:
    """Cut a text before characters that are no marks: those that follow one another are put into their order."""
    cuts = [0]
    for least in range(_PIECE, len(text), _PIECE):
        if least > cuts[-1]:
            cuts.append(next((at for at in range(least, len(text)) if not _is_mark(text[at])), len(text)))
    return (text[start:end] for start, end in pairwise((*cuts, len(text))))


def _is_mark(character: str) -> bool:
    return unicodedata.combining(unicodedata.normalize("NFKD", character)[0]) > 0


def octet(text: str) -> str:
    """Return the text as it is (RFC 4790 section 9.3)."""
    return text


COLLATIONS: Final[dict[Collation, Callable[[str], str]]] = {
    "i;ascii-casemap": ascii_casemap,
    "i;octet": octet,
    "i;unicode-casemap": unicode_casemap,
}
