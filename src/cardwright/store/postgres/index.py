"""The terms of a contact as PostgreSQL's index takes them: an array of lexemes, each of its campaign.

A lexeme has 2,046 octets at most. A longer term is kept in pieces, and each after the first says what is before it:

| term               | pieces                                            | found by the beginning |
|--------------------|---------------------------------------------------|------------------------|
| `AbCd:coyote`      | itself                                            | `AbCd:coy`             |
| `AbCd:aaaaa…aabb`  | `AbCd:aaaaa…`, `AbCd>DIGEST-OF-THE-FIRSTaabb`     | `AbCd>DIGEST…aab`      |
| `AbCd=uDIGEST`     | none: contacts have an index of their UIDs        |                        |
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from cardwright import limits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_PIECE: Final = 500
"""Characters of a piece: 2,000 octets at most."""
_SCOPE: Final = 4  # characters
_SOON: Final = limits.WORDS_FOUND.value // 8
"""Characters of terms that cannot have too many octets, in pieces or not."""


@lru_cache(maxsize=10_000)
def scope(account: int, campaign: int) -> str:
    """Return what the terms of a campaign begin with, in the place of its number.

    Four characters, and the index has no entry of another campaign between those of this one but by chance, once in 16
    million: what is found is compared by account and campaign still.
    """
    digest = hashlib.blake2b(b"%d %d" % (account, campaign), digest_size=3).digest()
    return base64.urlsafe_b64encode(digest).decode()


def lexemes(terms: str) -> str:
    """Return terms of a contact, with spaces between, as the index holds them."""
    before, _, uid = terms.partition(f"{terms[:_SCOPE]}=u")
    terms = before + uid.partition(" ")[2]
    if len(terms) <= _PIECE:
        return terms
    pieces = dict.fromkeys(piece for term in terms.split(" ") for piece in _pieces(term))
    return " ".join(pieces if len(terms) <= _SOON else _first(pieces))


def quoted(term: str, *, begins: bool = False) -> str:
    """Return a term as a tsquery has it: whole, or as what terms are to begin with. A whole one is in one piece."""
    *_, last = _pieces(term)
    text = last.replace("\\", "\\\\").replace("'", "''")
    return f"'{text}'{':*' if begins else ''}"


def either(terms: Iterable[str], *, begins: bool = False) -> str:
    """Return the tsquery that asks for one of these terms."""
    return "(" + " | ".join(quoted(term, begins=begins) for term in terms) + ")"


def _first(pieces: Iterable[str]) -> Iterator[str]:
    """Give as many as the index takes: what is compared whole, then words in their order."""
    octets = 0
    for piece in sorted(pieces, key=lambda piece: piece[_SCOPE] != "="):
        octets += len(piece.encode())
        if octets > limits.WORDS_FOUND.value:
            return
        yield piece


def _pieces(term: str) -> Iterator[str]:
    yield term[:_PIECE]
    digest = hashlib.blake2b(digest_size=10)
    for at in range(_PIECE, len(term), _PIECE):
        digest.update(term[at - _PIECE : at].encode())
        yield f"{term[:_SCOPE]}>{digest.hexdigest()}{term[at : at + _PIECE]}"
