"""The contacts of partner users, one in every campaign (PC-11): which they are. What they say, the book decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.book.partners import PartnerUser
from cardwright.book.ports import Place
from cardwright.store.postgres import writes
from cardwright.store.postgres.contact_rows import Spot
from cardwright.store.postgres.creation import Creation, keep

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cardwright.book.ports import Draft, Edit, MakeContact
    from cardwright.store.postgres.driver import Connection

_CAMPAIGNS: Final = "SELECT campaign, id FROM campaign WHERE account = $1 AND id NOT LIKE '/%' ORDER BY campaign"
_USERS: Final = "SELECT partner, id, first, last, email, title FROM partner_user WHERE account = $1 ORDER BY id"
_CONTACTS: Final = """SELECT campaign, number FROM contact
    WHERE account = $1 AND partner_user = $2 ORDER BY campaign, number"""


async def make_for_user(connection: Connection, account: int, user: int, made: Callable[[], Draft], by: str) -> None:
    """Keep the contacts of a new user, one in every campaign."""
    for campaign, name in await connection.rows(_CAMPAIGNS, account):
        await _keep(connection, (account, campaign), [Creation(Place("", name), made(), by, user=user)])


async def make_for_campaign(
    connection: Connection, numbers: tuple[int, int], campaign: str, made: MakeContact, by: str
) -> None:
    """Keep the contacts of a new campaign, one for every user."""
    users = await connection.rows(_USERS, numbers[0])
    drafts = {number: made(partner, PartnerUser(str(number), *texts)) for partner, number, *texts in users}
    place = Place("", campaign)
    await _keep(connection, numbers, [Creation(place, draft, by, user=user) for user, draft in drafts.items()])


async def edit_for_user(connection: Connection, account: int, user: int, edit: Edit, by: str) -> None:
    """Edit the user's contacts."""
    for spot in await _contacts(connection, account, user):
        await writes.edit(connection, spot, edit, by)


async def remove_for_user(connection: Connection, account: int, user: int, by: str) -> None:
    """Remove the user's contacts."""
    for spot in await _contacts(connection, account, user):
        if present := await writes.present(connection, spot):
            await writes.remove(connection, spot, present[0], by)


async def _contacts(connection: Connection, account: int, user: int) -> list[Spot]:
    """Return the user's contacts, which are locked."""
    spots = [Spot(account, *row) for row in await connection.rows(_CONTACTS, account, user)]
    await writes.hold(connection, spots)
    return spots


async def _keep(connection: Connection, numbers: tuple[int, int], creations: Sequence[Creation]) -> None:
    """Keep the new contacts, in the account and campaign of `numbers`; whatever is wrong with one is raised."""
    outcomes = await keep(connection, creations, [numbers] * len(creations)) if creations else []
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise outcome
