"""Removing a partner account in slices: first every contact leaves it, then its users go, then itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cardwright.book.requests import Query
from cardwright.store.sqlite import system_contacts, writes
from cardwright.store.sqlite.contact_rows import ContactRow
from cardwright.store.sqlite.finding import listing
from cardwright.store.sqlite.keys import number_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import apsw

    from cardwright.book.ports import Edit
    from cardwright.store.sqlite.writer import WriteConnection

_SLICE: Final = 100


class Leaving(NamedTuple):
    """A partner account that contacts are to leave."""

    account: int
    partner: int
    id: str


def only_members(connection: apsw.Connection, leaving: Leaving) -> list[int]:
    """Return the numbers of the contacts that have no other partner account; users' own do not count."""
    return [number_of(row.contact) for row in _members(connection, leaving) if row.partners == leaving.id]


def some_leave(connection: WriteConnection, leaving: Leaving, leave: Edit, by: str) -> bool:
    """Let a slice of contacts leave, each by the edit; False when none is left."""
    rows = _members(connection, leaving)
    some = [row for row, _ in zip(rows, range(_SLICE), strict=False)]
    for row in some:
        writes.edit(connection, leaving.account, row.contact, leave, by)
    return bool(some)


def user_goes(connection: WriteConnection, leaving: Leaving, by: str) -> bool:
    """Remove one user with their contacts; False when there is none."""
    user = connection.execute("SELECT user FROM partner_user WHERE partner = ? LIMIT 1", (leaving.partner,)).get
    if user is None:
        return False
    system_contacts.remove_for_user(connection, leaving.account, user, by)
    connection.execute("DELETE FROM partner_user WHERE user = ?", (user,))
    return True


def end(connection: WriteConnection, leaving: Leaving) -> bool:
    """Remove the partner account; False, and nothing is done, when contacts or users have come meanwhile."""
    users = connection.execute("SELECT 1 FROM partner_user WHERE partner = ? LIMIT 1", (leaving.partner,)).get
    if users or next(_members(connection, leaving), None):
        return False
    connection.execute("DELETE FROM partner WHERE partner = ?", (leaving.partner,))
    return True


def _members(connection: apsw.Connection, leaving: Leaving) -> Iterator[ContactRow]:
    """Give the contacts of a partner account in every campaign, but for those of its users."""
    query = "SELECT campaign FROM campaign WHERE account = ? ORDER BY campaign"
    campaigns: list[tuple[Any, ...]] = connection.execute(query, (leaving.account,)).fetchall()
    for (campaign,) in campaigns:
        asked = Query(partner=leaving.id, editable=True, page_size=_SLICE)
        while rows := [ContactRow(*columns) for columns in listing.some(connection, campaign, asked)]:
            # the index knows no capitals: `a` finds the contacts of `A` too
            yield from (row for row in rows if leaving.id in row.partners.split(","))
            asked = asked._replace(after=number_of(rows[-1].contact))
