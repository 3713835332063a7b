"""Updating, deleting and restoring one contact: its row, its card, its index terms and its history together.

Each takes the lock of the contact's row first, so two who come at once have their turn one after the other.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.book.index_terms import terms
from cardwright.book.stored import weight
from cardwright.errors import NotFoundError
from cardwright.store import records
from cardwright.store.instants import instant, now
from cardwright.store.postgres import card_names, cards
from cardwright.store.postgres.contact_rows import (
    COLUMNS,
    ContactRow,
    Spot,
    all_full,
    columns_in,
    one,
    row_of,
    stored_of,
    user_of,
)
from cardwright.store.postgres.index import lexemes, scope
from cardwright.store.postgres.numbers import lock
from cardwright.store.rows import Columns

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cardwright.book.images import Image
    from cardwright.book.ports import Edit
    from cardwright.book.stored import StoredContact
    from cardwright.store.card_rows import CardRow
    from cardwright.store.postgres.driver import Connection

_LARGE: Final = 64 * 1024
"""Octets of card and photo from which an edit is made in another thread."""
_FOUND: Final = f"""SELECT {COLUMNS} FROM contact
    WHERE account = $1 AND campaign = $2 AND number = $3 FOR UPDATE"""  # noqa: S608 - constant
_HOLD: Final = "SELECT 1 FROM contact WHERE account = $1 AND campaign = $2 AND number = $3 FOR UPDATE"
_TEXTS: Final = len(Columns._fields)


def _call(function: str, values: int) -> str:
    return f"SELECT {function}({', '.join(f'${at}' for at in range(1, values + 1))})"


_PUT: Final = _call("put_contact", 8 + _TEXTS + 1)
_TAKE: Final = _call("take_contact", 8)
_BRING: Final = _call("bring_contact", 8 + _TEXTS + 1)
_WAS: Final = """SELECT kind, before FROM change
    WHERE account = $1 AND campaign = $2 AND number = $3 AND before IS NOT NULL ORDER BY sequence DESC LIMIT 1"""
_IMAGE: Final = """INSERT INTO image (account, digest, media_type, data, small) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (account, digest) DO NOTHING"""


class Before(NamedTuple):
    """A contact as it was."""

    row: ContactRow
    card: CardRow | None = None
    """How its card was kept, for a record of it."""


async def hold(connection: Connection, spots: Iterable[Spot]) -> None:
    """Lock contacts in the order of their keys, before one of them is changed.

    Who changes several in one transaction holds the campaign from the first on. Updates that are written together lock
    all of theirs, in this order, and then the campaign: without this each would wait for the other.
    """
    for spot in sorted(spots):
        await connection.execute(_HOLD, *spot)


async def present(connection: Connection, spot: Spot) -> tuple[ContactRow, StoredContact] | None:
    """Lock a contact, and return it as its row says and as an edit is given it, with card, photo and user."""
    values = await connection.row(_FOUND, *spot)
    if values is None:
        return None
    row = ContactRow._make(values)
    (stored,) = await all_full(connection, (spot.account, spot.campaign), [values])
    return row, stored._replace(user=await user_of(connection, spot.account, row.partner_user))


async def edit(connection: Connection, spot: Spot, made_by: Edit, by: str, image: Image | None = None) -> StoredContact:
    """Put what an edit makes of the contact in its place, and return it as it is then; NotFoundError for none."""
    if image:
        await lock(connection, spot.account)
    kept = await present(connection, spot)
    if kept is None:
        raise NotFoundError(f"there is no contact {spot.number}")
    (row, old), at = kept, now()
    moment = instant(at)
    new = made_by(old, moment) if weight(old) < _LARGE else await asyncio.to_thread(made_by, old, moment)
    if new == old:
        return await one(connection, spot) or new
    if image:
        await keep_image(connection, spot.account, image)
    await replace(connection, spot, row, old, new, at, by)
    return await one(connection, spot) or new


async def replace(  # noqa: PLR0913, PLR0917 - what a row and its record say
    connection: Connection, spot: Spot, row: ContactRow, old: StoredContact, new: StoredContact, at: int, by: str
) -> int:
    """Put `new` in the place of a contact that is `old`, and return its new revision."""
    was = Before(row, await cards.settled(connection, spot))
    if new.card != old.card:
        await cards.keep(connection, spot, new.card, was.card)
    said, says = terms_at(spot, old), terms_at(spot, new)
    texts = columns_in(row_of(row, new))
    terms = None if said == says else says
    return int(await connection.value(_PUT, *spot, at, by, written(was), row.image, new.own_title, *texts, terms))


async def put_back(connection: Connection, spot: Spot, row: ContactRow, was: Before, by: str) -> int:
    """Restore a contact, whose `row` is locked, to what a record says, and return its new revision."""
    is_now = Before(row, await cards.settled(connection, spot))
    if was.card:
        await cards.put(connection, spot, was.card)
    else:
        await cards.keep(connection, spot, b"", None)
    terms = terms_at(spot, stored_of(was.row, {}))
    values = (now(), by, written(is_now), row.image, was.row.own_title, *columns_in(was.row), terms)
    return int(await connection.value(_PUT, *spot, *values))


async def remove(connection: Connection, spot: Spot, row: ContactRow, by: str, *, erased: bool = False) -> int:
    """Take a contact away, record what it was unless it is erased, and return the sequence of that."""
    if erased:
        return int(await connection.value(_TAKE, *spot, b"e", now(), by, None, None))
    was = Before(row, await cards.settled(connection, spot))
    return int(await connection.value(_TAKE, *spot, b"d", now(), by, written(was), row.image))


async def last_before(connection: Connection, spot: Spot) -> Before | None:
    """Return the contact as it was before it was deleted; None if that is not what happened to it last."""
    change = await connection.row(_WAS, *spot)
    if change is None or change[0] != b"d":
        return None
    return read_before(change[1])


async def restore(  # noqa: PLR0913, PLR0917 - what was, what comes, and who asks
    connection: Connection, spot: Spot, was: Before, old: StoredContact, new: StoredContact, by: str
) -> None:
    """Bring back a contact that was `old`, as `new`."""
    if new.card != old.card:
        await cards.keep(connection, spot, new.card, was.card)
    elif was.card:
        await cards.put(connection, spot, was.card)
    row = row_of(was.row, new)
    values = (now(), by, row.partner_user, row.created, row.own_title, *columns_in(row), terms_at(spot, new))
    await connection.value(_BRING, *spot, *values)
    await card_names.forget_taken(connection, spot)


async def keep_image(connection: Connection, account: int, image: Image) -> None:
    """Keep an image, unless the account has the same one already."""
    await connection.execute(_IMAGE, account, image.digest, image.media_type, image.data, image.small)


def terms_at(spot: Spot, stored: StoredContact) -> str:
    """Return the terms of a contact, as the index takes them."""
    return lexemes(terms(scope(spot.account, spot.campaign), stored))


def written(was: Before) -> str:
    """Return the record of a contact as it was."""
    return records.written(was.row._asdict(), was.card)


def read_before(record: str) -> Before:
    """Return the contact that a record says."""
    said, card = records.read(record)
    return Before(ContactRow._make(map(said.get, ContactRow._fields)), card)
