"""Removing a partner account in slices: first every contact leaves it, then its users go, then itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.book.index_terms import filters
from cardwright.book.requests import Query
from cardwright.store.postgres import system_contacts, writes
from cardwright.store.postgres.contact_rows import Spot
from cardwright.store.postgres.index import quoted, scope
from cardwright.store.postgres.numbers import lock

if TYPE_CHECKING:
    from cardwright.book.ports import Edit
    from cardwright.store.postgres.driver import Connection

_SLICE: Final = 100
_CAMPAIGNS: Final = "SELECT campaign FROM campaign WHERE account = $1 ORDER BY campaign"
# The index knows no capitals: `a` finds the contacts of `A` too.
_MEMBERS: Final = """SELECT contact.number, contact.partners FROM search
    JOIN contact USING (account, campaign, number)
    WHERE search.account = $1 AND search.campaign = $2 AND search.terms @@ $3::tsquery
      AND contact.partner_user IS NULL AND $4 = ANY(string_to_array(contact.partners, ','))
    ORDER BY contact.number"""
_USER: Final = "SELECT id FROM partner_user WHERE account = $1 AND partner = $2 ORDER BY id LIMIT 1"


class Leaving(NamedTuple):
    """A partner account that contacts are to leave."""

    account: int
    id: str


async def only_members(connection: Connection, leaving: Leaving) -> list[int]:
    """Return the numbers of the contacts that have no other partner account; users' own do not count."""
    members = await _members(connection, leaving)
    return [spot.number for spot, partners in members if partners == leaving.id]


async def some_leave(connection: Connection, leaving: Leaving, leave: Edit, by: str) -> bool:
    """Let a slice of contacts leave, each by the edit; False when none is left."""
    members = await _members(connection, leaving, _SLICE)
    await writes.hold(connection, [spot for spot, _ in members])
    for spot, _ in members:
        await writes.edit(connection, spot, leave, by)
    return bool(members)


async def user_goes(connection: Connection, leaving: Leaving, by: str) -> bool:
    """Remove one user with their contacts; False when there is none."""
    await lock(connection, leaving.account)
    user = await connection.value(_USER, *leaving)
    if user is None:
        return False
    await system_contacts.remove_for_user(connection, leaving.account, user, by)
    await connection.execute("DELETE FROM partner_user WHERE account = $1 AND id = $2", leaving.account, user)
    return True


async def end(connection: Connection, leaving: Leaving) -> bool:
    """Remove the partner account; False, and nothing is done, when contacts or users have come meanwhile."""
    await lock(connection, leaving.account)
    if await connection.value(_USER, *leaving) is not None or await _members(connection, leaving, 1):
        return False
    await connection.execute("DELETE FROM partner WHERE account = $1 AND id = $2", *leaving)
    return True


async def _members(connection: Connection, leaving: Leaving, most: int | None = None) -> list[tuple[Spot, str]]:
    """Return contacts of a partner account in every campaign, but for those of its users; `most` of them at most."""
    members: list[tuple[Spot, str]] = []
    for (campaign,) in await connection.rows(_CAMPAIGNS, leaving.account):
        (term,) = filters(scope(leaving.account, campaign), Query(partner=leaving.id))
        left = None if most is None else most - len(members)
        rows = await connection.rows(f"{_MEMBERS} LIMIT $5", leaving.account, campaign, quoted(term), leaving.id, left)
        members += [(Spot(leaving.account, campaign, number), partners) for number, partners in rows]
        if most is not None and len(members) >= most:
            break
    return members
