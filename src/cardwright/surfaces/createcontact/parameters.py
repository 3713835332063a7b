"""What the query and the Accept header ask of the card: its version, its size (CC-21, CC-28)."""

from __future__ import annotations

import re
from typing import Final, NamedTuple
from urllib.parse import parse_qsl

from falcon.errors import InvalidMediaRange, InvalidMediaType
from falcon.util.mediatypes import best_match

from cardwright.surfaces.createcontact.errors import E100, FailureError
from cardwright.vcard import VERSIONS

DEFAULT_VERSION: Final = "3.0"
_OFFERED: Final = {f"text/vcard; version={it}": it for it in (DEFAULT_VERSION, *VERSIONS)}
_NAMED: Final = re.compile(r'version\s*=\s*"?([^";,\s]*)')
_POSITIVE: Final = re.compile("0*([1-9][0-9]*)")
_DIGITS: Final = 18
"""Of a number of octets: with more it asks for no less than what no card ever has."""


class CardParameters(NamedTuple):
    """The version that was asked for, and the most octets the card may have (0: any number)."""

    version: str = DEFAULT_VERSION
    max_bytes: int = 0


NOTHING: Final = CardParameters()


def parameters_of(query: bytes, accept: bytes | None) -> CardParameters:
    """Return what is asked; the query beats Accept. Raises FailureError E100 with the parameter's name."""
    if not query and (accept is None or b"version" not in accept.lower()):
        return NOTHING
    given = _parameters(query)
    version = given["version"] if "version" in given else _accepted_version((accept or b"").decode("latin-1"))
    if version not in VERSIONS:
        raise FailureError(E100, f"version: {version[:20]!r} is unknown; known are {', '.join(VERSIONS)}")
    if "max-bytes" not in given:
        return CardParameters(version)
    size = given["max-bytes"]
    if not (number := _POSITIVE.fullmatch(size)):
        raise FailureError(E100, f"max-bytes: {size[:20]!r} is not a positive number of octets")
    return CardParameters(version, int(number[1][:_DIGITS]))


def _parameters(query: bytes) -> dict[str, str]:
    given: dict[str, str] = {}
    for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
        if name in {"version", "max-bytes"} and given.setdefault(name, value) != value:
            raise FailureError(E100, f"{name}: stands twice in the query, with different values")
    return given


def _accepted_version(accept: str) -> str:
    """Return the version that Accept likes best (RFC 9110 section 12.5.1), or one it names if none is known.

    The version of another media type, as some clients send with `application/json`, is none of a card.
    """
    ranges = [it.strip() for it in accept.lower().split(",") if it.strip()]
    try:
        best = best_match(_OFFERED, ",".join(ranges))
    except (InvalidMediaRange, InvalidMediaType):
        best = ""
    if best:
        return _OFFERED[best]
    named = [match[1] for it in ranges if it.startswith("text/vcard") and (match := _NAMED.search(it))]
    return DEFAULT_VERSION if not named or any(it in VERSIONS for it in named) else named[0]
