"""`PartnerStore` in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.book.partners import Campaign, Partner, PartnerUser
from cardwright.book.ports import Place
from cardwright.errors import ConflictError, NotFoundError
from cardwright.store.postgres import removals, remove_partner, system_contacts
from cardwright.store.postgres.numbers import account_number, campaign_numbers, lock, sayable
from cardwright.store.postgres.remove_partner import Leaving

if TYPE_CHECKING:
    from cardwright.book.ports import Edit, MakeContact
    from cardwright.store.postgres.database import Database
    from cardwright.store.postgres.driver import Connection

_CAMPAIGNS: Final = "SELECT id, name FROM campaign WHERE account = $1 AND id NOT LIKE '/%' ORDER BY campaign"
_BUMP: Final = "UPDATE counter SET last_campaign = last_campaign + 1 WHERE account = $1 RETURNING last_campaign"
_ADD: Final = """INSERT INTO campaign (account, campaign, id, name) VALUES ($1, $2, $3, $4)
    ON CONFLICT (account, id) DO NOTHING"""
_CAMPAIGN: Final = "SELECT id, name FROM campaign WHERE account = $1 AND campaign = $2"
_PARTNERS: Final = "SELECT id, name FROM partner WHERE account = $1 ORDER BY partner"
_USERS: Final = """SELECT id, first, last, email, title FROM partner_user
    WHERE account = $1 AND partner = $2 ORDER BY id"""
_USER: Final = """SELECT id, first, last, email, title FROM partner_user
    WHERE account = $1 AND partner = $2 AND id = $3"""


class PostgresPartners:
    """The port `book.ports.PartnerStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add_campaign(self, sid: str, campaign: Campaign, made: MakeContact, by: str) -> None:
        """Keep a new campaign, with the contact that `made` gives for each user; ConflictError when its id is taken."""
        await self._database.write(lambda c: add_campaign(c, sid, campaign, made, by))

    async def rename_campaign(self, sid: str, campaign: Campaign) -> None:
        """Give a campaign another name."""
        command = "UPDATE campaign SET name = $3 WHERE account = $1 AND campaign = $2"

        async def unit(connection: Connection) -> None:
            numbers = await campaign_numbers(connection, Place(sid, campaign.id))
            await connection.execute(command, *numbers, campaign.name)

        await self._database.write(unit)

    async def remove_campaign(self, sid: str, campaign: str) -> None:
        """Remove a campaign and everything in it, a slice at a time: others can write in between."""

        async def unit(connection: Connection) -> tuple[int, list[int]]:
            account = await account_number(connection, sid)
            return account, await removals.hide(connection, account, campaign if sayable(campaign) else "")

        account, hidden = await self._database.write(unit)
        for number in hidden:
            await removals.campaign_goes(self._database, account, number)

    async def campaigns(self, sid: str) -> list[Campaign]:
        """Return the account's campaigns, the oldest first."""

        async def look(connection: Connection) -> list[Campaign]:
            rows = await connection.rows(_CAMPAIGNS, await account_number(connection, sid))
            return [Campaign(*row) for row in rows]

        return await self._database.read(look)

    async def campaign(self, sid: str, campaign: str) -> Campaign:
        """Return one campaign."""

        async def look(connection: Connection) -> Campaign:
            row = await connection.row(_CAMPAIGN, *await campaign_numbers(connection, Place(sid, campaign)))
            if row is None:
                raise NotFoundError(f"there is no campaign {campaign}")
            return Campaign(*row)

        return await self._database.read(look)

    async def add_partner(self, sid: str, partner: Partner) -> None:
        """Keep a new partner account; ConflictError when its id is taken."""
        bump = "UPDATE counter SET last_partner = last_partner + 1 WHERE account = $1 RETURNING last_partner"
        command = """INSERT INTO partner (account, partner, id, name) VALUES ($1, $2, $3, $4)
            ON CONFLICT (account, id) DO NOTHING"""

        async def unit(connection: Connection) -> None:
            account = await account_number(connection, sid)
            number = await connection.value(bump, account)
            if not await connection.execute(command, account, number, *partner):
                raise ConflictError(f"there is a partner account {partner.id} already")

        await self._database.write(unit)

    async def rename_partner(self, sid: str, partner: Partner) -> None:
        """Give a partner account another name."""
        command = "UPDATE partner SET name = $3 WHERE account = $1 AND id = $2"

        async def unit(connection: Connection) -> None:
            account = await partner_account(connection, sid, partner.id)
            await connection.execute(command, account, partner.id, partner.name)

        await self._database.write(unit)

    async def only_members(self, sid: str, partner: str) -> list[int]:
        """Return the numbers of the contacts that have no other partner account; those of users do not count."""

        async def look(connection: Connection) -> list[int]:
            leaving = Leaving(await partner_account(connection, sid, partner), partner)
            return await remove_partner.only_members(connection, leaving)

        return await self._database.snapshot(look)

    async def remove_partner(self, sid: str, partner: str, leave: Edit, by: str) -> None:
        """Remove a partner account: a slice of its contacts at a time, then its users, then itself."""
        account = await self._database.read(lambda c: partner_account(c, sid, partner))
        leaving, write = Leaving(account, partner), self._database.write
        while not await write(lambda c: remove_partner.end(c, leaving)):
            while await write(lambda c: remove_partner.some_leave(c, leaving, leave, by)):
                pass
            while await write(lambda c: remove_partner.user_goes(c, leaving, by)):
                pass

    async def partners(self, sid: str) -> list[Partner]:
        """Return the account's partner accounts, the oldest first."""

        async def look(connection: Connection) -> list[Partner]:
            rows = await connection.rows(_PARTNERS, await account_number(connection, sid))
            return [Partner(*row) for row in rows]

        return await self._database.read(look)

    async def partner(self, sid: str, partner: str) -> Partner:
        """Return one partner account."""

        async def look(connection: Connection) -> Partner:
            account = await account_number(connection, sid)
            return Partner(partner, await _name(connection, account, partner))

        return await self._database.read(look)

    async def add_user(self, sid: str, partner: str, user: PartnerUser, made: MakeContact, by: str) -> str:
        """Keep a new user, with the contact that `made` gives in every campaign, and return the id they were given."""
        bump = "UPDATE counter SET last_user = last_user + 1 WHERE account = $1 RETURNING last_user"
        command = """INSERT INTO partner_user (account, id, partner, first, last, email, title)
            VALUES ($1, $2, $3, $4, $5, $6, $7)"""

        async def unit(connection: Connection) -> str:
            account = await account_number(connection, sid)
            number = await connection.value(bump, account)  # and holds the lock of the account
            await _name(connection, account, partner)
            await connection.execute(command, account, number, partner, *user[1:])
            named = user._replace(id=str(number))
            await system_contacts.make_for_user(connection, account, number, lambda: made(partner, named), by)
            return named.id

        return await self._database.write(unit)

    async def update_user(self, sid: str, partner: str, user: PartnerUser, edit: Edit, by: str) -> None:
        """Put these values in place of the user's, and edit their contacts."""
        command = """UPDATE partner_user SET first = $3, last = $4, email = $5, title = $6
            WHERE account = $1 AND id = $2"""

        async def unit(connection: Connection) -> None:
            account = await partner_account(connection, sid, partner)
            await lock(connection, account)  # a campaign that is made meanwhile has the user as they are then
            number = int((await _user(connection, account, partner, user.id)).id)
            await connection.execute(command, account, number, *user[1:])
            await system_contacts.edit_for_user(connection, account, number, edit, by)

        await self._database.write(unit)

    async def users(self, sid: str, partner: str) -> list[PartnerUser]:
        """Return the users of a partner account, the oldest first."""

        async def look(connection: Connection) -> list[PartnerUser]:
            rows = await connection.rows(_USERS, await partner_account(connection, sid, partner), partner)
            return [PartnerUser(str(number), *texts) for number, *texts in rows]

        return await self._database.read(look)

    async def user(self, sid: str, partner: str, user: str) -> PartnerUser:
        """Return one user."""

        async def look(connection: Connection) -> PartnerUser:
            return await _user(connection, await partner_account(connection, sid, partner), partner, user)

        return await self._database.read(look)

    async def remove_user(self, sid: str, partner: str, user: str, by: str) -> None:
        """Remove a user and their contacts."""

        async def unit(connection: Connection) -> None:
            account = await partner_account(connection, sid, partner)
            await lock(connection, account)
            number = int((await _user(connection, account, partner, user)).id)
            await system_contacts.remove_for_user(connection, account, number, by)
            await connection.execute("DELETE FROM partner_user WHERE account = $1 AND id = $2", account, number)

        await self._database.write(unit)


async def partner_account(connection: Connection, sid: str, partner: str) -> int:
    """Return the number of an account that has this partner account; NotFoundError when there is none."""
    account = await account_number(connection, sid)
    await _name(connection, account, partner)
    return account


async def _name(connection: Connection, account: int, partner: str) -> str:
    query = "SELECT name FROM partner WHERE account = $1 AND id = $2"
    name = await connection.value(query, account, partner) if sayable(partner) else None
    if name is None:
        raise NotFoundError(f"there is no partner account {partner}")
    return str(name)


async def _user(connection: Connection, account: int, partner: str, user: str) -> PartnerUser:
    is_number = user.isascii() and user.isdecimal() and str(int(user)) == user and int(user) < 2**63
    row = await connection.row(_USER, account, partner, int(user)) if is_number else None
    if row is None:
        raise NotFoundError(f"partner account {partner} has no user {user}")
    number, *texts = row
    return PartnerUser(str(number), *texts)


async def add_campaign(connection: Connection, sid: str, campaign: Campaign, made: MakeContact, by: str) -> None:
    """Keep a new campaign in a unit of work, as `PostgresPartners.add_campaign` does."""
    account = await account_number(connection, sid)
    number = await connection.value(_BUMP, account)  # and holds the lock of the account
    if not await connection.execute(_ADD, account, number, *campaign):
        raise ConflictError(f"there is a campaign {campaign.id} already")
    await system_contacts.make_for_campaign(connection, (account, number), campaign.id, made, by)
