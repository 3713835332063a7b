"""Cards of an address book, made of the rows of contacts and groups: short ones read no JSON and no card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cardwright.book.card_ports import BookCard
from cardwright.book.stored import weight
from cardwright.store.card_rows import whole
from cardwright.store.instants import instant
from cardwright.store.sqlite.contact_rows import COLUMNS, Rows
from cardwright.store.sqlite.keys import number_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import apsw

    from cardwright.book.card_ports import Full
    from cardwright.book.ports import Place

MUCH: Final = 256 * 1024
"""Octets that end a read of whole cards."""
CONTACT: Final = (
    "contact.contact, revision, created, updated, uid, user IS NOT NULL",
    f"""{COLUMNS}, (SELECT card FROM card WHERE card.contact = contact.contact),
    (SELECT original.card FROM card JOIN original USING (original) WHERE card.contact = contact.contact)""",  # noqa: S608 - constants
)
"""The columns of a contact, for a short card and for one with its octets: those are the last two."""
GROUP: Final = tuple(
    f"group_card, group_card.revision, group_card.created, group_card.updated, group_card.uid, {card}"
    for card in ("NULL", "card")
)
"""Those of a group."""


class Cards:
    """Makes the cards of a campaign, as much of them as `full` says."""

    def __init__(self, connection: apsw.Connection, account: int, place: Place, *, full: Full) -> None:
        self._rows = Rows(connection, account)
        self._place = place
        self._full = full

    def contact(self, name: str, repeats: int, *row: Any) -> BookCard:  # noqa: ANN401 - what SQLite gives
        """Return the card of a contact: its name, whether it repeats a UID, and the columns `CONTACT`."""
        stored, octets = None, b""
        if self._full:
            key, _, user, *_, uid, revision, created, updated, card, original = row
            is_system, octets = user is not None, whole(card, original) or b""
            if self._full != "octets" or not octets:
                stored, octets = self._rows.with_card(row[:-2], octets), b""
        else:
            key, revision, created, updated, uid, is_system = row
        changed = instant(updated)
        before = changed if created == updated else instant(created)
        number, rest = number_of(key), (bool(is_system), bool(repeats), stored, octets)
        return BookCard(name, self._place, number, False, revision, before, changed, uid, *rest)  # noqa: FBT003 - no group

    def group(self, name: str, *row: Any) -> BookCard:  # noqa: ANN401 - what SQLite gives
        """Return the card of a group: its name, and the columns `GROUP`."""
        key, revision, created, updated, uid, card = row
        return BookCard(
            name,
            self._place,
            number_of(key),
            is_group=True,
            revision=revision,
            created=instant(created),
            updated=instant(updated),
            uid=uid,
            card=card or b"",
        )


def both(template: str, columns: Sequence[str]) -> tuple[str, str]:
    """Return a query for short cards, and the same for whole ones."""
    short, whole = (template.format(columns=one) for one in columns)
    return short, whole


def octets_of(card: BookCard) -> int:
    """Return how much a whole card holds, roughly."""
    return len(card.card) + (weight(card.contact) + 1_000 if card.contact else 0)
