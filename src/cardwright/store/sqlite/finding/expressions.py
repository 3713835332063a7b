"""What the full-text index is asked: expressions of FTS5."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def expression(needed: Iterable[Iterable[str]]) -> str:
    """Return what finds the contacts that have one term of each list: `("1=pab12") AND ("1:acme" OR "1:acmes")`."""
    return " AND ".join("(" + " OR ".join(f'"{term}"' for term in either) + ")" for either in needed)
