"""Rows of the table `search` as COPY takes them in PostgreSQL's binary format: made here, they cost the server least.

A row is its columns, each after its length. A tsvector is the count of its lexemes and, after each of them, a zero and
how many positions it has: none, two more zeros. The server sorts them; none may be there twice.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

TERMS: Final = ("account", "campaign", "number", "terms")
_HEAD: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END: Final = b"\xff\xff"
_ROW: Final = struct.Struct("!h iq ii iq i")  # columns, and those before the last one
_COUNT: Final = struct.Struct("!i")


def binary(lexemes: str) -> bytes:
    """Return lexemes, with spaces between, as a tsvector."""
    return _COUNT.pack(lexemes.count(" ") + 1) + lexemes.encode().replace(b" ", b"\0\0\0") + b"\0\0\0"


def copied(numbers: tuple[int, int], first: int, terms: Sequence[bytes]) -> bytes:
    """Return the rows of contacts of a campaign with numbers from `first` on, and these terms."""
    account, campaign = numbers
    rows = [
        _ROW.pack(4, 8, account, 4, campaign, 8, number, len(vector)) + vector
        for number, vector in enumerate(terms, first)
    ]
    return b"".join((_HEAD, *rows, _END))
