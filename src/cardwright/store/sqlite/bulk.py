"""Bulk inserts: many new contacts in four statements, whose rows come as one JSON document.

A statement for each row would take and give back the interpreter's lock every time, and wait for other threads.
"""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec.json import encode

from cardwright.book.index_terms import in_campaign, terms_of
from cardwright.store.instants import now
from cardwright.store.remembered import BLOCK_BITS
from cardwright.store.rows import columns_of
from cardwright.store.sqlite.contact_rows import ContactRow
from cardwright.store.sqlite.finding.block_counts import settle, stretch
from cardwright.store.sqlite.keys import key
from cardwright.store.sqlite.writes import keep_image

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cardwright.book.images import Image
    from cardwright.book.ports import Draft
    from cardwright.store.sqlite.writer import WriteConnection

_GIVEN: Final = {  # what is the same for all or follows from their order; the rest comes with each row
    "contact": ":first + key",
    "campaign": ":campaign",
    "own_title": "0",
    "revision": ":revision + key",
    "created": ":at",
    "updated": ":at",
}
_SAID: Final = [column for column in ContactRow._fields if column not in _GIVEN]
_COLUMNS: Final = ", ".join(_GIVEN.get(column) or f"value ->> {_SAID.index(column)}" for column in ContactRow._fields)
_CONTACTS: Final = f"INSERT INTO contact SELECT {_COLUMNS} FROM jsonb_each(:rows)"  # noqa: S608 - constant
_CARDS: Final = """INSERT INTO card (contact, card)
    SELECT :first + (value ->> 0), substr(:cards, 1 + (value ->> 1), value ->> 2) FROM jsonb_each(:places)"""
_TERMS: Final = "INSERT INTO search (rowid, terms) SELECT :first + key, value FROM json_each(:terms)"
_CHANGES: Final = """INSERT INTO change (change, contact, kind, at, by)
    SELECT :change + key, :first + key, 'created', :at, :by FROM json_each(:terms)"""
_NUMBERS: Final = "UPDATE account SET last_contact = last_contact + ? WHERE account = ? RETURNING last_contact"
_SEQUENCE: Final = """UPDATE campaign SET sequence = sequence + :size, contacts = contacts + :size
    WHERE campaign = :campaign RETURNING sequence"""


class Bulk(NamedTuple):
    """New contacts of one campaign, as the statements take them."""

    size: int
    rows: str
    terms: str
    cards: bytes
    places: str
    """Of each card: whose it is, where it begins, how long it is."""
    images: Sequence[Image]


def bulk_of(campaign: int, drafts: Sequence[Draft], users: Iterable[int | None] = repeat(None)) -> Bulk:
    """Return what is to be written; `users` are those of system-created contacts, one each.

    Made before the write lock is taken where it can be, because it takes its time.
    """
    rows, index, places, cards = [], [], [], bytearray()
    for number, ((contact, partners, image, card, keys, terms), user) in enumerate(zip(drafts, users, strict=False)):
        rows.append((user, *columns_of(contact, partners, image.digest if image else "")))
        index.append(
            in_campaign(campaign, terms)
            if terms
            else terms_of(campaign, contact, partners, system=user is not None, keys=keys)
        )
        if card:
            places.append((number, len(cards), len(card)))
            cards += card
    images = [draft.image for draft in drafts if draft.image]
    return Bulk(
        len(drafts), encode(rows).decode(), encode(index).decode(), bytes(cards), encode(places).decode(), images
    )


def insert(connection: WriteConnection, numbers: tuple[int, int], bulk: Bulk, by: str) -> range:
    """Keep the contacts in the account and campaign of `numbers`, and return the numbers they are given."""
    account, campaign = numbers
    last = int(connection.execute(_NUMBERS, (bulk.size, account)).get)
    sequence = int(connection.execute(_SEQUENCE, {"size": bulk.size, "campaign": campaign}).get)
    first, revision = last - bulk.size + 1, sequence - bulk.size + 1
    for image in bulk.images:
        keep_image(connection, account, image)
    said = bulk._asdict() | {
        "campaign": campaign,
        "first": key(campaign, first),
        "revision": revision,
        "change": key(campaign, revision),
        "at": now(),
        "by": by,
    }
    for statement in (_CONTACTS, _CARDS, _CHANGES, _TERMS) if bulk.cards else (_CONTACTS, _CHANGES, _TERMS):
        connection.execute(statement, said)
    settle(connection, _block_by_block(key(campaign, first), key(campaign, last + 1)))
    return range(first, last + 1)


def _block_by_block(first: int, end: int) -> Iterator[tuple[int, int]]:
    """Give a contact of each block, and how many come there."""
    while first < end:
        past = min(end, stretch(first >> BLOCK_BITS)[1])
        yield first, past - first
        first = past
