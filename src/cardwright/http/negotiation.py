"""Which representation a client wants (RFC 9110 section 12.5.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from falcon.errors import InvalidMediaRange
from falcon.util.mediatypes import best_match

if TYPE_CHECKING:
    from collections.abc import Sequence


def chosen(accept: str | None, offered: Sequence[str]) -> str:
    """Return the media type of `offered` that the Accept field likes best, the first of equals; `""` for none.

    A field that cannot be read counts as none: the first is taken. Capitals do not matter: types and the names of
    parameters have none (sections 5.6.6 and 8.3.1), and no value of ours does.
    """
    if accept is None or accept == "*/*":
        return offered[0]
    ranges = [it for it in accept.lower().split(",") if it.strip()]  # an element may be empty: section 5.6.1.2
    if not ranges:
        return offered[0]
    try:
        return best_match(offered, ",".join(ranges))
    except InvalidMediaRange:
        return offered[0]
