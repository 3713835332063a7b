"""Cards of an address book, made of the rows of contacts and groups: short ones read no JSON and no card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cardwright.book.card_ports import Card
from cardwright.book.ports import Place
from cardwright.book.stored import weight
from cardwright.store.instants import instant
from cardwright.store.sqlite.contact_rows import COLUMNS, Rows
from cardwright.store.sqlite.keys import number_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import apsw

    from cardwright.store.sqlite.books import Part

MUCH: Final = 256 * 1024
"""Octets that end a read of whole cards."""
CONTACT: Final = ("contact.contact, revision, created, updated, uid, user IS NOT NULL", COLUMNS)
"""The columns of a contact, for a short card and for a whole one."""
GROUP: Final = tuple(
    f"group_card, group_card.revision, group_card.created, group_card.updated, group_card.uid, {card}"
    for card in ("NULL", "card")
)
"""Those of a group."""


class Cards:
    """Makes the cards of a part of a book, whole ones if `full`."""

    def __init__(self, connection: apsw.Connection, sid: str, part: Part, *, full: bool) -> None:
        self._rows = Rows(connection, part.account)
        self._place = Place(sid, part.id)
        self._full = full

    def contact(self, name: str, repeats: int, *row: Any) -> Card:  # noqa: ANN401 - what SQLite gives
        """Return the card of a contact: its name, whether it repeats a UID, and the columns `CONTACT`."""
        if self._full:
            key, _, user, *_, uid, revision, created, updated = row
            is_system, stored = user is not None, self._rows.full(row)
        else:
            key, revision, created, updated, uid, is_system = row
            stored = None
        changed = instant(updated)
        return Card(
            name,
            self._place,
            number_of(key),
            is_group=False,
            revision=revision,
            created=changed if created == updated else instant(created),
            updated=changed,
            uid=uid,
            is_system=bool(is_system),
            repeats_uid=bool(repeats),
            contact=stored,
        )

    def group(self, name: str, *row: Any) -> Card:  # noqa: ANN401 - what SQLite gives
        """Return the card of a group: its name, and the columns `GROUP`."""
        key, revision, created, updated, uid, card = row
        return Card(
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


def octets_of(card: Card) -> int:
    """Return how much a whole card holds, roughly."""
    return len(card.card) + (weight(card.contact) + 1_000 if card.contact else 0)
