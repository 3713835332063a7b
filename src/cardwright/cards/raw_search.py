r"""A quick look at the octets of a card: whether a text may stand in it, before it is read.

>>> search = RawSearch([Needle("EMAIL", "WILE@ACME.EXAMPLE")])
>>> search.may_find(b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:W\r\nEMAIL:wile@home.example\r\nEND:VCARD\r\n")
False

Reading a card takes its lines apart, drops folds, escapes and quotation marks, and puts members together with commas.
None of that changes the order of letters and digits between two separators. So letters and digits alone are compared,
prepared for `i;unicode-casemap`, wherever in the card they stand: what is found may be none, what is not found is not
there. Where reading decodes more than that (quoted-printable, base64, other character sets), the card may have it, and
so may every card a text of what is rarely asked for: of photos and other data reading makes more than they say.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cardwright.cards.collations import unicode_casemap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.cards.filters import Needle

_USUAL: Final = (b"BEGIN:VCARD\r\nVERSION:3.0\r\n", b"BEGIN:VCARD\r\nVERSION:4.0\r\n")
"""Any other beginning is one of a card that may be read otherwise."""
_DECODED: Final = ("ENCODING", "CHARSET", "QUOTED", "BASE64")
"""What stands in a card with a value that its octets do not show."""
_SEPARATORS: Final = re.compile(r"[,;\\\x00-\x1f\x7f]")
"""What reading puts between two texts, or takes away with a letter (as of `\n`): the longest part is looked for."""
_REST: Final = re.compile(r"[\W_]+")
"""What is neither letter nor digit, accents among them."""
_NEEDLES: Final = 16
"""Needles that are looked for. Of more, each card is read: that takes less than to look through it for each."""
_LONG: Final = 512 * 1024
"""Octets of a card that is read at once."""
_LETTERS: Final = bytes(range(256)).upper()
_NO_LETTERS: Final = bytes(byte for byte in range(256) if not chr(byte).isalnum() or byte > 127)  # noqa: PLR2004 - ASCII


class RawSearch:
    """Looks for needles, of which a card that matches a query has one at least (`filters.needles`)."""

    def __init__(self, needles: Sequence[Needle] | None) -> None:
        """Take the needles of a query; None for one that has none, which every card may match."""
        self._needles = [_longest_part(needle.text) for needle in needles or ()]
        are_usual = all(self._needles) and all(needle.column for needle in needles or ())
        self._finds_all = needles is None or len(needles) > _NEEDLES or not are_usual

    def may_find(self, octets: bytes) -> bool:
        """Say whether a card may have one of the needles."""
        if self._finds_all or len(octets) > _LONG or not octets.startswith(_USUAL) or octets.count(b"BEGIN:VCARD") > 1:
            return True
        text = _squeezed(octets)
        if text is None or any(word in text for word in _DECODED):
            return True
        return any(needle in text for needle in self._needles)


def _squeezed(octets: bytes) -> str | None:
    """Return the letters and digits of a card, prepared; None where its octets are no text."""
    if octets.isascii():
        return octets.translate(_LETTERS, _NO_LETTERS).decode()
    try:
        return _REST.sub("", unicode_casemap(octets.decode()))
    except UnicodeDecodeError:
        return None


def _longest_part(text: str) -> str:
    """Return letters and digits of a prepared text, as many as stand between two separators."""
    return max((_REST.sub("", part) for part in _SEPARATORS.split(text)), key=len)
