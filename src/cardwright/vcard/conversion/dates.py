"""Dates and times in ISO 8601's two forms: basic in 4.0 (RFC 6350 section 4.3), extended in 3.0 and jCard."""

from __future__ import annotations

import re
from typing import Final

# What is left out is said by hyphens: `--0412` has no year, `---12` neither year nor month.
_DATE: Final = re.compile(r"(\d{4}|--(?!-))(?:-?(\d\d)(?:-?(\d\d))?)?|(---)(\d\d)", re.ASCII)
_TIME: Final = re.compile(r"(\d\d|-)(?::?(\d\d|-)(?::?(\d\d))?)?(?:[.,]\d+)?(Z|[+-]\d\d(?::?\d\d)?)?", re.ASCII)
_OFFSET: Final = re.compile(r"([+-]\d\d):?(\d\d)?", re.ASCII)
_INSTANT: Final = re.compile(r"\d{8}T\d{6}Z?", re.ASCII)  # basic, in full: REV nearly always, and soon rewritten
_WHOLE: Final = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)?)?", re.ASCII)


def basic(text: str) -> str | None:
    """Return a date, a time or both as 4.0 writes them, None for what is none."""
    return text if _INSTANT.fullmatch(text) else _rewrite(text, "", "")


def extended(text: str) -> str | None:
    """Return a date, a time or both as jCard writes them (RFC 7095 section 3.5), None for what is none."""
    if _INSTANT.fullmatch(text):
        return f"{text[:4]}-{text[4:6]}-{text[6:11]}:{text[11:13]}:{text[13:]}"
    return _rewrite(text, "-", ":")


def is_whole(text: str) -> bool:
    """Tell whether an extended date has year, month and day, as 3.0 wants it (RFC 2426 section 3.1.5)."""
    return _WHOLE.fullmatch(text) is not None


def is_instant(text: str) -> bool:
    """Tell whether a basic date is whole and has a whole time, as 4.0 wants a timestamp (RFC 6350 section 4.3.5)."""
    return _INSTANT.fullmatch(text) is not None or ("T" in text and is_whole(extended(text) or ""))


def offset(text: str, colon: str) -> str | None:
    """Return an offset from UTC with `colon` between hours and minutes, None for what is none."""
    match = _OFFSET.fullmatch(text)
    return f"{match[1]}{colon}{match[2] or '00'}" if match else None


def _rewrite(text: str, hyphen: str, colon: str) -> str | None:
    day, has_time, time = text.strip().upper().partition("T")
    written = _date(day, hyphen) if day else ""
    clock = _time(time, colon) if has_time else ""
    if written is None or clock is None or not written + clock:
        return None
    return f"{written}T{clock}" if has_time else written


def _date(text: str, hyphen: str) -> str | None:
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day, neither, only_day = match.groups()
    if neither:
        return neither + only_day
    if not month:
        return year if year != "--" else None
    if not day:
        return f"{year}{'' if year == '--' else '-'}{month}"  # a month alone keeps its hyphen in both forms
    return f"{year}{'' if year == '--' else hyphen}{month}{hyphen}{day}"


def _time(text: str, colon: str) -> str | None:
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    zone = match[4] or ""
    clock = colon.join(part for part in match.groups()[:3] if part)
    return clock + (zone if zone in {"", "Z"} else offset(zone, colon) or "")
