"""How many results a client asks for at most: `limit` of a query (RFC 6352 section 10.6) and of a sync (RFC 6578)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.surfaces.dav.errors import MalformedError
from cardwright.surfaces.dav.names import C, D

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_DIGITS: Final = 9
"""More than that are as many as there are."""


def read_limit(report: Element) -> int | None:
    """Return the number in `limit`, None for none; MalformedError for what is no number."""
    told = [one for name in (C, D) for one in report.findall(f"{name}limit/{name}nresults")]
    if not told:
        return None
    digits = (told[0].text or "").strip()
    if not (digits.isascii() and digits.isdecimal()):
        raise MalformedError("nresults is a number, in digits.")
    return int(digits) if len(digits.lstrip("0")) <= _DIGITS else None
