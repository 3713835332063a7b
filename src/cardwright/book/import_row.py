"""One contact on its way in, as an import or a batch says it."""

from __future__ import annotations

from typing import NamedTuple

from cardwright.book.match_keys import NO_KEYS, MatchKeys
from cardwright.contact.model import Contact


class ImportRow(NamedTuple):
    """One row: a line of a table, a card of a file, an item of a batch.

    Whoever reads the source fills in the first six; `cleaning.cleaned` and `match_keys` do the rest.
    """

    number: int
    """From 1, in its source."""
    contact: Contact = Contact()
    card: bytes = b""
    """The card it came as, jCard as vCard 4.0; `b""` for a row of a table."""
    partners: tuple[str, ...] = ()
    """Ids of partner accounts."""
    warnings: tuple[str, ...] = ()
    fault: str = ""
    """Why it is refused; `""` when it is not. Then its number and its warnings are all that counts."""
    keys: MatchKeys = NO_KEYS
    """What it is recognized by."""

    @property
    def size(self) -> int:
        """Octets of its card and photo."""
        photo = self.contact.photo
        return len(self.card) + (len(photo.data) if photo else 0)
