"""The values in one cell of a table: several numbers or addresses, a whole name."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Final

from cardwright.cards import bare_address, bare_number
from cardwright.contact.model import Name
from cardwright.contact.words import folded
from cardwright.vcard import split_name

GOOGLE: Final = ":::"
"""Between the values of one cell, of Google."""
SPECIAL: Final = re.compile(r"[;,\n\r:<=]")
"""What a cell that is one plain value does not hold."""
_SHORT: Final = 200  # characters of a cell that is worth remembering
_INVISIBLE: Final = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_NUMBER: Final = re.compile(r"(?:tel:)?\+?[\d\s().\-/\u2010-\u2015]*", re.IGNORECASE)
_DIGITS: Final = 5  # that a number has at least, for a comma before it to part two: behind a pause stand fewer
_URL: Final = re.compile(r"(?:[;,]|(?<!\s)\s)\s*+(?=https?://|www\.)", re.IGNORECASE)
_ESCAPED_SCHEME: Final = re.compile(r"(https?)\\:", re.IGNORECASE)
"""As Google wrote web addresses before 2024."""
_BETWEEN_QUOTES: Final = '","'
_QUOTED: Final = re.compile(r'"[^"]*"(?:,"[^"]*")*')
"""Texts in quotes, as Mailchimp writes tags."""
_FLOAT: Final = re.compile(r"\d{5,15}\.0", re.ASCII)
"""A number that a program has kept as one with a fraction."""
_OF_EXCHANGE: Final = "/o="
"""How a mailbox within Exchange begins (legacyExchangeDN), which Outlook exports in the place of an e-mail address."""


def listed(cell: str) -> tuple[str, ...]:
    """Return the texts in a cell: a JSON array, or parted by ` ::: `, else by lines, semicolons or commas."""
    return _often_listed(cell) if len(cell) <= _SHORT else _listed(cell)


def _listed(cell: str) -> tuple[str, ...]:
    if cell.startswith("["):
        try:
            return tuple(map(str, json.loads(cell)))
        except (ValueError, TypeError, RecursionError):
            pass
    if _QUOTED.fullmatch(cell):
        cell, between = cell[1:-1], _BETWEEN_QUOTES
    else:
        between = next((mark for mark in (GOOGLE, "\n", ";") if mark in cell), ",")
    return tuple(dict.fromkeys(one for part in cell.split(between) if (one := part.strip().removeprefix("* ").strip())))


_often_listed: Final = lru_cache(maxsize=1_000)(_listed)  # many rows have the same labels


def texts(cell: str) -> list[str]:
    """Return the values of a cell that Google's mark or lines part."""
    return _split(cell, re.compile(r" ?::: ?|[\r\n]+"))


def numbers(cell: str) -> list[str]:
    """Return the phone numbers in a cell, without invisible marks and `tel:`, as those of cards.

    A comma or a semicolon parts two where a whole number stands on either side: `0301234,,22` dials on after a pause,
    and `12345-67/68` is a range.
    """
    pieces: list[str] = []
    for one in texts(cell):
        several = re.split(r"[;,]", one)
        pieces += several if len(several) > 1 and all(map(_is_number, several)) else [one]
    return [number for one in pieces if (number := bare_number(_without_fraction(_visible(one).strip())))]


def _without_fraction(text: str) -> str:
    return text[:-2] if _FLOAT.fullmatch(text) else text


def _is_number(text: str) -> bool:
    text = _visible(text).strip()
    return not text or (bool(_NUMBER.fullmatch(text)) and sum(map(str.isdigit, text)) >= _DIGITS)


def emails(cell: str) -> list[str]:
    """Return the e-mail addresses in a cell, without a name before one: `Ann Poe <ann@example.org>`.

    A mailbox within Exchange is none.
    """
    if is_of_exchange(cell):
        return []
    pieces: list[str] = []
    for one in texts(cell):
        several = [part for part in re.split(r"[;,]", one) if part.strip()]
        pieces += several if all("@" in part for part in several) else [one]
    return [address for one in pieces if (address := bare_address(_visible(one).strip()))]


def is_of_exchange(cell: str) -> bool:
    """Say whether a cell is a mailbox within Exchange."""
    return cell[:3].lower() == _OF_EXCHANGE


def websites(cell: str) -> list[str]:
    """Return the web addresses in a cell: a comma parts two where another address begins behind it."""
    plain = _ESCAPED_SCHEME.sub(r"\1:", cell)
    return [url for one in texts(plain) for part in _URL.split(one) if (url := part.strip())]


def _visible(text: str) -> str:
    return text if text.isascii() else _INVISIBLE.sub("", text)


def _split(cell: str, between: re.Pattern[str]) -> list[str]:
    return [one for part in between.split(cell) if (one := part.strip())]


def with_rest(name: Name, whole: str) -> Name:
    """Return a name of which one column says the first and another, `Name`, the rest or the whole: `Fen`, `Ada Fen`."""
    full = whole_name(Name(), whole)
    said = name.first or name.last
    if folded(full.first if name.first else full.last) == folded(said):
        return name._replace(last=full.last) if name.first else name._replace(first=full.first)
    if folded(said) in folded(whole):  # it is in there somehow, and nothing more is known
        return name
    return name._replace(last=whole) if name.first else name._replace(first=whole)


def whole_name(name: Name, whole: str) -> Name:
    """Return the name with first and last name out of the whole of it, as FN of a card is read."""
    last, first, middle, prefix, suffix = split_name(whole)
    return Name(first, last, name.middle or middle, name.prefix or prefix, name.suffix or suffix)
