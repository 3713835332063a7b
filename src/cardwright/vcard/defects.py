"""What the reader found wrong and read anyway: each kind has a number that stays (docs/vcard.md)."""

from __future__ import annotations

from typing import Final, NamedTuple

from cardwright.vcard.bounds import SHOWN


class Defect(NamedTuple):
    """One thing wrong in what was read."""

    code: str
    """A key of `DEFECTS`."""
    line: int
    """The line in the file on which it begins, from 1."""
    raw: bytes = b""
    """The line as it stood, cut at `RAW` octets; the card keeps all of it."""

    @property
    def reason(self) -> str:
        """One sentence for a person."""
        return DEFECTS[self.code]


RAW: Final = SHOWN.value

DEFECTS: Final = {
    "V01": "Text between cards belongs to none; it was left out.",
    "V02": "The card has no END line; it ends where the next one begins, or the file.",
    "V03": "An END line stands where no card was open; it was left out.",
    "V04": "The card names no version; it is read as 2.1 if it is written like one, else as 3.0.",
    "V05": "The version is none of 2.1, 3.0 and 4.0; the nearest is taken.",
    "V06": "The line is no property; it is kept as it stands and not understood.",
    "V07": "A quote in the parameters is not closed; the value begins at the first colon.",
    "V08": "The text is not in the character set that it should be in; another was guessed from its bytes.",
    "V09": "The named character set is not known; another was guessed from the bytes.",
    "V10": "The inline data is not base64; the value is kept as text.",
    "V11": "The value is inline data though no parameter says so.",
    "V12": "Cards are nested too deeply; the inner one is taken for a card of its own.",
    "V13": "The card has too many lines; those after the limit are kept as they stand and not understood.",
    "V14": "The card is too large; nothing of it was read.",
    "V15": "The file is in UTF-16 or UTF-32; it is read, and kept, as UTF-8.",
    "V16": "A parameter has no name, as in 2.1; it is read as a type.",
    "V17": "The file holds no card.",
    "V18": "More is wrong between the cards than is told one by one.",
    "V19": "A line break stands in the value as it is, not escaped; what follows is read as more of it.",
    "V20": "The lines of the first card are indented; the file is read, and kept, without that.",
    "V21": "A BEGIN or END line is folded, or a card is indented; the file is read, and kept, without that.",
    "V22": "A character is cut in the middle; what is left of it is read as U+FFFD.",
    "V23": "VALUE holds the scheme of an address; the value is read as that address.",
}
