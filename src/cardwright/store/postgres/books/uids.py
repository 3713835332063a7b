"""Who has a UID in a book. Contacts are found by its end, which is the same of UIDs that are: the whole of a UUID.

The search index has no UIDs: of a new account the planner thinks that it is sooner read whole, for each card that
comes, and to write them in two indexes costs PostgreSQL a tenth more for each contact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.contact.uid import comparable_uid, may_be_of_repeat, uid_of_repeat
from cardwright.store.postgres.books.opened import ALL
from cardwright.store.postgres.books.rows import Key, with_keys
from cardwright.store.postgres.group_cards import digest_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from cardwright.store.postgres.books.opened import Opened
    from cardwright.store.postgres.driver import Connection

_CONTACTS: Final = """SELECT contact.number, contact.uid FROM unnest($3::text[]) AS asked(ending) CROSS JOIN LATERAL (
      SELECT number, uid, partner_user FROM contact WHERE contact.account = $1 AND contact.campaign = $2
        AND lower(right(uid, 36)) >= asked.ending AND lower(right(uid, 36)) <= asked.ending
      ORDER BY lower(right(uid, 36)) LIMIT 1000
    ) AS contact WHERE contact.partner_user IS NULL OR $4 ORDER BY contact.number"""
_REPEATS: Final = "SELECT campaign, number FROM card_name WHERE account = $1 AND book = $2 AND repeats_uid"
_GROUPS: Final = """SELECT campaign, number, uid FROM group_card
    WHERE account = $1 AND campaign = ANY($2) AND digest = ANY($3) ORDER BY campaign, number"""


async def uid_holders(connection: Connection, book: Opened, uids: Collection[str]) -> list[tuple[Key, str]]:
    """Return the contacts of a book that have one of these UIDs, with it; UIDs as they are compared."""
    holders: list[tuple[Key, str]] = []
    for at, section in enumerate(book.sections if uids else ()):
        numbers, has_system = (book.account, section.campaign), book.number != ALL or at == 0
        there = await uid_holders_in(connection, numbers, uids, has_system=has_system)
        holders += [(Key(section.campaign, number, False), uid) for number, uid in there]  # noqa: FBT003
    return holders


async def uid_holders_in(
    connection: Connection, numbers: tuple[int, int], uids: Collection[str], *, has_system: bool = True
) -> list[tuple[int, str]]:
    """Return the numbers of the contacts of a campaign that have one of these UIDs, in their order, with it."""
    endings = sorted({_lower(uid[-36:]) for uid in uids})
    rows = await connection.rows(_CONTACTS, *numbers, endings, has_system)
    return [(number, same) for number, uid in rows if (same := comparable_uid(uid)) in uids]


async def taken_by_groups(connection: Connection, book: Opened, uids: Collection[str]) -> list[tuple[Key, str]]:
    """Return the groups of a book that have one of these UIDs, with it."""
    digests = [digest_of(uid) for uid in uids]
    rows = await connection.rows(_GROUPS, book.account, book.campaigns, digests)
    return [(Key(campaign, number, True), uid) for campaign, number, uid in rows]  # noqa: FBT003 - groups


async def repeat_holders(connection: Connection, book: Opened, uids: Collection[str]) -> list[tuple[Key, str]]:
    """Return the cards of the book of all that leave with one of these UIDs in the place of their own (DV-3)."""
    asked = {uid for uid in uids if may_be_of_repeat(uid)}
    if not asked or book.number != ALL:
        return []
    shown = {}
    for campaign, number in await connection.rows(_REPEATS, book.account, ALL):
        shown[comparable_uid(uid_of_repeat(book.sid, number))] = Key(campaign, number, False)  # noqa: FBT003 - a contact
    by_key = await with_keys(connection, book, [shown[uid] for uid in asked & shown.keys()])
    return [(key, uid) for uid, key in shown.items() if key in by_key and by_key[key].revision is not None]


def _lower(text: str) -> str:
    """Return the text in small letters, as the index has it: those of ASCII."""
    return "".join([letter.lower() if letter.isascii() else letter for letter in text])
