"""The table `card`: the card of each contact. A large one is kept once, in `original`, its later states as deltas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cardwright.store.card_rows import LARGE, CardRow, shorter, whole

if TYPE_CHECKING:
    import apsw

_ROW: Final = "SELECT card, original FROM card WHERE contact = ?"
_PUT: Final = """INSERT INTO card (contact, card, original) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET card = excluded.card, original = excluded.original"""
_ORIGINAL: Final = "SELECT card FROM original WHERE original = ?"
_ADD: Final = "INSERT INTO original (contact, card) VALUES (?, ?) RETURNING original"
_REMOVE: Final = "DELETE FROM card WHERE contact = ?"
_WHOLE: Final = "SELECT card.card, original.card FROM card LEFT JOIN original USING (original) WHERE card.contact = ?"

_OCTETS: Final = """SELECT octet_length(card.card) + coalesce(octet_length(original.card), 0)
    FROM card LEFT JOIN original USING (original) WHERE card.contact = ?"""


def card_of(connection: apsw.Connection, contact: int) -> bytes | None:
    """Return the card of a contact, None when it has none."""
    row = connection.execute(_WHOLE, (contact,)).fetchone()
    return row and whole(*row)


def read_card(connection: apsw.Connection, row: CardRow | None) -> bytes:
    """Return the card that was kept so, `b""` for none."""
    if row is None or row.original is None:
        return row.card if row else b""
    return whole(row.card, connection.execute(_ORIGINAL, (row.original,)).get) or b""


def octets_of(connection: apsw.Connection, contact: int) -> int:
    """Return how much is read for the card of a contact, without reading it."""
    return connection.execute(_OCTETS, (contact,)).get or 0


def settled(connection: apsw.Connection, contact: int) -> CardRow | None:
    """Return how the card of a contact is kept, for a change that is about to end that.

    What is large is made an original first: what is said of it afterwards says no more than the difference.
    """
    columns: tuple[Any, ...] | None = connection.execute(_ROW, (contact,)).fetchone()
    if columns is None:
        return None
    row = CardRow(*columns)
    if row.original is None and len(row.card) >= LARGE:
        row = CardRow(b"", connection.execute(_ADD, (contact, row.card)).get)
        put(connection, contact, row)
    return row


def keep(connection: apsw.Connection, contact: int, card: bytes, was: CardRow | None) -> None:
    """Put a card in the place of the one that was kept so: nothing for `b""`."""
    if not card:
        connection.execute(_REMOVE, (contact,))
        return
    row = CardRow(card)
    if len(card) >= LARGE and was and was.original is not None:
        row = shorter(card, was.original, connection.execute(_ORIGINAL, (was.original,)).get)
    put(connection, contact, row)


def put(connection: apsw.Connection, contact: int, row: CardRow) -> None:
    """Keep the card of a contact as the row says."""
    connection.execute(_PUT, (contact, *row))
