"""The table `card`: the card of each contact. A large one is kept once, in `original`, its later states as deltas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.store.card_rows import LARGE, CardRow, shorter, whole
from cardwright.store.postgres.numbers import drawn

if TYPE_CHECKING:
    from cardwright.store.postgres.contact_rows import Spot
    from cardwright.store.postgres.driver import Connection

_ROW: Final = "SELECT card, original FROM card WHERE account = $1 AND campaign = $2 AND number = $3"
_PUT: Final = """INSERT INTO card (account, campaign, number, card, original) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (account, campaign, number) DO UPDATE SET card = excluded.card, original = excluded.original"""
_ORIGINAL: Final = "SELECT card FROM original WHERE account = $1 AND campaign = $2 AND original = $3"
_ADD: Final = "INSERT INTO original (account, campaign, number, original, card) VALUES ($1, $2, $3, $4, $5)"
_REMOVE: Final = "DELETE FROM card WHERE account = $1 AND campaign = $2 AND number = $3"
_OCTETS: Final = """SELECT octet_length(card.card) + coalesce(octet_length(original.card), 0) FROM card
    LEFT JOIN original ON original.account = card.account AND original.campaign = card.campaign
        AND original.original = card.original
    WHERE card.account = $1 AND card.campaign = $2 AND card.number = $3"""


async def read_card(connection: Connection, spot: Spot, row: CardRow | None) -> bytes:
    """Return the card that was kept so, `b""` for none."""
    if row is None or row.original is None:
        return row.card if row else b""
    return whole(row.card, await _original(connection, spot, row.original)) or b""


async def octets_of(connection: Connection, spot: Spot) -> int:
    """Return how much is read for the card of a contact, without reading it."""
    return int(await connection.value(_OCTETS, *spot) or 0)


async def row_of_card(connection: Connection, spot: Spot) -> CardRow | None:
    """Return how the card of a contact is kept, None when it has none."""
    columns = await connection.row(_ROW, *spot)
    return CardRow(*columns) if columns else None


async def settled(connection: Connection, spot: Spot) -> CardRow | None:
    """Return how the card of a contact is kept, for a change that is about to end that.

    What is large is made an original first: what is said of it afterwards says no more than the difference.
    """
    row = await row_of_card(connection, spot)
    if row is None:
        return None
    if row.original is None and len(row.card) >= LARGE:
        original = drawn()
        await connection.execute(_ADD, *spot, original, row.card)
        row = CardRow(b"", original)
        await put(connection, spot, row)
    return row


async def keep(connection: Connection, spot: Spot, card: bytes, was: CardRow | None) -> None:
    """Put a card in the place of the one that was kept so: nothing for `b""`."""
    if not card:
        await connection.execute(_REMOVE, *spot)
        return
    row = CardRow(card)
    if len(card) >= LARGE and was and was.original is not None:
        row = shorter(card, was.original, await _original(connection, spot, was.original))
    await put(connection, spot, row)


async def put(connection: Connection, spot: Spot, row: CardRow) -> None:
    """Keep the card of a contact as the row says."""
    await connection.execute(_PUT, *spot, *row)


async def _original(connection: Connection, spot: Spot, original: int) -> bytes:
    return bytes(await connection.value(_ORIGINAL, spot.account, spot.campaign, original) or b"")
