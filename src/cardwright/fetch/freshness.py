"""How long a fetched photo may be used again: the rules of a shared cache (RFC 9111), as far as a GET needs them."""

from __future__ import annotations

import re
from email.utils import mktime_tz, parsedate_tz
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

_LASTING = ("cache-control", "expires", "etag", "last-modified", "vary")
"""The fields that a 304 updates and that hold on when it does not repeat them (RFC 9111 section 3.2)."""

_HEURISTIC_STATUSES = {200, 301, 308}  # RFC 9110 section 15.1, of those that are followed here
_HEURISTIC_FLOOR, _HEURISTIC_CEILING = 60.0, 86_400.0
_MAX_DELTA = 2**31  # RFC 9111 section 1.2.2

_DIRECTIVE = re.compile(r'([^\s,;="]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,;"]*)))?')


class Terms(NamedTuple):
    """On what terms a photo may be used again."""

    url: str
    """Where the photo came from, after all redirects: the validators are for this URL alone."""
    fields: dict[str, str]
    """The header fields that hold for as long as the photo is kept."""
    fresh_for: float | None
    """Seconds for which the photo may be used unasked; 0 or less: only after asking; None: it may not be kept."""

    @property
    def conditions(self) -> dict[str, str]:
        """Return the request fields that ask whether the photo has changed (RFC 9110 section 13.1), if any can."""
        pairs = (("if-none-match", "etag"), ("if-modified-since", "last-modified"))
        validators = ((condition, self.fields.get(field, "")) for condition, field in pairs)
        return {condition: value for condition, value in validators if value and value.isascii()}


NOTHING = Terms("", {}, None)
"""The terms of a photo that is not held."""


def lasting(fields: Mapping[str, str]) -> dict[str, str]:
    """Return the part of a response's header that is kept with it."""
    return {name: fields[name] for name in _LASTING if name in fields}


def fresh_for(status: int, fields: Mapping[str, str], *, now: float, delay: float) -> float | None:
    """Return the seconds from `now` (Unix time) until the response is stale, None if it may not be stored.

    `delay` is how long the response took to come. A photo without any term is fresh for a minute: the same logo in a
    thousand cards is then asked for once a minute (RFC 9111 section 4.2.2 leaves the heuristic to the cache).
    """
    directives = _directives(fields.get("cache-control", ""))
    if directives.keys() & {"no-store", "private"} or "*" in fields.get("vary", ""):
        return None
    date = _date(fields.get("date", ""))
    date = now if date is None else date
    return _lifetime(status, fields, directives, date) - _age(fields, date, now, delay)


def _lifetime(status: int, fields: Mapping[str, str], directives: Mapping[str, str], date: float) -> float:
    """Return the freshness lifetime in seconds that counts for a shared cache (RFC 9111 section 4.2.1)."""
    if "no-cache" in directives:
        return 0
    for name in ("s-maxage", "max-age"):
        if name in directives:
            return _delta(directives[name])
    if "expires" in fields:
        expires = _date(fields["expires"])
        return 0 if expires is None else expires - date  # an invalid date is one in the past (section 5.3)
    if status not in _HEURISTIC_STATUSES:
        return 0
    modified = _date(fields.get("last-modified", ""))
    tenth = 0 if modified is None else (date - modified) / 10
    return min(max(tenth, _HEURISTIC_FLOOR), _HEURISTIC_CEILING)


def _age(fields: Mapping[str, str], date: float, now: float, delay: float) -> float:
    """Return how many seconds old the response is (RFC 9111 section 4.2.3)."""
    return max(0.0, now - date, _delta(fields.get("age", "").partition(",")[0].strip()) + delay)


def _directives(text: str) -> dict[str, str]:
    """Return the directives by lower-case name. Of a repeated one the first counts (RFC 9111 section 4.2.1)."""
    directives: dict[str, str] = {}
    for name, quoted, token in _DIRECTIVE.findall(text):
        directives.setdefault(name.lower(), quoted or token)
    return directives


def _delta(text: str) -> int:
    """Return a number of seconds (RFC 9111 section 1.2.2); 0 for what is none, which for a lifetime means stale."""
    return min(int(text), _MAX_DELTA) if re.fullmatch(r"[0-9]{1,99}", text) else 0


def _date(text: str) -> float | None:
    """Return the Unix time of an HTTP date (RFC 9110 section 5.6.7), None for what is none."""
    parts = parsedate_tz(text)
    try:
        return None if parts is None else float(mktime_tz(parts))
    except (ValueError, OverflowError):
        return None
