"""Dates as the cells of tables write them."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

from cardwright.contact.words import words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_ISO: Final = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ]00:00(?::00)?.*)?", re.ASCII)
_WITHOUT_YEAR: Final = re.compile(r"--(\d\d)-?(\d\d)", re.ASCII)
_YEAR: Final = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2]))?", re.ASCII)
_YEAR_FIRST: Final = re.compile(r"(\d{4})([./年-])\s?(\d{1,2})[./月-]\s?(\d{1,2})[日.]?(?: 0?0:00.*)?", re.ASCII)
_YEAR_LAST: Final = re.compile(r"(\d{1,2})([./-])\s?(\d{1,2})\2\s?(\d{4})(?: 0?0:00.*)?", re.ASCII)
_DAY: Final = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2?", re.ASCII)
_INSTANT: Final = re.compile(r"\d{8}T\d{4}(?:\d\d)?(?:Z|[+-]\d{4})?", re.ASCII)
"""As vCard 4.0 writes a day with a time, and our own export."""
_NO_YEAR: Final = "0000"
_NOTHING: Final = re.compile(r"[0./\- ]+", re.ASCII)
# In English, German, French, Spanish, Italian, Portuguese and Dutch, without accents.
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jaenner janner janvier janv enero ene gennaio gen janeiro januari",
            "february feb febr februar fevrier fevr febrero febbraio fevereiro fev februari",
            "march mar marz maerz mars marzo marco maart mrt",
            "april apr avril avr abril abr aprile",
            "may mai mayo maggio mag maio mei",
            "june jun juni juin junio giugno giu junho",
            "july jul juli juillet juil julio luglio lug julho",
            "august aug aout agosto ago augustus",
            "september sep sept septembre septiembre settembre set setembro",
            "october oct oktober okt octobre octubre ottobre ott outubro out",
            "november nov novembre noviembre novembro",
            "december dec dezember dez decembre diciembre dic dicembre dezembro",
        ),
        start=1,
    )
    for name in names.split()
}
_BETWEEN: Final = frozenset(
    [
        *("de", "of", "the", "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"),
        *("sun", "mon", "tue", "wed", "thu", "fri", "sat"),
    ]
)
"""Words that say nothing more of a date."""
_ORDINAL: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er|o)?", re.ASCII)
_LONGEST: Final = 40
"""Characters of a date in words."""
_LEAP: Final = "2000"
_PART: Final = re.compile(r"\d{1,4}", re.ASCII)
_LAST_MONTH: Final = 12


def calendar_date(text: str, order: str = "") -> str | None:
    """Return a date as vCard 4.0 writes it (`19800203`, `--0203`, `1980`); `""` for none (Outlook's `0/0/00`).

    `order` says what `2/3/1980` means, `dmy` or `mdy`. None for what could be two days, or is no date.
    """
    if _NOTHING.fullmatch(text):
        return ""
    if _YEAR.fullmatch(text) or _INSTANT.fullmatch(text):
        return text
    for form, read in _FORMS:
        if match := form.fullmatch(text):
            return read(match, order)
    return _in_words(text) if len(text) <= _LONGEST else None


def date_of_parts(year: str, month: str, day: str) -> str | None:
    """Return the date whose parts stand in columns of their own; a year alone is one."""
    if month and day:
        return _date(year, month, day)
    if year and not (month or day) and _YEAR.fullmatch(year):
        return year
    return "" if not (year or month or day) else None


def _year_first(match: re.Match[str], _: str) -> str | None:
    return _date(match[1], *match.groups()[-2:])


def _in_words(text: str) -> str | None:
    """Return the date of `3 February 1980`, `February 3rd, 1980`, `3-Feb-1980`, `Feb 1980` or `3 Feb`.

    `Feb 19` is none: it could be a day, or a year.
    """
    said = [word for word in words(text) if word not in _BETWEEN]
    months = [_MONTHS[word] for word in said if word in _MONTHS]
    years = [word for word in said if _YEAR.fullmatch(word)]
    days = [match[1] for word in said if (match := _ORDINAL.fullmatch(word))]
    if len(months) != 1 or len(said) != 1 + len(years) + len(days) or max(len(years), len(days)) > 1:
        return None
    if not days:
        return f"{years[0]}-{months[0]:02}" if years else None
    if not years and said[0] in _MONTHS:
        return None
    return _date(years[0] if years else "", str(months[0]), days[0])


def _of_numbers(match: re.Match[str], order: str) -> str | None:
    first, mark, second, *year = match.groups()
    return _of_order(first, second, year[0] if year else "", "dmy" if mark == "." else order)


def _of_order(first: str, second: str, year: str, order: str) -> str | None:
    """Return the date; without an order one that could be two days is none."""
    if int(first) > _LAST_MONTH or order == "dmy":
        return _date(year, second, first)
    if int(second) > _LAST_MONTH or order == "mdy" or first == second:
        return _date(year, first, second)
    return None


def _date(year: str, month: str, day: str) -> str | None:
    year = "" if year == _NO_YEAR else year
    parts = (year or _LEAP, month, day)
    if not all(map(_PART.fullmatch, parts)) or len(year) not in {0, 4}:
        return None
    try:
        checked = date(*map(int, parts))
    except ValueError:
        return None
    return f"{year}{checked:%m%d}" if year else f"--{checked:%m%d}"


_FORMS: Final[Sequence[tuple[re.Pattern[str], Callable[[re.Match[str], str], str | None]]]] = (
    (_ISO, _year_first),
    (_YEAR_FIRST, _year_first),
    (_WITHOUT_YEAR, lambda match, _: _date("", match[1], match[2])),
    (_YEAR_LAST, _of_numbers),
    (_DAY, _of_numbers),
)


def parts_of_date(parts: Sequence[str]) -> str:
    """Return the parts of a date as they are shown when they are none."""
    return "-".join(filter(None, parts))
