"""How much clients may set of an address book (DV-22)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cardwright import limits
from cardwright.errors import Fault, InvalidError, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cardwright.book.card_ports import BookProperty


def check_room(properties: Iterable[BookProperty]) -> None:
    """Raise InvalidError, which names the first that is too much, if the properties of a book are too long together."""
    octets = 0
    for one in properties:
        octets += sum(len(text.encode("utf-8", "surrogatepass")) for text in one)
        if octets > limits.BOOK_PROPERTIES.value:
            message = f"the properties of the address book are over {limits.BOOK_PROPERTIES.value} octets together"
            raise InvalidError([Fault(one.name, Rule.TOO_LONG, message)])
