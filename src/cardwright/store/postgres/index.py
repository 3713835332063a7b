"""The terms of a contact as PostgreSQL's index takes them: an array of lexemes, each of its campaign."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from typing import Final

_LONGEST: Final = 2_000  # octets of a term: a lexeme may have 2,046
_SOON: Final = _LONGEST // 4  # characters that cannot have more octets


@lru_cache(maxsize=10_000)
def scope(account: int, campaign: int) -> str:
    """Return what the terms of a campaign begin with, in the place of its number.

    Four characters, and the index has no entry of another campaign between those of this one but by chance, once in 16
    million: what is found is compared by account and campaign still.
    """
    digest = hashlib.blake2b(b"%d %d" % (account, campaign), digest_size=3).digest()
    return base64.urlsafe_b64encode(digest).decode()


def lexemes(terms: str) -> str:
    """Return terms with those cut that are too long for the index; who searches for such a one cuts it too."""
    return terms if len(terms) <= _SOON else " ".join(dict.fromkeys(map(cut, terms.split(" "))))


def cut(term: str) -> str:
    """Return the part of a term that the index holds."""
    if len(term) <= _SOON:
        return term
    return term.encode("utf-8", "replace")[:_LONGEST].decode("utf-8", "ignore")


def quoted(term: str, *, begins: bool = False) -> str:
    """Return a term as a tsquery has it: whole, or as what terms are to begin with."""
    text = cut(term).replace("\\", "\\\\").replace("'", "''")
    return f"'{text}'{':*' if begins else ''}"
