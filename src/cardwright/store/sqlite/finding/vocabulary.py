"""The terms of the full-text index that begin with a prefix: what a search for `coy` has to look for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import apsw

_MANY: Final = 8  # terms of one prefix: each takes a place in the expression, and perhaps a look into the index
_REMEMBERED: Final = 1_000  # prefixes
_NEXT: Final = "SELECT term FROM term WHERE term >= ? AND term < ? LIMIT ?"  # a row for each contact that has it
_LAST: Final = chr(0x10FFFF)  # begins no word


class Vocabulary:
    """Gives the terms that begin with a prefix; they are remembered until something changes in the campaign."""

    def __init__(self) -> None:
        self._remembered: dict[str, tuple[int, list[str] | None]] = {}

    def begun(self, connection: apsw.Connection, prefix: str, sequence: int) -> list[str] | None:
        """Return the terms that begin with `prefix`, which names a campaign at that sequence; None for very many."""
        at, terms = self._remembered.get(prefix, (-1, None))
        if at != sequence:
            terms = _begun(connection, prefix)
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            self._remembered[prefix] = sequence, terms
        return terms


def _begun(connection: apsw.Connection, prefix: str) -> list[str] | None:
    begun: dict[str, None] = {}
    low, rows = prefix, _MANY + 1
    while len(begun) <= _MANY:
        terms = [term for (term,) in connection.execute(_NEXT, (low, prefix + _LAST, rows))]
        begun |= dict.fromkeys(terms)
        if len(terms) < rows:
            return list(begun) if len(begun) <= _MANY else None
        low = f"{terms[-1]} "  # sorts before every longer term
    return None
