"""The cards of a file, as written by whatever program (RFC 6350, RFC 2426, vCard 2.1)."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from cardwright.vcard.card import Card
from cardwright.vcard.defects import Defect
from cardwright.vcard.errors import VCardError
from cardwright.vcard.reading.careful import read_carefully
from cardwright.vcard.reading.scanner import Scanner
from cardwright.vcard.reading.usual import read_usual

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cardwright.vcard.reading.scanner import Piece


def read(source: bytes | str | Path | BinaryIO, *, strict: bool = False) -> Iterator[Card]:
    """Give the cards of `source` in their order, each as soon as it is read: octets, a text, a file or its path.

    What is wrong is put up with and told in the card's `defects`; what stands after the last card in the last one's.
    A card of more than 16 MiB comes empty, with that defect. With `strict`, raises `VCardError` at the first defect,
    and for a file without a card.
    """
    if isinstance(source, Path):
        with source.open("rb") as file:
            yield from _read(file, strict=strict)
    elif isinstance(source, (bytes, str)):
        octets = source if isinstance(source, bytes) else source.encode("utf-8", "replace")
        yield from _read(io.BytesIO(octets), strict=strict)
    else:
        yield from _read(source, strict=strict)


def _read(file: BinaryIO, *, strict: bool) -> Iterator[Card]:
    scanner = Scanner(file)
    last = None
    for piece in scanner:
        if last is not None:
            yield last
        last = _card(piece)
        if strict and last.defects:
            raise _invalid(last.defects[0])
    if last is not None:
        last.defects += tuple(scanner.defects)
    if strict and (last is None or scanner.defects):
        raise _invalid(scanner.defects[0] if scanner.defects else Defect("V17", 1))
    if last is not None:
        yield last


def _invalid(defect: Defect) -> VCardError:
    return VCardError(f"line {defect.line}", f"{defect.code}: {defect.reason}", defect.code)


def _card(piece: Piece) -> Card:
    if not piece.raw:  # too large
        return Card((), "3.0", piece.raw, piece.defects)
    card = None if piece.is_nested else read_usual(piece)
    return read_carefully(piece) if card is None else card
