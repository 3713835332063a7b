"""One contact on its way in, as an import or a batch says it."""

from __future__ import annotations

from typing import NamedTuple

from cardwright.book.match_keys import NO_KEYS, MatchKeys
from cardwright.contact.model import Contact


class ImportRow(NamedTuple):
    """One row: a line of a table, a card of a file, an item of a batch.

    Whoever reads the source fills in the first six; `cleaning.cleaned`, `match_keys` and `row_uids` do the rest.
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
    slots: dict[str, tuple[int, ...]] = {}  # noqa: RUF012 - never changed
    """Of a table with several columns for one label: from which of these, from 0, each member of a list comes.

    -1 where a cell said the label: then the members of that label are counted.
    """
    keys: MatchKeys = NO_KEYS
    """What it is recognized by."""
    unmodelled: bytes = b""
    """Of a row of a table: a card (vCard 4.0) of what a contact does not model, and nothing else; `b""` for nothing."""
    terms: str = ""
    """Its index terms without a campaign: made where the file is read, which has time (docs/adr/0011)."""
    uid: str = ""
    """That of its contact, or the one that it was given (`row_uids`)."""
    is_group: bool = False
    """Its card is of a group (`book.groups`): of its contact the UID alone counts."""

    @property
    def is_person(self) -> bool:
        """Whether it may be somebody who is there: it is not refused, and no group."""
        return not (self.fault or self.is_group)

    @property
    def size(self) -> int:
        """Octets of its card and photo."""
        photo = self.contact.photo
        return len(self.card) + len(self.unmodelled) + (len(photo.data) if photo else 0)
