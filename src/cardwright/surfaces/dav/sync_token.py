"""Sync tokens: how far a client knows a book, as a URI (RFC 6578 section 3.2, DV-25).

`data:,cardwright-sync-` and, in base64url: a digest of the book and of the store's generation, then the places, each a
number of seven bits an octet (zigzag: small negative ones are short too). That of 100 campaigns has about a thousand
characters.
"""

from __future__ import annotations

import binascii
import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING, Final

from cardwright.book.card_ports import Reached
from cardwright.errors import SyncTokenError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cardwright.book.card_ports import Book

_BEGINNING: Final = "data:,cardwright-sync-"
_DIGEST: Final = 10
_SEVEN_BITS: Final = 0x7F
_MORE: Final = 0x80
_MOST_BITS: Final = 64
"""Of a number that a store can look up, with its sign."""
_NUMBERS: Final = len(Reached._fields)


def written(book: Book, generation: str, places: Sequence[Reached]) -> str:
    """Return the token of these places; the same places of the same book have the same one, so it is a ctag too."""
    octets = bytearray(_digest(book, generation))
    for place in places:
        for number in place:
            octets += _octets(number)
    return _BEGINNING + urlsafe_b64encode(octets).decode().rstrip("=")


def places_of(token: str, book: Book, generation: str) -> tuple[Reached, ...]:
    """Return the places that `written` was given; SyncTokenError for any text that it did not write for this book."""
    encoded = token.strip().removeprefix(_BEGINNING)
    try:
        octets = urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    except (binascii.Error, ValueError):
        octets = b""
    try:
        numbers = list(_numbers(octets[_DIGEST:]))
    except ValueError:
        numbers = []
    places = tuple([Reached(*numbers[at : at + _NUMBERS]) for at in range(0, len(numbers) - _NUMBERS + 1, _NUMBERS)])
    if token.strip() != written(book, generation, places):
        raise SyncTokenError
    return places


def _digest(book: Book, generation: str) -> bytes:
    return hashlib.blake2b("\0".join([generation, *book]).encode(), digest_size=_DIGEST).digest()


def _octets(number: int) -> bytes:
    octets = bytearray()
    number = number << 1 if number >= 0 else ~(number << 1)
    while number > _SEVEN_BITS:
        octets.append(number & _SEVEN_BITS | _MORE)
        number >>= 7
    octets.append(number)
    return bytes(octets)


def _numbers(octets: bytes) -> Iterator[int]:
    """Give the numbers of `_octets`; ValueError for one that no store has."""
    number = shift = 0
    for octet in octets:
        number |= (octet & _SEVEN_BITS) << shift
        shift += 7
        if number.bit_length() > _MOST_BITS:
            raise ValueError(number)
        if not octet & _MORE:
            yield ~(number >> 1) if number & 1 else number >> 1
            number = shift = 0
