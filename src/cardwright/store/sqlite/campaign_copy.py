"""A copy of one campaign of another kind of store, in a store of its own: in that a dry run is tried."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import apsw

from cardwright.book.index_terms import terms_of
from cardwright.store.remembered import BLOCK_BITS
from cardwright.store.rows import contact_of
from cardwright.store.sqlite.contact_rows import ContactRow, columns_in
from cardwright.store.sqlite.database import FILE, Database
from cardwright.store.sqlite.keys import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

_CAMPAIGN: Final = 1
_ACCOUNT: Final = """INSERT INTO account (account, sid, name, key, last_contact, last_user, created)
    VALUES (1, ?, '', x'', ?, ?, 0)"""
_CAMPAIGNS: Final = "INSERT INTO campaign (campaign, account, id, name, contacts, sequence) VALUES (1, 1, ?, '', ?, ?)"
_PARTNER: Final = "INSERT INTO partner (partner, account, id, name) VALUES (?, 1, ?, ?)"
_USER: Final = """INSERT INTO partner_user (user, partner, id, first, last, email, title)
    SELECT ?1, partner, ?1, ?3, ?4, ?5, ?6 FROM partner WHERE id = ?2"""
_IMAGE: Final = "INSERT INTO image (account, digest, media_type, data, small) VALUES (1, ?, ?, x'', x'')"
_CONTACT: Final = f"INSERT INTO contact VALUES ({', '.join('?' * len(ContactRow._fields))})"  # noqa: S608 - constant
_TERMS: Final = "INSERT INTO search (rowid, terms) VALUES (?, ?)"
_CARD: Final = "INSERT INTO card (contact, card) VALUES (?, ?)"
_GROUP: Final = "INSERT INTO group_card (group_card, campaign, uid, card) VALUES (?, 1, ?, ?)"
_BLOCKS: Final = f"INSERT INTO block SELECT contact >> {BLOCK_BITS}, count(*), max(revision) FROM contact GROUP BY 1"  # noqa: S608 - constant


class CampaignHead(NamedTuple):
    """What a campaign has besides its contacts; rows are given as they stand in the other store."""

    sid: str
    campaign: str
    last_contact: int
    last_user: int
    contacts: int
    sequence: int
    partners: Iterable[Sequence[Any]]
    """Order, id, name."""
    users: Iterable[Sequence[Any]]
    """Id, id of the partner account, first name, last name, e-mail, title."""
    images: Iterable[Sequence[Any]]
    """Digest, media type: a dry run has no images, and compares digests."""


class CampaignCopy:
    """A store that is being filled; `begun` makes one."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def add(self, contacts: Iterable[tuple[Any, ...]]) -> None:
        """Copy contacts: each its number, and then the columns of `ContactRow` after the campaign."""
        for number, *columns in contacts:
            row = ContactRow(key(_CAMPAIGN, number), _CAMPAIGN, *columns)
            said = columns_in(row)
            partners = tuple(filter(None, said.partners.split(",")))
            terms = terms_of(_CAMPAIGN, contact_of(said), partners, system=row.user is not None)
            self._connection.execute(_CONTACT, row)
            self._connection.execute(_TERMS, (row.contact, terms))

    def add_cards(self, cards: Iterable[tuple[int, bytes]]) -> None:
        """Copy cards, each whole, with the number of its contact."""
        self._connection.executemany(_CARD, ((key(_CAMPAIGN, number), card) for number, card in cards))

    def add_groups(self, groups: Iterable[tuple[int, str, bytes]]) -> None:
        """Copy groups: number, UID as it is compared, card."""
        self._connection.executemany(_GROUP, ((key(_CAMPAIGN, number), uid, card) for number, uid, card in groups))


@contextlib.contextmanager
def begun(folder: Path, head: CampaignHead) -> Iterator[CampaignCopy]:
    """Make a store in `folder` and give it to be filled; it is complete when the block ends."""
    Database(folder).close()
    with contextlib.closing(apsw.Connection(str(folder / FILE))) as connection:
        connection.execute("PRAGMA synchronous = OFF; BEGIN")
        connection.execute(_ACCOUNT, (head.sid, head.last_contact, head.last_user))
        connection.execute(_CAMPAIGNS, (head.campaign, head.contacts, head.sequence))
        connection.executemany(_PARTNER, map(tuple, head.partners))
        connection.executemany(_USER, map(tuple, head.users))
        connection.executemany(_IMAGE, map(tuple, head.images))
        yield CampaignCopy(connection)
        connection.execute(_BLOCKS)
        connection.execute("COMMIT")
