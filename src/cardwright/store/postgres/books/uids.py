"""Who has a UID in a book: contacts by the search index, groups by theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.book.index_terms import uid_term
from cardwright.contact.uid import comparable_uid
from cardwright.store.postgres.books.opened import ALL
from cardwright.store.postgres.books.rows import Key
from cardwright.store.postgres.group_cards import digest_of
from cardwright.store.postgres.index import either, scope

if TYPE_CHECKING:
    from collections.abc import Collection

    from cardwright.store.postgres.books.opened import Opened
    from cardwright.store.postgres.driver import Connection

_CONTACTS: Final = """SELECT contact.number, contact.uid FROM search
    JOIN contact ON contact.account = search.account AND contact.campaign = search.campaign
      AND contact.number = search.number
    WHERE search.account = $1 AND search.campaign = $2 AND search.terms @@ $3::tsquery
      AND (contact.partner_user IS NULL OR $4) ORDER BY contact.number"""
_GROUPS: Final = """SELECT campaign, number, uid FROM group_card
    WHERE account = $1 AND campaign = ANY($2) AND digest = ANY($3) ORDER BY campaign, number"""


async def uid_holders(connection: Connection, book: Opened, uids: Collection[str]) -> list[tuple[Key, str]]:
    """Return the contacts of a book that have one of these UIDs, with it; UIDs as they are compared."""
    found: list[tuple[Key, str]] = []
    for at, section in enumerate(book.sections if uids else ()):
        begin = scope(book.account, section.campaign)
        asked = either(uid_term(begin, uid) for uid in sorted(uids))
        has_system = book.number != ALL or at == 0
        rows = await connection.rows(_CONTACTS, book.account, section.campaign, asked, has_system)
        there = [(Key(section.campaign, number, False), comparable_uid(uid)) for number, uid in rows]  # noqa: FBT003
        found += [(key, uid) for key, uid in there if uid in uids]
    return found


async def taken_by_groups(connection: Connection, book: Opened, uids: Collection[str]) -> list[tuple[Key, str]]:
    """Return the groups of a book that have one of these UIDs, with it."""
    digests = [digest_of(uid) for uid in uids]
    rows = await connection.rows(_GROUPS, book.account, book.campaigns, digests)
    return [(Key(campaign, number, True), uid) for campaign, number, uid in rows]  # noqa: FBT003 - groups
