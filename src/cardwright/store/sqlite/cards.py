"""The table `card`: the card of each contact. A large one is kept once, in `original`, its later states as deltas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cardwright.store.sqlite.delta import applied, delta_of

if TYPE_CHECKING:
    import apsw

LARGE: Final = 16 * 1024
"""Octets from which a card is large: a photo makes it so. Below that a delta would save little."""

_ROW: Final = "SELECT card, original FROM card WHERE contact = ?"
_PUT: Final = """INSERT INTO card (contact, card, original) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET card = excluded.card, original = excluded.original"""
_ORIGINAL: Final = "SELECT card FROM original WHERE original = ?"
_ADD: Final = "INSERT INTO original (contact, card) VALUES (?, ?) RETURNING original"
_REMOVE: Final = "DELETE FROM card WHERE contact = ?"
_WHOLE: Final = "SELECT card.card, original.card FROM card LEFT JOIN original USING (original) WHERE card.contact = ?"

_OCTETS: Final = """SELECT octet_length(card.card) + coalesce(octet_length(original.card), 0)
    FROM card LEFT JOIN original USING (original) WHERE card.contact = ?"""


class CardRow(NamedTuple):
    """How a card is kept: whole, or as a delta of an original that stays as it is."""

    card: bytes
    """The whole card, or the delta; `b""` for the original itself."""
    original: int | None = None


def whole(card: bytes | None, original: bytes | None) -> bytes | None:
    """Return the card that the columns `card.card` and `original.card` say, None when there is none."""
    return card if card is None or original is None else applied(original, card)


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
        delta = delta_of(connection.execute(_ORIGINAL, (was.original,)).get, card)
        if 2 * len(delta) < len(card):
            row = CardRow(delta, was.original)
    put(connection, contact, row)


def put(connection: apsw.Connection, contact: int, row: CardRow) -> None:
    """Keep the card of a contact as the row says."""
    connection.execute(_PUT, (contact, *row))
