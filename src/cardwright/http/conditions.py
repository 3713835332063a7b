"""Conditional requests: entity tags in If-Match and If-None-Match (RFC 9110 sections 8.8.3 and 13.1)."""

from __future__ import annotations

import re
from typing import Final

from cardwright.errors import ConflictError


class WeakTagError(ConflictError):
    """If-Match has weak entity tags alone, and those never match."""


class NoTagError(ConflictError):
    """If-Match has no entity tag at all: those stand in quotation marks."""


_TAG: Final = re.compile(r'(W/)?("[\x21\x23-\x7e\x80-\xff]*")')


def strong(field: str) -> frozenset[str]:
    """Return the strong entity tags of an If-Match field, quotes and all; weak ones never match there."""
    return frozenset(tag for weak, tag in _TAG.findall(field) if not weak)


def check_tags(field: str) -> None:
    """Raise the error that says why an If-Match field can match nothing, if there is one beside the state."""
    tags = _TAG.findall(field)
    if not tags:
        raise NoTagError
    if all(weak for weak, _ in tags):
        raise WeakTagError


def is_held(tag: str, if_none_match: str | None) -> bool:
    """Say whether the client holds the representation with this strong tag: 304 is the answer then."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or any(held == tag for _, held in _TAG.findall(if_none_match))
